"""A second engine: tones that come in pieces. A test says, by a file, that it is down, or that its model is missing."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hwamei.domain.audio import Audio
from hwamei.domain.errors import EngineDown, ModelMissing
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import SpokenUtterance, Utterance
from hwamei.domain.voice import Voiceprint
from hwamei.engines.tone.engine import ToneEngine
from hwamei.engines.tone.voiceprint import ENGINE as TONE
from hwamei.settings import Settings

NAME = "reed"
CAPACITY = 5
PIECE_SAMPLES = 4_800
DOWN, MISSING = "reed is down", "reed has no model"


@dataclass(frozen=True)
class Fate:
    """What becomes of the engine in every process with this data folder."""

    data: Path

    def befall(self, what: str) -> None:
        """From now on."""
        (self.data / what).touch()

    def pass_over(self) -> None:
        """All is well again."""
        for what in (DOWN, MISSING):
            (self.data / what).unlink(missing_ok=True)

    def heed(self) -> None:
        """Raises what has befallen it."""
        if (self.data / DOWN).exists():
            raise EngineDown(engine=NAME, problem="nobody answers", retry_after_s=17)
        if (self.data / MISSING).exists():
            raise ModelMissing(name="reed", remedy="carve one")


class ReedEngine(ToneEngine):
    """The tone engine under another name."""

    name = NAME
    capacity = CAPACITY

    def __init__(self, fate: Fate) -> None:
        self._fate = fate

    def enrol(self, reference: Sequence[Audio], **how: Any) -> Voiceprint:
        """As the tone engine."""
        self._fate.heed()
        return replace(super().enrol(reference, **how), engine=NAME)

    def preset(self, name: str) -> Voiceprint:
        """As the tone engine."""
        self._fate.heed()
        return replace(super().preset(name), engine=NAME)

    def presets(self) -> Sequence[str]:
        """As the tone engine."""
        self._fate.heed()
        return super().presets()

    def speak(self, utterance: Utterance, voiceprint: Voiceprint, delivery: Delivery) -> SpokenUtterance:
        """As the tone engine."""
        self._fate.heed()
        assert voiceprint.engine == NAME, f"a voiceprint of {voiceprint.engine} came here"
        return super().speak(utterance, replace(voiceprint, engine=TONE), delivery)

    def stream(
        self, utterance: Utterance, voiceprint: Voiceprint, delivery: Delivery
    ) -> Generator[Audio, None, SpokenUtterance]:
        """The same in pieces."""
        spoken = self.speak(utterance, voiceprint, delivery)
        for at in range(0, len(spoken.audio.samples), PIECE_SAMPLES):
            yield Audio(spoken.audio.samples[at : at + PIECE_SAMPLES], self.sample_rate_hz)
        return spoken


def open_engine(settings: Settings) -> ReedEngine:
    """The engine; see `installed`."""
    fate = Fate(settings.data)
    fate.heed()
    return ReedEngine(fate)


def installed(folder: Path) -> Path:
    """A package of this engine as it would stand beside Hwamei; for the path of modules."""
    about = folder / "hwamei_reed-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: hwamei-reed\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[hwamei.engines]\n{NAME} = {__name__}:open_engine\n")
    return folder
