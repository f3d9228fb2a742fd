"""Samples that a recorder cut off because they were too loud."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hwamei.domain.audio import Samples

_FLAT = 0.985  # of the highest sample: what a lossy codec makes of a flat top still counts
_SHORTEST_RUN_SAMPLES = 3
_SOFTEST_PEAK = 0.1  # nothing in a recording this soft was cut off


def clipped_share(samples: Samples) -> float:
    """The share of samples, 0..1, in flat tops: runs of 3 or more on one side at the recording's own highest level.

    The level is the recording's own, as many were turned down after they were cut off.
    """
    peak = float(np.abs(samples).max(initial=0.0))
    if peak < _SOFTEST_PEAK:
        return 0.0
    tops, bottoms = np.flatnonzero(samples >= _FLAT * peak), np.flatnonzero(samples <= -_FLAT * peak)
    runs = np.concatenate([_run_lengths(tops), _run_lengths(bottoms)])
    return float(runs[runs >= _SHORTEST_RUN_SAMPLES].sum()) / len(samples)


def _run_lengths(places: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many places follow each other without a gap, for each such run."""
    if not len(places):
        return places
    starts = np.concatenate([[0], np.flatnonzero(np.diff(places) > 1) + 1, [len(places)]])
    return np.diff(starts)
