"""Long-term average spectrum of speech, and the filter that turns one into another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hwamei.domain.audio import Audio, Samples

Bands = NDArray[np.float32]
"""float32 [40], dB in each band of BAND_CENTRES_HZ."""

LOWEST_HZ, HIGHEST_HZ, BAND_COUNT = 80.0, 7_600.0, 40
WINDOW_S = 0.032
QUIET_DB = 30.0  # frames this far under the loudest are pauses
FLOOR_DB = -120.0


def _mel(frequency_hz: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """O'Shaughnessy's mel scale."""
    scaled: NDArray[np.float64] = 2595 * np.log10(1 + np.asarray(frequency_hz, np.float64) / 700)
    return scaled


_EDGES_HZ = 700 * (10 ** (np.linspace(_mel(LOWEST_HZ), _mel(HIGHEST_HZ), BAND_COUNT + 2) / 2595) - 1)
BAND_CENTRES_HZ = _EDGES_HZ[1:-1]


def long_term_spectrum(audio: Audio) -> Bands:
    """Mean power of the speech in each band in dB, relative to the mean over the bands: float32 [40].

    Audio of at least 16 kHz. Pauses do not count.
    """
    window = round(WINDOW_S * audio.sample_rate_hz)
    padded = np.pad(audio.samples, (0, max(0, window - len(audio.samples))))
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[:: window // 2] * np.hanning(window)
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    energy = power.sum(axis=1)
    speech = power[energy >= energy.max() * 10 ** (-QUIET_DB / 10)].mean(axis=0)
    bands = 10 * np.log10(band_filters(window, audio.sample_rate_hz) @ speech + 10 ** (FLOOR_DB / 10))
    relative: Bands = (bands - bands.mean()).astype(np.float32)
    return relative


def equaliser(gains_db: Bands, sample_rate_hz: int, *, taps: int = 257) -> Samples:
    """Linear-phase filter with these gains in the bands, held constant outside them: float32 [taps], taps odd."""
    frequencies_hz = np.concatenate([[0.0], BAND_CENTRES_HZ, [sample_rate_hz / 2]])
    gains = 10 ** (np.concatenate([gains_db[:1], gains_db, gains_db[-1:]]) / 20)
    return _linear_phase(frequencies_hz, gains, taps).astype(np.float32)


def _linear_phase(frequencies_hz: NDArray[np.float64], gains: NDArray[np.float64], taps: int) -> NDArray[np.float64]:
    """A filter with these gains at these frequencies, from 0 to half the rate: float64 [taps], symmetric.

    The frequency-sampling method (Oppenheim and Schafer, section 7.5): gains interpolated on a fine grid, taken back
    to time, tapered by Hamming's window.
    """
    grid = np.linspace(0, 1, 1 + (1 << taps.bit_length()))
    delayed = np.exp(-1j * np.pi * grid * (taps - 1) / 2)
    response = np.fft.irfft(np.interp(grid * frequencies_hz[-1], frequencies_hz, gains) * delayed)
    tapered: NDArray[np.float64] = response[:taps] * np.hamming(taps)
    return tapered


def band_filters(window: int, sample_rate_hz: int) -> NDArray[np.float64]:
    """Triangular bands that each weigh 1 in all, for FFTs of `window` samples: float64 [40, window // 2 + 1]."""
    bins_hz = np.fft.rfftfreq(window, 1 / sample_rate_hz)
    low, centre, high = _EDGES_HZ[:-2, None], _EDGES_HZ[1:-1, None], _EDGES_HZ[2:, None]
    weights = np.maximum(0, np.minimum((bins_hz - low) / (centre - low), (high - bins_hz) / (high - centre)))
    # The lowest bands are narrower than a bin of a short window: they take the nearest bin.
    empty = weights.sum(axis=1) == 0
    weights[empty, np.abs(bins_hz - centre[empty]).argmin(axis=1)] = 1
    normalised: NDArray[np.float64] = weights / weights.sum(axis=1, keepdims=True)
    return normalised
