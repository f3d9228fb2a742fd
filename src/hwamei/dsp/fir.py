"""Equalising with a linear-phase FIR filter, its delay taken out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import oaconvolve

from hwamei.domain.audio import Samples


def equalise(samples: Samples, taps: Samples) -> Samples:
    """The samples filtered, float32 [n] like the input, nothing shifted in time.

    `taps`: float32 [m], symmetric, m odd (a linear-phase filter whose delay is a whole number of samples). Raises
    ValueError.
    """
    if len(taps) % 2 == 0 or not np.allclose(taps, taps[::-1], atol=1e-6):
        raise ValueError(f"{len(taps)} taps: a symmetric filter with an odd number of taps is needed")
    if not len(samples):
        return samples
    filtered: NDArray[np.float64] = oaconvolve(samples.astype(np.float64), taps.astype(np.float64), mode="full")
    delay = len(taps) // 2
    return filtered[delay : delay + len(samples)].astype(np.float32)


class StreamingEqualiser:
    """The same for sound that comes in pieces: what comes out is late by half the taps. Used by one thread."""

    def __init__(self, taps: Samples) -> None:
        equalise(np.zeros(1, dtype=np.float32), taps)
        self._taps = taps.astype(np.float64)
        self._past = np.zeros(len(taps) - 1)
        self._skip = len(taps) // 2

    def push(self, samples: Samples) -> Samples:
        """What is ready after these samples, float32 [<= n]."""
        if not len(samples):
            return samples
        known = np.concatenate([self._past, samples])
        ready: NDArray[np.float64] = oaconvolve(known, self._taps, mode="valid")
        self._past = known[len(known) - len(self._past) :]
        skipped = min(self._skip, len(ready))
        self._skip -= skipped
        return ready[skipped:].astype(np.float32)

    def finish(self) -> Samples:
        """The rest, so that as many samples have come out as went in."""
        return self.push(np.zeros(len(self._taps) // 2, dtype=np.float32))
