"""Cutting sound into overlapping frames, a stretch at a time so that an hour of it fits into memory."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from hwamei.domain.audio import Samples
from hwamei.dsp.decibel import SILENCE_DB

_FRAMES_AT_ONCE = 2_000


def whole_frames(samples: Samples, *, width: int, hop: int) -> Iterator[Samples]:
    """Blocks of frames, float32 [<= 2000, width], that begin every `hop` samples and lie wholly inside."""
    if len(samples) < width:
        return
    windows = sliding_window_view(samples, width)[::hop]
    for start in range(0, len(windows), _FRAMES_AT_ONCE):
        yield windows[start : start + _FRAMES_AT_ONCE]


def centred_frames(samples: Samples, *, width: int, hop: int) -> Iterator[Samples]:
    """Blocks of frames, float32 [<= 2000, width]: one around each whole hop, silence beyond the ends."""
    whole = samples[: len(samples) // hop * hop]
    before = (width - hop) // 2
    return whole_frames(np.pad(whole, (before, width - hop - before)), width=width, hop=hop) if len(whole) else iter(())


def frame_powers(samples: Samples, width: int) -> NDArray[np.float64]:
    """Mean square of each whole frame of `width` samples, one after the other: float64 [n // width]."""
    count = len(samples) // width
    powers: NDArray[np.float64] = np.mean(
        np.square(samples[: count * width].reshape(count, width), dtype=np.float64), axis=1
    )
    return powers


def frame_levels_db(samples: Samples, frame_samples: int) -> Samples:
    """RMS per frame in dB, float32 [frames]; the last frame may be short."""
    padded = np.pad(samples, (0, -len(samples) % frame_samples)).reshape(-1, frame_samples)
    power: NDArray[np.float64] = np.mean(np.square(padded, dtype=np.float64), axis=1)
    levels_db: NDArray[np.float64] = 10 * np.log10(np.maximum(power, 10 ** (SILENCE_DB / 10)))
    return levels_db.astype(np.float32)
