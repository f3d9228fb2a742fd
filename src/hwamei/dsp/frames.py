"""Cutting sound into overlapping frames, a stretch at a time so that an hour of it fits into memory."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from hwamei.domain.audio import Samples

_FRAMES_AT_ONCE = 2_000


def centred_frames(samples: Samples, *, width: int, hop: int) -> Iterator[Samples]:
    """Blocks of frames, float32 [<= 2000, width]: one around each whole hop, silence beyond the ends."""
    count = len(samples) // hop
    before = (width - hop) // 2
    padded = np.pad(samples, (before, width))
    windows = sliding_window_view(padded, width)[::hop]
    return (windows[start : min(start + _FRAMES_AT_ONCE, count)] for start in range(0, count, _FRAMES_AT_ONCE))
