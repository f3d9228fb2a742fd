"""The tone engine: needs no weights, takes milliseconds, and its sound is known in closed form."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType

from hwamei.domain.audio import Audio
from hwamei.domain.language import Language
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import SpokenUtterance, Utterance
from hwamei.domain.voice import Gender, Level, Voiceprint
from hwamei.engines.tone.listen import listen
from hwamei.engines.tone.sing import SAMPLE_RATE_HZ, sing
from hwamei.engines.tone.train import train
from hwamei.engines.tone.voiceprint import ENGINE, preset_names, preset_tone, tone_of
from hwamei.ports import Checkpoints, Engine, Progress
from hwamei.settings import Settings


def open_engine(settings: Settings) -> Engine:
    """The engine; it heeds no setting."""
    return ToneEngine()


class ToneEngine:
    """Speaks in tones. Holds nothing, so any number of threads may share it."""

    name = ENGINE
    sample_rate_hz = SAMPLE_RATE_HZ

    def __enter__(self) -> ToneEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def enrol(
        self,
        reference: Sequence[Audio],
        *,
        said: Sequence[str | None] = (),
        level: Level,
        seed: int,
        progress: Progress,
        checkpoints: Checkpoints,
    ) -> Voiceprint:
        """The pitch and the harmonics of the recordings; `likeness` is the cosine of spectra. Raises EngineFailed."""
        progress(0)
        heard = listen(reference)
        if level is Level.TRAINED:
            tone = train(heard, seed=seed, progress=progress, checkpoints=checkpoints)
        else:
            tone = heard.first_guess()
        progress(100)
        return tone.kept(level, {"likeness": heard.likeness(tone), "f0_hz": tone.f0_hz})

    def preset(self, name: str) -> Voiceprint:
        """The voiceprint of a voice that needs no recording. Raises Unknown."""
        return preset_tone(name).kept(Level.INSTANT, {})

    def presets(self) -> Sequence[str]:
        """The names of the voices that need no recording, the default first."""
        return preset_names()

    def preset_language(self, name: str) -> Language | None:
        """Tones have no mother tongue. Raises Unknown."""
        preset_tone(name)
        return None

    def preset_gender(self, name: str) -> Gender | None:
        """A tone is neither. Raises Unknown."""
        preset_tone(name)
        return None

    def speak(self, utterance: Utterance, voiceprint: Voiceprint, delivery: Delivery) -> SpokenUtterance:
        """The utterance in tones. Raises EngineFailed for a voice of another engine."""
        return sing(utterance, tone_of(voiceprint), delivery)
