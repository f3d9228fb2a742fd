"""The sample rate at which speakers are heard."""

from __future__ import annotations

import numpy as np
import soxr

from hwamei.domain.audio import Audio, Samples

RATE_HZ = 16_000


def at_16_khz(audio: Audio) -> Samples:
    """The sound at that rate, float32 [n]; as it is, if it has it already."""
    if audio.sample_rate_hz == RATE_HZ:
        return audio.samples
    resampled: Samples = soxr.resample(audio.samples, audio.sample_rate_hz, RATE_HZ).astype(np.float32)
    return resampled
