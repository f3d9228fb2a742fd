"""Long silences cut out the way the GE2E encoder was trained: WebRTC's voice activity detector, smoothed."""

from __future__ import annotations

import numpy as np
import webrtcvad
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from hwamei.domain.audio import Samples
from hwamei.speaker.mel import RATE_HZ

Flags = NDArray[np.bool_]
"""bool [windows of 30 ms]."""

WINDOW_SAMPLES = 30 * RATE_HZ // 1000
SMOOTHED_WINDOWS = 8
WIDENED_WINDOWS = 6  # as many windows of silence are kept at a cut
STRICTNESS = 3  # of 0..3


def cut_long_silences(samples: Samples) -> Samples:
    """The speech, with short silences kept; samples: float32 [n] at 16 kHz. All of it where no speech is found."""
    windows = len(samples) // WINDOW_SAMPLES
    if windows == 0:
        return samples
    whole = samples[: windows * WINDOW_SAMPLES]
    speech = _widen(_smooth(_voiced(whole)))
    return whole[np.repeat(speech, WINDOW_SAMPLES)] if speech.any() else samples


def _voiced(samples: Samples) -> Flags:
    detector = webrtcvad.Vad(mode=STRICTNESS)
    pcm = np.round(samples * 32767).clip(-32768, 32767).astype("<i2").reshape(-1, WINDOW_SAMPLES)
    return np.array([detector.is_speech(window.tobytes(), sample_rate=RATE_HZ) for window in pcm])


def _smooth(flags: Flags) -> Flags:
    padded = np.concatenate([np.zeros((SMOOTHED_WINDOWS - 1) // 2), flags, np.zeros(SMOOTHED_WINDOWS // 2)])
    sums = np.cumsum(padded)
    sums[SMOOTHED_WINDOWS:] = sums[SMOOTHED_WINDOWS:] - sums[:-SMOOTHED_WINDOWS]
    means = sums[SMOOTHED_WINDOWS - 1 :] / SMOOTHED_WINDOWS
    return np.round(means).astype(bool)


def _widen(flags: Flags) -> Flags:
    around = sliding_window_view(np.pad(flags, WIDENED_WINDOWS // 2), WIDENED_WINDOWS + 1)
    return np.asarray(around.any(axis=1))
