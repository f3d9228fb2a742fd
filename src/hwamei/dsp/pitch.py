"""Fundamental frequency of speech by YIN.

A. de Cheveigné, H. Kawahara: *YIN, a fundamental frequency estimator for speech and music*, JASA 111(4), 2002; steps
1 to 5.
"""

from __future__ import annotations

import numpy as np
import soxr
from numpy.typing import NDArray

from hwamei.domain.audio import Audio

RATE_HZ = 8_000  # pitch lies far below; the search is cheaper
HOP_S = 0.01
WINDOW_S = 0.032
LOWEST_HZ = 60.0
HIGHEST_HZ = 500.0
APERIODICITY = 0.15  # at most this much of a voiced frame is not periodic (the paper's absolute threshold is 0.1)
FEWEST_FRAMES = 20
NORMAL_MIDDLE = 2.563  # deviations between the 10th and the 90th percentile of a normal distribution
QUIET_DB = 35.0  # frames this far under the loudest are not speech


def fundamental_hz(audio: Audio) -> NDArray[np.float32]:
    """F0 per 10 ms, float32 [frames] in Hz, 0 where unvoiced; audio of any rate."""
    samples = soxr.resample(audio.samples, audio.sample_rate_hz, RATE_HZ).astype(np.float64)
    window, longest = round(WINDOW_S * RATE_HZ), round(RATE_HZ / LOWEST_HZ)
    length = window + longest
    if len(samples) < length:
        return np.zeros(0, np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples, length)[:: round(HOP_S * RATE_HZ)]
    difference = _normalised_difference(frames, window, longest)
    lags, depth = _first_dips(difference)
    level = np.mean(np.square(frames), axis=1)
    loud = level > level.max() * 10 ** (-QUIET_DB / 10)
    pitch_hz: NDArray[np.float32] = np.where(loud & (depth < APERIODICITY), RATE_HZ / lags, 0).astype(np.float32)
    return pitch_hz


def voiced_pitch_hz(audio: Audio) -> NDArray[np.float32]:
    """F0 of the voiced frames, float32 [frames] in Hz; empty where fewer than 20 frames (0.2 s) are voiced."""
    pitch_hz = fundamental_hz(audio)
    voiced = pitch_hz[pitch_hz > 0]
    return voiced if len(voiced) >= FEWEST_FRAMES else voiced[:0]


def median_pitch_hz(audio: Audio) -> float | None:
    """The median F0 of the voiced frames in Hz; None where fewer than 20 frames (0.2 s) are voiced."""
    voiced = voiced_pitch_hz(audio)
    return float(np.median(voiced)) if len(voiced) else None


def deviation(pitch_hz: NDArray[np.float32]) -> float:
    """How far a voice moves up and down: the deviation of ln F0, as the middle four fifths show it, for a search for
    pitch errs by octaves. 0.12 is flat reading, 0.25 lively. Pitch float32 [frames], all voiced; 0 for none."""
    if not len(pitch_hz):
        return 0.0
    low, high = np.percentile(np.log(pitch_hz), (10, 90))
    return float(high - low) / NORMAL_MIDDLE


def _normalised_difference(frames: NDArray[np.float64], window: int, longest: int) -> NDArray[np.float64]:
    """Cumulative mean normalised difference, float64 [frames, longest + 1] (equations 6 and 8 of the paper)."""
    size = 1 << (frames.shape[1] + window - 1).bit_length()
    spectrum = np.fft.rfft(frames, size)
    head = np.fft.rfft(frames[:, :window], size)
    correlation = np.fft.irfft(spectrum * head.conj(), size)[:, : longest + 1]
    energy = np.cumsum(np.pad(np.square(frames), ((0, 0), (1, 0))), axis=1)
    energies = energy[:, window : window + longest + 1] - energy[:, : longest + 1]
    difference = np.maximum(energies[:, :1] + energies - 2 * correlation, 0)
    sums = np.cumsum(difference[:, 1:], axis=1)
    normalised: NDArray[np.float64] = np.ones_like(difference)
    normalised[:, 1:] = difference[:, 1:] * np.arange(1, longest + 1) / np.maximum(sums, 1e-12)
    return normalised


def _first_dips(difference: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each frame the lag (samples, between them by a parabola) of the first dip under the threshold, else of the
    deepest, and how deep it is."""
    shortest = int(RATE_HZ / HIGHEST_HZ)
    inner = difference[:, shortest:-1]
    is_dip = (inner <= difference[:, shortest - 1 : -2]) & (inner < difference[:, shortest + 1 :])
    under = is_dip & (inner < APERIODICITY)
    first = np.where(under.any(axis=1), under.argmax(axis=1), np.where(is_dip, inner, np.inf).argmin(axis=1)) + shortest
    rows = np.arange(len(difference))
    before, here, after = (difference[rows, first + step] for step in (-1, 0, 1))
    curvature = before - 2 * here + after
    offset = np.where(curvature > 0, (before - after) / (2 * np.maximum(curvature, 1e-12)), 0)
    return first + np.clip(offset, -0.5, 0.5), here
