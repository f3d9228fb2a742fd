"""Up to which frequency there is speech: a telephone's ends at 3.4 kHz, a good microphone's goes on beyond 12."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hwamei.domain.audio import Samples
from hwamei.dsp.frames import whole_frames

_BAND_HZ = 250.0
_BINS_PER_BAND = 8  # the window spreads a tone over four
_ABOVE_NOISE_DB = 3.0
_BELOW_LOUDEST_DB = 70.0  # under the loudest band there is only what resampling and codecs left


def bandwidth_hz(speech: Samples, noise: Samples, sample_rate_hz: int) -> float:
    """The upper edge of the highest band where the speech stands out from the noise; 0 if none does.

    `speech`: float32 [n], `noise`: float32 [m], both −1..1 at sample_rate_hz.
    """
    speech_db, noise_db = (_band_levels_db(samples, sample_rate_hz) for samples in (speech, noise))
    standing = (speech_db > noise_db + _ABOVE_NOISE_DB) & (speech_db > speech_db.max() - _BELOW_LOUDEST_DB)
    highest = np.flatnonzero(standing)
    return float(min((highest[-1] + 1) * _BAND_HZ, sample_rate_hz / 2)) if len(highest) else 0.0


def _band_levels_db(samples: Samples, sample_rate_hz: int) -> NDArray[np.float64]:
    """Mean power of each whole band of _BAND_HZ in dB, float64 [bands]."""
    width = round(_BINS_PER_BAND * sample_rate_hz / _BAND_HZ)
    window = _blackman_harris(width).astype(np.float32)
    power = np.zeros(width // 2 + 1)
    for frames in whole_frames(samples, width=width, hop=width // 2):
        power += np.square(np.abs(np.fft.rfft(frames * window, axis=1))).sum(axis=0, dtype=np.float64)
    power /= max(1, 2 * len(samples) // width - 1)
    whole = len(power) // _BINS_PER_BAND * _BINS_PER_BAND
    levels_db: NDArray[np.float64] = 10 * np.log10(power[:whole].reshape(-1, _BINS_PER_BAND).mean(axis=1) + 1e-12)
    return levels_db


def _blackman_harris(width: int) -> NDArray[np.float64]:
    """Harris's window of four terms (1978), no side lobe above −92 dB: a loud band does not look like a wide one."""
    orders_by_angle = np.outer(np.linspace(-np.pi, np.pi, width), np.arange(4))
    window: NDArray[np.float64] = np.cos(orders_by_angle) @ [0.35875, 0.48829, 0.14128, 0.01168]
    return window
