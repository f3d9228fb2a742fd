"""Filtering with an impulse response of any length by FFT (overlap-save), so that an hour needs a few blocks of memory.

A. V. Oppenheim, R. W. Schafer: *Discrete-Time Signal Processing*, section 8.7.3.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Real = TypeVar("Real", np.float32, np.float64)

_BLOCK_PER_RESPONSE = 4  # how many times as long as the response a block is: three quarters of each FFT are new samples
_SHORTEST_BLOCK_SAMPLES = 1_024


class Convolver:
    """Filters sound that comes in pieces; what comes out is not late. Used by one thread.

    What it keeps of the past makes each piece go on exactly where the last one stopped.
    """

    def __init__(self, response: NDArray[np.floating]) -> None:
        """`response`: [m], m >= 1, what comes out after a single 1."""
        self._kept = len(response) - 1
        self._block = max(_SHORTEST_BLOCK_SAMPLES, 1 << (_BLOCK_PER_RESPONSE * len(response) - 1).bit_length())
        self._spectrum = np.fft.rfft(response.astype(np.float64), self._block)
        self._past: NDArray[np.float64] = np.zeros(self._kept)

    def push(self, samples: NDArray[Real]) -> NDArray[Real]:
        """The samples filtered, [n], of their own type; reckoned in float64."""
        known = np.concatenate([self._past.astype(samples.dtype), samples])
        filtered = np.empty_like(samples)
        step = self._block - self._kept
        for start in range(0, len(samples), step):
            block = np.fft.irfft(np.fft.rfft(self._float64(known, start), self._block) * self._spectrum, self._block)
            filtered[start : start + step] = block[self._kept : self._kept + len(samples) - start]
        self._past = known[len(samples) :].astype(np.float64)
        return filtered

    def _float64(self, known: NDArray[Real], start: int) -> NDArray[np.float64]:
        return known[start : start + self._block].astype(np.float64)
