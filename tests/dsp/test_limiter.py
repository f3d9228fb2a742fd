"""The limiter holds its ceiling and leaves alone what is under it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import resample_poly

from hwamei.domain.audio import Samples
from hwamei.dsp.limiter import LOOKAHEAD_S, Limiter
from tests.dsp import signals

CEILING = 10 ** (-1 / 20)


def limited(samples: Samples, *, cuts: list[int] | None = None, sample_rate_hz: int = 24_000) -> Samples:
    """The samples after a limiter that got them in pieces."""
    limiter = Limiter(sample_rate_hz)
    pieces = np.split(samples, np.cumsum(sorted(cuts or [])))
    return np.concatenate([*(limiter.push(piece) for piece in pieces), limiter.finish()])


sounds = st.builds(
    lambda seed, gains: np.concatenate(
        [np.random.default_rng(seed + place).normal(scale=gain, size=700) for place, gain in enumerate(gains)]
    ).astype(np.float32),
    st.integers(0, 1000),
    st.lists(st.floats(0, 3), min_size=1, max_size=6),
)


@given(sounds)
def test_no_sample_exceeds_the_ceiling_and_none_is_lost(samples: Samples) -> None:
    out = limited(samples)
    assert len(out) == len(samples)
    assert np.abs(out).max() <= CEILING * (1 + 1e-5)


@given(sounds, st.lists(st.integers(0, 900), max_size=5))
def test_how_the_sound_is_cut_makes_no_difference(samples: Samples, cuts: list[int]) -> None:
    assert np.allclose(limited(samples, cuts=cuts), limited(samples), atol=1e-6)


def test_what_is_under_the_ceiling_comes_out_to_the_bit() -> None:
    samples = signals.speech(5).samples
    quiet = (samples / np.abs(samples).max() * 0.8).astype(np.float32)
    assert np.array_equal(limited(quiet, cuts=[5, 700, 701, 30_000]), quiet)


def test_it_is_to_the_bit_again_when_a_peak_is_past() -> None:
    samples = 0.5 * signals.sine(440, 2).samples
    samples[10_000] = 1.5
    out = limited(samples)
    assert np.array_equal(out[:9_000], samples[:9_000])
    assert out[10_000] <= CEILING
    assert np.array_equal(out[-12_000:], samples[-12_000:])


def test_peaks_between_the_samples_count() -> None:
    """A sine at a quarter of the rate, sampled 45° off its crests: samples at 0.707 of what lies between them."""
    phase = np.pi / 2 * np.arange(24_000) + np.pi / 4
    samples = (1.2 * np.sin(phase)).astype(np.float32)
    assert np.abs(samples).max() < CEILING
    middle = limited(samples)[4_000:20_000]
    true_peak = np.abs(resample_poly(middle, 16, 1)[2_000:-2_000]).max()
    assert 20 * np.log10(true_peak) == pytest.approx(-1.0, abs=0.15)


def test_limiting_by_6_db_distorts_less_than_1_percent() -> None:
    """A steady sine twice as loud as allowed comes out as a sine: the gain does not follow its wave."""
    sine = (2 * CEILING * np.sin(2 * np.pi * 200 * np.arange(48_000) / 24_000)).astype(np.float32)
    middle = limited(sine)[12_000:36_000].astype(np.float64)
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle)))) ** 2
    fundamental = spectrum[190:211].sum()
    assert (spectrum.sum() - fundamental) / fundamental < 1e-4


def test_the_gain_goes_down_before_the_peak_and_never_jumps() -> None:
    samples = np.full(24_000, 0.5, dtype=np.float32)
    samples[12_000:12_010] = 2.0
    gain_db = 20 * np.log10(limited(samples) / samples)
    assert gain_db[12_000 - round(LOOKAHEAD_S * 24_000) - 12] == 0
    assert np.abs(np.diff(gain_db)).max() < 0.25


@settings(max_examples=20)
@given(st.sampled_from([8_000, 16_000, 44_100, 48_000]), sounds)
def test_the_ceiling_holds_at_every_rate(sample_rate_hz: int, samples: Samples) -> None:
    assert np.abs(limited(samples, sample_rate_hz=sample_rate_hz)).max() <= CEILING * (1 + 1e-5)


def test_nothing_in_gives_nothing_out() -> None:
    limiter = Limiter(24_000)
    assert len(limiter.finish()) == 0
