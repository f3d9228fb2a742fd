"""An order to speak, and its limits."""

from __future__ import annotations

from dataclasses import dataclass

from hwamei.domain.errors import OutOfRange, TextEmpty, TextTooLong
from hwamei.domain.language import Language

MAX_TEXT_CHARACTERS = 100_000
SPEED_RANGE = (0.5, 2.0)  # times the natural pace
PITCH_RANGE_SEMITONES = (-12.0, 12.0)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a text is to be said. `speed` leaves the pitch alone, `pitch_semitones` leaves the pace alone."""

    speed: float = 1.0
    pitch_semitones: float = 0.0

    def __post_init__(self) -> None:
        OutOfRange.check("speed", self.speed, *SPEED_RANGE)
        OutOfRange.check("pitch_semitones", self.pitch_semitones, *PITCH_RANGE_SEMITONES)


@dataclass(frozen=True, slots=True)
class SpeechOrder:
    """A text to be spoken. `language` None: find out. `cue`: put the audible mark of AI-made speech before it."""

    text: str
    language: Language | None = None
    delivery: Delivery = Delivery()
    cue: bool = False

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise TextEmpty()
        if len(self.text) > MAX_TEXT_CHARACTERS:
            raise TextTooLong(given=len(self.text), allowed=MAX_TEXT_CHARACTERS)
