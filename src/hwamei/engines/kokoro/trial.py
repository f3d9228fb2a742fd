"""Speaking a phrase in a voice that is being made, and hearing how much it is like the person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import soxr

from hwamei.domain.audio import Audio
from hwamei.domain.language import Language
from hwamei.dsp.fir import equalise
from hwamei.dsp.spectrum import Bands, equaliser, long_term_spectrum
from hwamei.engines.kokoro.cloning import pitch_factor
from hwamei.engines.kokoro.phrases import Phrase
from hwamei.engines.kokoro.runtime import SAMPLE_RATE_HZ, Runtime
from hwamei.engines.kokoro.style_space import Floats, StyleSpace
from hwamei.engines.kokoro.target import RATE_HZ, Target
from hwamei.engines.kokoro.voiceprint import KokoroVoice
from hwamei.speaker.ge2e import Embedding, SpeakerEncoder, likeness

BRISK = 1.15  # speaking speed of the trials: less sound to make, the same voice to hear
VOICED_FROM_HZ = 50.0


@dataclass(frozen=True, eq=False)
class Trial:
    """How a voice sounded in one phrase. `spectrum`: before the equaliser; `pitch_hz`: as predicted, unchanged."""

    coordinates: Floats
    language: Language
    embedding: Embedding
    spectrum: Bands
    pitch_hz: float


@dataclass(frozen=True, eq=False)
class Booth:
    """Where voices are tried. Holds nothing that changes: several threads may use it at once."""

    runtime: Runtime
    encoder: SpeakerEncoder
    space: StyleSpace
    target: Target

    def try_out(self, coordinates: Floats, phrase: Phrase) -> Trial:
        """The phrase in the voice at these coordinates, with the target's pitch and colour, as it is heard."""
        length = len(phrase.tokens)
        style = self.space.style(coordinates) + self.space.bend[length - 1] @ self.space.common_directions
        frames = self.runtime.predict(phrase.tokens, style.astype(np.float32), BRISK)
        own_pitch_hz = _median_voiced(frames.pitch_hz)
        frames = frames.with_pitch(pitch_factor(self.target, own_pitch_hz))
        samples = soxr.resample(self.runtime.decode(frames, style.astype(np.float32)), SAMPLE_RATE_HZ, RATE_HZ)
        spectrum = long_term_spectrum(Audio(samples, RATE_HZ))
        heard = equalise(samples, equaliser(self.target.gains_db(spectrum), RATE_HZ))
        embedding = self.encoder.embed(Audio(heard, RATE_HZ))
        return Trial(coordinates, phrase.language, embedding, spectrum, own_pitch_hz)

    def hear(self, voice: KokoroVoice, phrase: Phrase) -> float:
        """Likeness to the target, 0..1, of a finished voice that says the phrase."""
        style = voice.style(phrase.language, len(phrase.tokens), self.space)
        frames = self.runtime.predict(phrase.tokens, style, 1.0).with_pitch(voice.pitch_factors[phrase.language])
        samples = equalise(self.runtime.decode(frames, style), voice.equaliser)
        return likeness(self.encoder.embed(Audio(samples, SAMPLE_RATE_HZ)), self.target.embedding)


def _median_voiced(pitch_hz: Floats) -> float:
    voiced = pitch_hz[pitch_hz > VOICED_FROM_HZ]
    return float(np.median(voiced)) if len(voiced) else float(pitch_hz.max())
