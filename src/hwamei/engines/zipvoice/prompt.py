"""What the engine keeps of a voice: a few seconds of speech, and what is said in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hwamei.domain.audio import Audio, Samples
from hwamei.domain.errors import EngineFailed
from hwamei.domain.voice import Level, Voiceprint
from hwamei.dsp.decibel import rms
from hwamei.dsp.resample import resample
from hwamei.engines.zipvoice.reading import syllables_in, tokens_of_text

ENGINE = "zipvoice"
VERSION = 1
SAMPLE_RATE_HZ = 24_000

_RMS = 0.1  # what ZipVoice was taught with: sherpa-onnx raises softer prompts to it
_LOUDEST = 0.99
_BETWEEN = "|"


@dataclass(frozen=True, eq=False)
class Prompt:
    """`samples`: float32 [n], −1..1, at 24 kHz. `text`: what is said in them, and in the model's `tokens`."""

    samples: Samples
    text: str
    tokens: tuple[str, ...]

    @classmethod
    def of(cls, audio: Audio, text: str) -> Prompt:
        """The speech at the rate and the level that the model wants."""
        samples = resample(audio, SAMPLE_RATE_HZ).samples
        loud, peak = rms(samples), float(np.abs(samples).max(initial=0.0))
        factor = min(_RMS / loud, _LOUDEST / peak) if loud and peak else 1.0
        return cls(np.asarray(samples * np.float32(factor), np.float32), text, tuple(tokens_of_text(text)))

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / SAMPLE_RATE_HZ

    @property
    def syllables_per_s(self) -> float:
        """How fast the person speaks."""
        return syllables_in(self.tokens) / self.duration_s

    def kept(self, level: Level, facts: Mapping[str, float]) -> Voiceprint:
        """As a voiceprint."""
        texts = {"said": self.text, "tokens": _BETWEEN.join(self.tokens)}
        return Voiceprint(ENGINE, VERSION, level, {"prompt": self.samples}, facts, texts)


def prompt_of(voiceprint: Voiceprint) -> Prompt:
    """The prompt in a voiceprint. Raises EngineFailed for one of another engine or of a later version."""
    if voiceprint.engine != ENGINE or voiceprint.version > VERSION:
        problem = f"the voice was made by engine {voiceprint.engine}, version {voiceprint.version}; clone it again"
        raise EngineFailed(engine=ENGINE, problem=problem)
    tokens = tuple(voiceprint.texts["tokens"].split(_BETWEEN))
    return Prompt(voiceprint.arrays["prompt"], voiceprint.texts["said"], tokens)
