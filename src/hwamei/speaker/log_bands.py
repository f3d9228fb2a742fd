"""Band energies as the house encoder hears them: relative to their own mean, so that a steady colour falls away.

A microphone, and for the most part a room, multiplies the spectrum; in logarithms that adds a constant to each band,
which taking away the mean over time removes (B. S. Atal: *Effectiveness of linear prediction characteristics of the
speech wave for automatic speaker identification and verification*, JASA 55, 1974).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hwamei.domain.audio import Samples

Floats = NDArray[np.float32]

RATE_HZ = 16_000
WINDOW_SAMPLES = 400
HOP_SAMPLES = 200
FFT_SAMPLES = 512
BANDS = 64
LOWEST_HZ, HIGHEST_HZ = 50.0, 7600.0
PRE_EMPHASIS = 0.97
FLOOR = 1e-5  # of the loudest band's energy: what lies 50 dB below it is the room
TINY = 1e-12


def log_bands(samples: Samples) -> Floats:
    """Natural logarithm of the energy in 64 mel bands, less each band's mean: float32 [..., frames, 64], a frame each
    12.5 ms; samples: float32 [..., n] at 16 kHz, n of 400 and more."""
    energies = band_energies(samples)
    logs = np.log(energies + floor(energies))
    relative: Floats = (logs - logs.mean(axis=-2, keepdims=True)).astype(np.float32)
    return relative


def band_energies(samples: Samples) -> Floats:
    """Energy in the bands, float32 [..., frames, 64]."""
    emphasised = samples - PRE_EMPHASIS * _delayed(samples)
    frames = np.lib.stride_tricks.sliding_window_view(emphasised, WINDOW_SAMPLES, axis=-1)[..., ::HOP_SAMPLES, :]
    spectra = np.fft.rfft(frames * window(), FFT_SAMPLES)
    energies: Floats = (spectra.real**2 + spectra.imag**2).astype(np.float32) @ filters().T
    return energies


def floor(energies: Floats) -> Floats:
    """What is added to the energies so that no logarithm goes deeper than the room, float32 [..., 1, 1]."""
    lowest: Floats = energies.max(axis=(-2, -1), keepdims=True) * FLOOR + TINY
    return lowest


def window() -> Floats:
    """Hann's, periodic: float32 [400]."""
    return np.hanning(WINDOW_SAMPLES + 1)[:-1].astype(np.float32)


def filters() -> Floats:
    """Triangles on the mel scale, each summing to 1: float32 [64, 257]."""
    bins_hz = np.linspace(0, RATE_HZ / 2, FFT_SAMPLES // 2 + 1)
    edges_hz = _mel_to_hz(np.linspace(_hz_to_mel(LOWEST_HZ), _hz_to_mel(HIGHEST_HZ), BANDS + 2))
    low, centre, high = edges_hz[:-2, None], edges_hz[1:-1, None], edges_hz[2:, None]
    rising, falling = (bins_hz - low) / (centre - low), (high - bins_hz) / (high - centre)
    triangles = np.maximum(0, np.minimum(rising, falling))
    normed: Floats = (triangles / (triangles.sum(axis=1, keepdims=True) + 1e-9)).astype(np.float32)
    return normed


def _delayed(samples: Samples) -> Samples:
    """One sample later, with a zero first."""
    late = np.zeros_like(samples)
    late[..., 1:] = samples[..., :-1]
    return late


def _hz_to_mel(frequency_hz: float) -> float:
    """The scale of the Hidden Markov Model Toolkit: 2595 log10(1 + f / 700)."""
    return float(2595 * np.log10(1 + frequency_hz / 700))


def _mel_to_hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    return 700 * (10 ** (mel / 2595) - 1)
