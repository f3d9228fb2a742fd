"""A limiter that looks ahead: peaks between the samples count, and what stays under the ceiling is not touched.

The gain goes down before a peak along a smooth curve and comes back after it at a steady rate in dB. Method: the gain
that each sample needs, held low for a window, then averaged over that window with weights that sum to one; each
average is taken over values that all are at most what the sample needs, so the ceiling holds exactly (for the samples
themselves; between them to within the precision of fourfold oversampling).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hwamei.domain.audio import Samples
from hwamei.dsp.decibel import amplitude

CEILING_DBFS = -1.0  # true peak, as EBU R 128 asks for
LOOKAHEAD_S = 0.005
RELEASE_DB_PER_S = 40.0  # ours: slow enough not to be heard as roughness

_OVERSAMPLING = 4  # BS.1770-4, annex 2
_TAPS_PER_PHASE = 12
_REACH = _TAPS_PER_PHASE // 2  # samples on either side that an in-between peak depends on


class Limiter:
    """Limits sound that comes in pieces; late by the look-ahead. Used by one thread.

    What it keeps of the past makes each piece go on exactly where the last one stopped.
    """

    def __init__(self, sample_rate_hz: int, ceiling_dbfs: float = CEILING_DBFS) -> None:
        self._ceiling = amplitude(ceiling_dbfs)
        self._window = max(2, round(LOOKAHEAD_S * sample_rate_hz))
        self._release_db = RELEASE_DB_PER_S / sample_rate_hz
        self._unmeasured: Samples = np.zeros(_REACH, dtype=np.float32)  # still waits for its neighbours on the right
        self._waiting: Samples = np.zeros(0, dtype=np.float32)  # measured or not, its gain is not known yet
        self._needs_db: NDArray[np.float64] = np.zeros(
            self._window - 1
        )  # from a window before the first waiting sample
        self._last_need_db = 0.0

    def push(self, samples: Samples) -> Samples:
        """What is ready after these samples, float32."""
        self._waiting = np.concatenate([self._waiting, samples])
        self._needs_db = np.concatenate([self._needs_db, self._released(self._needs(samples))])
        ready = max(0, len(self._needs_db) - 2 * (self._window - 1))
        out, self._waiting = np.split(self._waiting, [ready])
        limited = out * self._gains() if ready and self._needs_db.any() else out
        self._needs_db = self._needs_db[ready:]
        return limited

    def finish(self) -> Samples:
        """The rest, so that as many samples have come out as went in."""
        return self.push(np.zeros(self._window - 1 + _REACH, dtype=np.float32))

    def _needs(self, samples: Samples) -> NDArray[np.float64]:
        """The gain in dB, <= 0, that each sample needs whose neighbours are known by now."""
        known = np.concatenate([self._unmeasured, samples])
        self._unmeasured = known[-2 * _REACH :]
        count = max(0, len(known) - 2 * _REACH)
        if not count or 2 * float(np.abs(known).max()) <= self._ceiling:
            return np.zeros(count)
        peaks = _peaks(known)[_REACH : _REACH + count]
        needs_db: NDArray[np.float64] = 20 * np.log10(self._ceiling / np.maximum(peaks, self._ceiling))
        return np.minimum(needs_db, 0.0)

    def _released(self, needs_db: NDArray[np.float64]) -> NDArray[np.float64]:
        """The needs, coming back to 0 no faster than the release rate."""
        if not needs_db.any() and not self._last_need_db:
            return needs_db
        climb = self._release_db * np.arange(len(needs_db) + 1)
        lowest = np.minimum.accumulate(np.concatenate([[self._last_need_db], needs_db]) - climb)
        released: NDArray[np.float64] = np.minimum(0.0, lowest + climb)[1:]
        self._last_need_db = float(released[-1]) if len(released) else self._last_need_db
        return released

    def _gains(self) -> Samples:
        """Factors, float32, for as many samples as are ready."""
        smooth_db = np.convolve(_held(self._needs_db, self._window), _smoothing_weights(self._window), mode="valid")
        gains: NDArray[np.float64] = 10.0 ** (smooth_db / 20.0)
        return gains.astype(np.float32)


def _held(values: NDArray[np.float64], window: int) -> NDArray[np.float64]:
    """The smallest of each `window` values that follow one another, float64 [n - window + 1].

    In three passes however long the window (van Herk 1992; Gil and Werman 1993): cut into stretches of a window, any
    window is the end of one and the beginning of the next.
    """
    stretches = np.pad(values, (0, -len(values) % window)).reshape(-1, window)
    beginnings = np.minimum.accumulate(stretches, axis=1).ravel()
    ends = np.minimum.accumulate(stretches[:, ::-1], axis=1)[:, ::-1].ravel()
    count = len(values) - window + 1
    held: NDArray[np.float64] = np.minimum(ends[:count], beginnings[window - 1 : window - 1 + count])
    return held


def _smoothing_weights(length: int) -> NDArray[np.float64]:
    """A Hann window without its zeros, summing to 1."""
    window: NDArray[np.float64] = np.hanning(length + 2)[1:-1]
    weights: NDArray[np.float64] = window / window.sum()
    return weights


def _peaks(samples: Samples) -> NDArray[np.float64]:
    """The largest magnitude from each sample up to the next, float64 [n], between the samples too."""
    wide, taps = samples.astype(np.float64), _oversampling_taps()
    peaks: NDArray[np.float64] = np.abs(wide)
    for phase in range(_OVERSAMPLING):
        between = np.convolve(wide, taps[phase::_OVERSAMPLING])[_REACH : _REACH + len(samples)]
        np.maximum(peaks, np.abs(between), out=peaks)
    return peaks


def _oversampling_taps() -> NDArray[np.float64]:
    """The low-pass that fills in the samples between, a windowed sinc, summing to _OVERSAMPLING: float64 [49]."""
    reach = _OVERSAMPLING * _REACH
    taps = np.sinc(np.arange(-reach, reach + 1) / _OVERSAMPLING) * np.kaiser(2 * reach + 1, 6.0)
    summed: NDArray[np.float64] = taps * _OVERSAMPLING / taps.sum()
    return summed
