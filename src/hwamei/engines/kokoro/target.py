"""What of a recording is imitated: who is heard, how room and microphone colour it, and how high the voice is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from hwamei.domain.audio import Audio
from hwamei.domain.errors import EngineFailed
from hwamei.dsp.pitch import deviation, voiced_pitch_hz
from hwamei.dsp.spectrum import Bands, long_term_spectrum
from hwamei.dsp.syllables import syllable_rate_hz
from hwamei.dsp.transport import Moments
from hwamei.engines.kokoro.sounds import measured
from hwamei.engines.kokoro.voiceprint import ENGINE
from hwamei.speaker import house
from hwamei.speaker.ge2e import Embedding, SpeakerEncoder

RATE_HZ = 16_000
MOST_GAIN_DB = 14.0  # an equaliser that goes further amplifies noise more than it imitates a room
HEARD_WITHIN_DB = 55.0  # bands this far under the loudest hold no speech: the recording has no such frequencies


@dataclass(frozen=True, eq=False)
class Target:
    """`embedding`: GE2E of the speech; `house`: the house encoder's; `spectrum`: its long-term spectrum, dB;
    `pitch_hz`: median F0 or None; `pitch_deviation`: how far it moves, or None; `sounds`: how its cepstra lie, or
    None; `syllable_rate_hz`: how fast is spoken, or None."""

    embedding: Embedding
    house: house.Embedding
    spectrum: Bands
    pitch_hz: float | None
    pitch_deviation: float | None
    sounds: Moments | None = None
    syllable_rate_hz: float | None = None

    def gains_db(self, spectrum: Bands) -> Bands:
        """What an equaliser must do to speech of this spectrum so that it sounds as recorded: float32 [40], mean 0."""
        heard = _heard(self.spectrum)
        gains = np.where(heard, np.clip(self.spectrum - spectrum, -MOST_GAIN_DB, MOST_GAIN_DB), 0)
        balanced: Bands = (gains - gains.mean()).astype(np.float32)
        return balanced


def listen(reference: Sequence[Audio], encoder: SpeakerEncoder) -> Target:
    """The target that recordings of one person make together. Raises EngineFailed if there is none."""
    if not any(len(audio.samples) for audio in reference):
        raise EngineFailed(engine=ENGINE, problem="the reference has no speech in it")
    pieces = [soxr.resample(audio.samples, audio.sample_rate_hz, RATE_HZ) for audio in reference]
    speech = Audio(np.concatenate(pieces).astype(np.float32), RATE_HZ)
    voiced = voiced_pitch_hz(speech)
    median_hz, moves = (float(np.median(voiced)), deviation(voiced)) if len(voiced) else (None, None)
    spectrum = long_term_spectrum(speech)
    # Where bands are missing, how the recording's cepstra lie tells of the line that it came over.
    sounds = measured([speech]) if _heard(spectrum).all() else None
    embeddings = (encoder.embed(speech), house.house_encoder().embed(speech))
    return Target(*embeddings, spectrum, median_hz, moves, sounds, syllable_rate_hz(speech))


def _heard(spectrum: Bands) -> NDArray[np.bool_]:
    """In which bands there is speech, bool [40]."""
    heard: NDArray[np.bool_] = spectrum > spectrum.max() - HEARD_WITHIN_DB
    return heard
