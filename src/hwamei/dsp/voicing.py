"""How periodic each moment is: near 1 in a vowel, near 0 in a hiss."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hwamei.domain.audio import Samples
from hwamei.dsp.frames import centred_frames

PITCH_RANGE_HZ = (60.0, 500.0)  # from a low man to a high child
_WIDTH_S = 0.04


def periodicity(samples: Samples, *, sample_rate_hz: int, hop: int) -> NDArray[np.float32]:
    """The highest normalised autocorrelation at a lag of PITCH_RANGE_HZ, per hop: float32 [n // hop], about −1..1.

    Divided by the window's own autocorrelation (Boersma 1993, "Accurate short-term analysis of the fundamental
    frequency").
    """
    width = round(_WIDTH_S * sample_rate_hz)
    window = np.hanning(width).astype(np.float32)
    first, last = (round(sample_rate_hz / hz) for hz in reversed(PITCH_RANGE_HZ))
    own = _autocorrelation(window[np.newaxis])[0, first:last]
    blocks = [
        _highest(_autocorrelation((frames - frames.mean(axis=1, keepdims=True)) * window), own, slice(first, last))
        for frames in centred_frames(samples, width=width, hop=hop)
    ]
    return np.concatenate([np.zeros(0, dtype=np.float32), *blocks])


def _highest(correlations: Samples, own: Samples, lags: slice) -> NDArray[np.float32]:
    highest: NDArray[np.float32] = (correlations[:, lags] / own).max(axis=1)
    return highest


def _autocorrelation(frames: Samples) -> NDArray[np.float32]:
    """float32 [frames, lags], 1 at lag 0 (0 for silence)."""
    length = 2 * frames.shape[1]  # so that the ends do not meet
    spectrum = np.fft.rfft(frames, length, axis=1)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    correlations = np.fft.irfft(power, length, axis=1)[:, : frames.shape[1]]
    return (correlations / np.maximum(correlations[:, :1], 1e-12)).astype(np.float32)
