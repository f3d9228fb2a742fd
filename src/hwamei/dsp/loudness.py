"""How loud speech is, and bringing it to one loudness utterance by utterance.

Loudness is that of ITU-R BS.1770-4: K-weighted power in blocks of 400 ms that overlap by three quarters, with an
absolute gate at −70 LUFS and a relative one 10 LU under the mean of what passed the first. The filters are in De Man's
form, which is exact at any sample rate. Blocks go into a histogram of 0.1 LU, so an hour needs no more memory than a
word.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from hwamei.domain.audio import Audio, Samples
from hwamei.dsp.biquad import Gains, biquad, impulse_response
from hwamei.dsp.convolution import Convolver
from hwamei.dsp.decibel import amplitude

TARGET_LOUDNESS_LUFS = -19.0  # ours: in one channel as loud as −16 in two; within −23..−16
KEPT_DIFFERENCE_LU = 2.5  # by how much an utterance may stay louder or softer than the target
MAX_GAIN_DB = 40.0  # what is softer than this leaves room for is no speech

_BLOCK_S = 0.4  # BS.1770-4, annex 1
DECIDED_AFTER_S = _BLOCK_S  # of an utterance that comes in pieces: under a block its loudness is a guess
_HOP_S = 0.1  # 75 % overlap
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
_OFFSET_LUFS = -0.691
_BIN_LU = 0.1
_BINS = 1000  # −70..+30 LUFS


class LoudnessMeter:
    """Gated loudness of mono sound that comes in pieces. Used by one thread."""

    def __init__(self, sample_rate_hz: int) -> None:
        self._weighting = Convolver(_k_weighting(sample_rate_hz))
        self._hop_samples = round(_HOP_S * sample_rate_hz)
        self._rest: NDArray[np.float64] = np.zeros(0)
        self._hop_powers: list[float] = []  # the last three: a block is four
        self._seen_samples = 0
        self._histogram = _Histogram()

    def add(self, samples: Samples) -> None:
        """Take samples, float32 [n], as what comes next."""
        self._seen_samples += len(samples)
        self._rest = np.concatenate([self._rest, np.square(self._weighting.push(samples.astype(np.float64)))])
        hops = len(self._rest) // self._hop_samples
        whole, self._rest = np.split(self._rest, [hops * self._hop_samples])
        powers = [*self._hop_powers, *whole.reshape(hops, self._hop_samples).mean(axis=1).tolist()]
        self._histogram.add(_blocks(np.asarray(powers)))
        self._hop_powers = powers[-(_HOPS_PER_BLOCK - 1) :]

    def loudness_lufs(self) -> float | None:
        """The gated loudness so far; None if nothing passed the gate. Shorter than a block: as if silence followed."""
        if self._histogram.is_empty and self._seen_samples < _HOPS_PER_BLOCK * self._hop_samples:
            energy = sum(self._hop_powers) * self._hop_samples + float(self._rest.sum())
            short = _Histogram()
            short.add(np.asarray([energy / (_HOPS_PER_BLOCK * self._hop_samples)]))
            return short.loudness_lufs()
        return self._histogram.loudness_lufs()

    def histogram(self) -> _Histogram:
        """The blocks that were measured; pieces under a block count as one."""
        if self._histogram.is_empty and (loudness := self.loudness_lufs()) is not None:
            short = _Histogram()
            short.add(np.asarray([_power(loudness)]))
            return short
        return self._histogram


_HOPS_PER_BLOCK = round(_BLOCK_S / _HOP_S)


class Leveller:
    """Brings a programme to TARGET_LOUDNESS_LUFS, one utterance after the other. Used by one thread.

    The gain is one for a whole utterance, so it moves only where utterances join. It follows the loudness of all that
    was spoken so far, this utterance included, and so settles; what an utterance differs from the rest stays, up to
    KEPT_DIFFERENCE_LU.
    """

    def __init__(self) -> None:
        self._programme = _Histogram()

    def level(self, utterance: Audio) -> Audio:
        """The utterance at the programme's gain; silence comes back as it is."""
        meter = LoudnessMeter(utterance.sample_rate_hz)
        meter.add(utterance.samples)
        gain_db = self.gain_db(meter)
        if gain_db is None:
            return utterance
        self.absorb(meter)
        return Audio(utterance.samples * np.float32(amplitude(gain_db)), utterance.sample_rate_hz)

    def in_pieces(self, sample_rate_hz: int) -> UtteranceLevel:
        """The next utterance, which comes in pieces."""
        return UtteranceLevel(self, sample_rate_hz)

    def gain_db(self, meter: LoudnessMeter) -> float | None:
        """The gain for an utterance of which so much was measured; None for silence."""
        own_lufs = meter.loudness_lufs()
        if own_lufs is None:
            return None
        programme = _Histogram()
        programme.add_all(self._programme)
        programme.add_all(meter.histogram())
        programme_lufs = programme.loudness_lufs()
        towards_programme = TARGET_LOUDNESS_LUFS - (own_lufs if programme_lufs is None else programme_lufs)
        towards_own = TARGET_LOUDNESS_LUFS - own_lufs
        kept = np.clip(towards_programme, towards_own - KEPT_DIFFERENCE_LU, towards_own + KEPT_DIFFERENCE_LU)
        return float(min(kept, MAX_GAIN_DB))

    def absorb(self, meter: LoudnessMeter) -> None:
        """Count an utterance that was measured as spoken."""
        self._programme.add_all(meter.histogram())


class UtteranceLevel:
    """One gain for an utterance that comes in pieces, decided from its first DECIDED_AFTER_S and what was spoken
    before.
    Used by one thread. Until then nothing is given out, but for silence at its beginning.
    """

    def __init__(self, leveller: Leveller, sample_rate_hz: int) -> None:
        self._leveller, self._meter = leveller, LoudnessMeter(sample_rate_hz)
        self._needed_samples = round(DECIDED_AFTER_S * sample_rate_hz)
        self._waiting: Samples = np.zeros(0, dtype=np.float32)
        self._factor: np.float32 | None = None

    def push(self, samples: Samples) -> Samples:
        """What is ready after these samples, float32."""
        self._meter.add(samples)
        if self._factor is not None:
            return samples * self._factor
        self._waiting = np.concatenate([self._waiting, samples])
        return self._waiting[:0] if len(self._waiting) < self._needed_samples else self._decided()

    def finish(self) -> Samples:
        """The rest."""
        rest = self._decided()
        self._leveller.absorb(self._meter)
        return rest

    def _decided(self) -> Samples:
        """What waited, at the gain that it and all before it want; silence as it is, and the next piece decides."""
        waited, self._waiting = self._waiting, self._waiting[:0]
        gain_db = self._leveller.gain_db(self._meter) if self._factor is None else None
        if gain_db is None:
            return waited
        self._factor = np.float32(amplitude(gain_db))
        return waited * self._factor


def k_weighting(frequencies_hz: NDArray[np.float64], sample_rate_hz: int) -> NDArray[np.float64]:
    """How much power at these frequencies counts: float64 like them, 1 near 500 Hz, 2.5 at the top."""
    powers = np.abs(np.fft.rfft(_k_weighting(sample_rate_hz))) ** 2
    factors: NDArray[np.float64] = np.interp(frequencies_hz, np.linspace(0, sample_rate_hz / 2, len(powers)), powers)
    return factors


@cache
def _k_weighting(sample_rate_hz: int) -> NDArray[np.float64]:
    """Impulse response of the two filters of BS.1770-4: a shelf for the head, a high-pass for the ear.

    By the formulae with which B. De Man found the standard's coefficients for 48 kHz again
    (github.com/BrechtDeMan/loudness.py). The high-pass rings longest: a double pole at 38 Hz (Q 0.5), which dies away
    by e⁻⁶⁰ in a quarter of a second.
    """
    shelf_gain, shelf_quality = 10 ** (3.99984385397 / 20), 0.7071752369554193
    gains = Gains(above=shelf_gain, around=shelf_gain**0.499666774155 / shelf_quality, below=1.0)
    shelf = biquad(1681.9744509555319, shelf_quality, gains, sample_rate_hz)
    high_pass = biquad(38.13547087613982, 0.5003270373253953, Gains(above=1.0), sample_rate_hz)
    as_in_the_standard = high_pass._replace(b=(1.0, -2.0, 1.0))  # not scaled to 0 dB far above
    return impulse_response([shelf, as_in_the_standard], sample_rate_hz)


class _Histogram:
    """Block powers by loudness: sums and counts, from which both gates are taken."""

    def __init__(self) -> None:
        self._counts = np.zeros(_BINS)
        self._powers = np.zeros(_BINS)

    @property
    def is_empty(self) -> bool:
        return not self._counts.any()

    def add(self, powers: NDArray[np.float64]) -> None:
        loudness = _loudness_lufs(powers)
        passed = loudness >= _ABSOLUTE_GATE_LUFS
        bins = np.minimum(((loudness[passed] - _ABSOLUTE_GATE_LUFS) / _BIN_LU).astype(int), _BINS - 1)
        np.add.at(self._counts, bins, 1)
        np.add.at(self._powers, bins, powers[passed])

    def add_all(self, other: _Histogram) -> None:
        self._counts += other._counts
        self._powers += other._powers

    def loudness_lufs(self) -> float | None:
        if self.is_empty:
            return None
        mean = self._powers.sum() / self._counts.sum()
        gate_lufs = float(_loudness_lufs(np.asarray(mean))) + _RELATIVE_GATE_LU
        first = max(0, round((gate_lufs - _ABSOLUTE_GATE_LUFS) / _BIN_LU))
        return float(_loudness_lufs(self._powers[first:].sum() / self._counts[first:].sum()))


def _blocks(hop_powers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean power of each block, float64 [hops - 3]."""
    if len(hop_powers) < _HOPS_PER_BLOCK:
        return np.zeros(0)
    return np.convolve(hop_powers, np.full(_HOPS_PER_BLOCK, 1 / _HOPS_PER_BLOCK), mode="valid")


def _loudness_lufs(powers: NDArray[np.float64]) -> NDArray[np.float64]:
    return _OFFSET_LUFS + 10.0 * np.log10(np.maximum(powers, 1e-30))


def _power(loudness_lufs: float) -> float:
    return float(10.0 ** ((loudness_lufs - _OFFSET_LUFS) / 10.0))
