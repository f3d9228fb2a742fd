"""Praat as the independent judge of pitch."""

from __future__ import annotations

import numpy as np
import parselmouth
from numpy.typing import NDArray

from hwamei.domain.audio import Audio


def f0_track(audio: Audio) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Times in seconds and F0 in Hz, 0 where unvoiced, each 10 ms: float64 [frames]."""
    sound = parselmouth.Sound(audio.samples.astype(np.float64), audio.sample_rate_hz)
    pitch = sound.to_pitch(time_step=0.01, pitch_floor=60.0, pitch_ceiling=500.0)
    return np.asarray(pitch.xs()), np.asarray(pitch.selected_array["frequency"])


def median_f0_hz(audio: Audio) -> float:
    """Median of Praat's pitch track over its voiced frames, Hz."""
    _, pitch_hz = f0_track(audio)
    return float(np.median(pitch_hz[pitch_hz > 0]))


def moved_cents(audio: Audio, original: Audio) -> float:
    """Median of how far the pitch has moved, frame by frame where both are voiced, at the shift in time (up to 50 ms)
    where most are."""
    (_, one_hz), (_, other_hz) = (f0_track(sound) for sound in (audio, original))
    best: NDArray[np.float64] = np.zeros(0)
    for shift in range(-5, 6):
        later, earlier = one_hz[max(0, shift) :], other_hz[max(0, -shift) :]
        frames = min(len(later), len(earlier))
        both = (later[:frames] > 0) & (earlier[:frames] > 0)
        if both.sum() > len(best):
            best = 1200 * np.log2(later[:frames][both] / earlier[:frames][both])
    return float(np.median(best))
