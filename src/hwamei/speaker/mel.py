"""Mel power spectrogram as the GE2E encoder was trained on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hwamei.domain.audio import Samples

RATE_HZ = 16_000
WINDOW_SAMPLES = 400
HOP_SAMPLES = 160
BANDS = 40


def mel_power(samples: Samples) -> NDArray[np.float32]:
    """Power in 40 mel bands: float32 [frames, 40], one frame each 10 ms; samples: float32 [n] at 16 kHz."""
    padded = np.pad(samples, WINDOW_SAMPLES // 2)
    if len(padded) < WINDOW_SAMPLES:
        padded = np.pad(padded, (0, WINDOW_SAMPLES - len(padded)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW_SAMPLES)[::HOP_SAMPLES]
    window = np.hanning(WINDOW_SAMPLES + 1)[:-1].astype(np.float32)  # periodic, as librosa's is
    spectra = np.fft.rfft(frames * window, axis=1)
    return (np.abs(spectra) ** 2 @ FILTERS.T).astype(np.float32)


def _hz_to_mel(frequency_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slaney's scale: linear below 1 kHz, logarithmic above (Auditory Toolbox, Slaney 1998)."""
    above = 15 + np.log(np.maximum(frequency_hz, 1e-9) / 1000) * 27 / np.log(6.4)
    return np.where(frequency_hz < 1000, frequency_hz * 3 / 200, above)


def _mel_to_hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))


def _filters() -> NDArray[np.float32]:
    """Triangular filters of equal area: float32 [40, 201]."""
    bins_hz = np.linspace(0, RATE_HZ / 2, WINDOW_SAMPLES // 2 + 1)
    top = _hz_to_mel(np.array(RATE_HZ / 2))
    edges_hz = _mel_to_hz(np.linspace(0, float(top), BANDS + 2))
    low, centre, high = edges_hz[:-2, None], edges_hz[1:-1, None], edges_hz[2:, None]
    rising, falling = (bins_hz - low) / (centre - low), (high - bins_hz) / (high - centre)
    return (np.maximum(0, np.minimum(rising, falling)) * 2 / (high - low)).astype(np.float32)


FILTERS = _filters()
"""Triangles of equal area, float32 [40, 201]."""
