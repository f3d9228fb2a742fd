"""Short-term spectral envelope: how loud each band is from moment to moment, without the harmonics of the voice."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from hwamei.domain.audio import Samples
from hwamei.dsp.spectrum import band_filters

Levels = NDArray[np.float32]
"""float32 [frames, 40], dB in each band of spectrum.BAND_CENTRES_HZ; a frame's middle is its number times HOP_S."""

HOP_S = 0.01
WINDOW_S = 0.012  # as short as a period of a low voice: harmonics are not told apart
WEIGHTS = np.array([1, 3, 4, 3, 1]) / 12  # of windows half a hop apart: the pulses of the voice are not heard either
FFT_SAMPLES = 512
FLOOR_DB = -120.0


def envelope(samples: Samples, sample_rate_hz: int) -> Levels:
    """Levels of samples float32 [n] at 16 to 24 kHz: one frame for each whole or begun hop, and one at the end."""
    half_hop, window = round(HOP_S * sample_rate_hz) // 2, round(WINDOW_S * sample_rate_hz)
    reach = len(WEIGHTS) // 2
    frames = -(-len(samples) // (2 * half_hop)) + 1
    before = window // 2 + reach * half_hop
    needed = (2 * (frames - 1) + 2 * reach) * half_hop + window
    padded = np.pad(samples, (before, max(0, needed - before - len(samples))))
    windows = sliding_window_view(padded, window)[::half_hop][: 2 * (frames - 1) + 2 * reach + 1]
    spectra = np.fft.rfft(windows * np.hanning(window).astype(np.float32), FFT_SAMPLES, axis=1)
    powers = (spectra.real**2 + spectra.imag**2) @ band_filters(FFT_SAMPLES, sample_rate_hz).T.astype(np.float32)
    smooth = sum(weight * powers[start::2][:frames] for start, weight in enumerate(WEIGHTS))
    levels: Levels = (10 * np.log10(smooth + 10 ** (FLOOR_DB / 10))).astype(np.float32)
    return levels
