"""An equaliser whose gains change from moment to moment."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from hwamei.domain.audio import Samples
from hwamei.dsp.envelope import HOP_S, Levels
from hwamei.dsp.spectrum import BAND_CENTRES_HZ

FFT_SAMPLES = 1024  # twice a window and more: what a gain rings over a window's end stays beside it


def equalise_moving(samples: Samples, gains_db: Levels, sample_rate_hz: int) -> Samples:
    """The samples with these gains, float32 [n] like the input, nothing shifted in time.

    `gains_db`: float32 [frames, 40], for the frames of `envelope`; above and below the bands the nearest one's gain.
    Weighted overlap-add with a zero-phase filter in each frame (J. B. Allen, L. R. Rabiner: *A unified approach to
    short-time Fourier analysis and synthesis*, 1977); the squares of the windows add up to 1.
    """
    hop = round(HOP_S * sample_rate_hz)
    window = np.sqrt(0.5 - 0.5 * np.cos(np.pi * (np.arange(2 * hop) + 0.5) / hop)).astype(np.float32)
    padded = np.pad(samples, (hop, 2 * hop))
    frames = sliding_window_view(padded, 2 * hop)[::hop][: len(gains_db)] * window
    ring = (FFT_SAMPLES - 2 * hop) // 2
    spectra = np.fft.rfft(np.pad(frames, ((0, 0), (ring, ring))), FFT_SAMPLES, axis=1)
    shaped = np.fft.irfft(spectra * _amplitudes(gains_db, sample_rate_hz), FFT_SAMPLES, axis=1)
    pieces = shaped[:, ring : ring + 2 * hop] * window
    joined = pieces[:-1, hop:] + pieces[1:, :hop]
    return joined.reshape(-1)[: len(samples)].astype(np.float32)


def _amplitudes(gains_db: Levels, sample_rate_hz: int) -> Levels:
    """Gains in the bins of the FFT, float32 [frames, FFT_SAMPLES // 2 + 1]."""
    bins_hz = np.fft.rfftfreq(FFT_SAMPLES, 1 / sample_rate_hz)
    each = np.eye(len(BAND_CENTRES_HZ))
    shares = np.stack([np.interp(bins_hz, BAND_CENTRES_HZ, one) for one in each]).astype(np.float32)
    return np.power(10, gains_db @ shares / 20, dtype=np.float32)
