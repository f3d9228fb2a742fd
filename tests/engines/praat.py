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
