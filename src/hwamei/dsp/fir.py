"""Equalising with a linear-phase FIR filter, its delay taken out."""

from __future__ import annotations

import numpy as np

from hwamei.domain.audio import Samples
from hwamei.dsp.convolution import Convolver


def equalise(samples: Samples, taps: Samples) -> Samples:
    """The samples filtered, float32 [n] like the input, nothing shifted in time.

    `taps`: float32 [m], symmetric, m odd (a linear-phase filter whose delay is a whole number of samples). Raises
    ValueError.
    """
    if len(taps) % 2 == 0 or not np.allclose(taps, taps[::-1], atol=1e-6):
        raise ValueError(f"{len(taps)} taps: a symmetric filter with an odd number of taps is needed")
    late = Convolver(taps).push(np.pad(samples, (0, len(taps) // 2)))
    return late[len(taps) // 2 :]


class StreamingEqualiser:
    """The same for sound that comes in pieces: what comes out is late by half the taps. Used by one thread."""

    def __init__(self, taps: Samples) -> None:
        equalise(np.zeros(1, dtype=np.float32), taps)
        self._filter = Convolver(taps)
        self._delay = self._skip = len(taps) // 2

    def push(self, samples: Samples) -> Samples:
        """What is ready after these samples, float32 [<= n]."""
        ready = self._filter.push(samples)
        skipped = min(self._skip, len(ready))
        self._skip -= skipped
        return ready[skipped:]

    def finish(self) -> Samples:
        """The rest, so that as many samples have come out as went in."""
        return self.push(np.zeros(self._delay, dtype=np.float32))
