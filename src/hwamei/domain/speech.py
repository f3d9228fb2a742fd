"""An order to speak, and its limits."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from hwamei.domain.errors import OutOfRange, TextEmpty, TextTooLong
from hwamei.domain.language import Language

MAX_TEXT_CHARACTERS = 100_000
SPEED_RANGE = (0.5, 2.0)  # times the natural pace
PITCH_RANGE_SEMITONES = (-12.0, 12.0)
TAKE_SPEED_SHARE = 0.05  # by how much another take is faster or slower at most: heard, but the same person
TAKE_PITCH_SEMITONES = 0.4


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a text is to be said. `speed` leaves the pitch alone, `pitch_semitones` leaves the pace alone."""

    speed: float = 1.0
    pitch_semitones: float = 0.0

    def __post_init__(self) -> None:
        OutOfRange.check("speed", self.speed, *SPEED_RANGE)
        OutOfRange.check("pitch_semitones", self.pitch_semitones, *PITCH_RANGE_SEMITONES)


def another_take(delivery: Delivery, take: int) -> Delivery:
    """The delivery a little otherwise, always the same for a take; 0 is as ordered. Engines say a text the same way
    each time, which a person does not."""
    if take == 0:
        return delivery
    digest = sha256(str(take).encode()).digest()
    faster, higher = (int.from_bytes(half, "big") / 2**127 - 1 for half in (digest[:16], digest[16:]))  # −1..1
    return Delivery(
        speed=_within(SPEED_RANGE, delivery.speed * (1 + TAKE_SPEED_SHARE * faster)),
        pitch_semitones=_within(PITCH_RANGE_SEMITONES, delivery.pitch_semitones + TAKE_PITCH_SEMITONES * higher),
    )


def _within(limits: tuple[float, float], wanted: float) -> float:
    return min(max(wanted, limits[0]), limits[1])


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
