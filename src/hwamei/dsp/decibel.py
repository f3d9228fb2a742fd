"""Ratios and levels."""

from __future__ import annotations

import numpy as np

from hwamei.domain.audio import Samples

SILENCE_DB = -120.0  # what stands for "no sound at all": below the step of 16 and near that of 20 bits


def amplitude(level_db: float) -> float:
    """The factor on samples for a level in dB."""
    return float(10.0 ** (level_db / 20.0))


def level_db(amplitude: float) -> float:
    """The level of an amplitude in dB, not below SILENCE_DB."""
    return max(SILENCE_DB, 20.0 * float(np.log10(max(amplitude, 1e-12))))


def rms(samples: Samples) -> float:
    """The root of the mean square of samples, float32 [n]; 0 for none."""
    if not len(samples):
        return 0.0
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
