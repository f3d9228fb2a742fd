"""Loudness is that of BS.1770, and speech comes out at the target."""

from __future__ import annotations

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hwamei.domain.audio import Audio
from hwamei.dsp.loudness import KEPT_DIFFERENCE_LU, TARGET_LOUDNESS_LUFS, Leveller, LoudnessMeter, k_weighting
from tests.dsp import signals


def loudness_lufs(*sounds: Audio) -> float:
    """What the meter says after these pieces."""
    meter = LoudnessMeter(sounds[0].sample_rate_hz)
    for sound in sounds:
        meter.add(sound.samples)
    loudness = meter.loudness_lufs()
    assert loudness is not None
    return loudness


def gains_db(sounds: list[Audio]) -> list[float]:
    """By how much the leveller turned each of them up."""
    leveller = Leveller()
    return [signals.level_db(leveller.level(sound).samples) - signals.level_db(sound.samples) for sound in sounds]


@pytest.mark.parametrize("sample_rate_hz", [8_000, 16_000, 22_050, 24_000, 44_100, 48_000])
@pytest.mark.parametrize("peak", [1.0, 0.1])
def test_a_sine_of_997_hz_has_the_loudness_of_its_formula(sample_rate_hz: int, peak: float) -> None:
    """BS.1770-4: full scale at 997 Hz in one channel is −3.01 LKFS."""
    sine = signals.sine(997, 3, peak=peak, sample_rate_hz=sample_rate_hz)
    assert loudness_lufs(sine) == pytest.approx(20 * np.log10(peak) - 3.01, abs=0.05)


def test_what_a_frequency_counts_is_what_the_meter_says_of_its_sine() -> None:
    frequencies_hz = np.array([60.0, 500.0, 2_000.0, 6_000.0])
    heard = [loudness_lufs(signals.sine(each, 3, peak=0.5, sample_rate_hz=16_000)) for each in frequencies_hz]
    counted = 10 * np.log10(k_weighting(frequencies_hz, 16_000))
    np.testing.assert_allclose(np.subtract(heard, heard[1]), counted - counted[1], atol=0.1)


def test_an_independent_meter_agrees_on_speech_to_a_tenth_of_a_lu() -> None:
    sound = signals.speech(20)
    expected = pyloudnorm.Meter(16_000, "DeMan").integrated_loudness(sound.samples.astype(np.float64))
    assert loudness_lufs(sound) == pytest.approx(expected, abs=0.1)


@given(st.lists(st.integers(0, 20_000), max_size=6))
@settings(max_examples=25)
def test_loudness_does_not_depend_on_how_the_sound_is_cut(cuts: list[int]) -> None:
    sound = signals.speech(3)
    pieces = np.split(sound.samples, np.cumsum(sorted(cuts)))
    assert loudness_lufs(*[Audio(piece, 16_000) for piece in pieces]) == pytest.approx(loudness_lufs(sound), abs=1e-6)


def test_pauses_do_not_make_speech_softer() -> None:
    sound = signals.speech(5)
    padded = signals.joined(signals.silent(20), sound, signals.silent(20))
    assert loudness_lufs(padded) == pytest.approx(loudness_lufs(sound), abs=0.5)


def test_silence_has_no_loudness() -> None:
    meter = LoudnessMeter(24_000)
    meter.add(np.zeros(48_000, dtype=np.float32))
    assert meter.loudness_lufs() is None


@pytest.mark.parametrize("level_dbfs", [-45.0, -23.0, -12.0])
def test_a_programme_comes_out_at_the_target(level_dbfs: float) -> None:
    leveller = Leveller()
    utterances = [signals.speech(4, seed=seed, level_dbfs=level_dbfs) for seed in range(6)]
    levelled = [leveller.level(utterance) for utterance in utterances]
    assert loudness_lufs(*levelled) == pytest.approx(TARGET_LOUDNESS_LUFS, abs=0.5)


@given(st.lists(st.floats(-50, -10), min_size=1, max_size=8))
@settings(max_examples=25)
def test_whatever_the_levels_each_utterance_lies_near_the_target(levels_dbfs: list[float]) -> None:
    leveller = Leveller()
    for level_dbfs in levels_dbfs:
        utterance = signals.sine(500, 1.0, peak=10 ** (level_dbfs / 20))
        loudness = loudness_lufs(leveller.level(utterance))
        assert abs(loudness - TARGET_LOUDNESS_LUFS) <= KEPT_DIFFERENCE_LU + 0.05


def test_the_gain_settles_on_an_even_speaker() -> None:
    gains = gains_db([signals.speech(3, seed=seed) for seed in range(12)])
    steps = np.abs(np.diff(gains))
    assert steps[6:].max() < 0.3


def test_an_utterance_keeps_some_of_its_difference() -> None:
    """Twice the power in the middle of an even programme stays louder than the rest."""
    even = [signals.sine(500, 2, peak=0.1) for _ in range(6)]
    louder = signals.sine(500, 2, peak=0.1 * np.sqrt(2))
    gains = gains_db([*even, louder, *even])
    assert gains[5] - gains[6] < 1.0


def test_within_an_utterance_the_gain_does_not_move() -> None:
    utterance = signals.speech(3)
    levelled = Leveller().level(utterance).samples
    loud = np.abs(utterance.samples) > 0.01
    ratios = levelled[loud] / utterance.samples[loud]
    assert ratios.max() / ratios.min() == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("duration_s", [0.02, 0.15, 0.3, 0.39])
def test_an_utterance_shorter_than_a_block_is_levelled_as_if_silence_followed(duration_s: float) -> None:
    sine = signals.sine(997, duration_s, peak=0.1)
    spread_db = 10 * np.log10(duration_s / 0.4)
    assert loudness_lufs(sine) == pytest.approx(-20 - 3.01 + spread_db, abs=0.6)
    levelled = Leveller().level(sine)
    assert loudness_lufs(levelled) == pytest.approx(TARGET_LOUDNESS_LUFS, abs=0.1)


def test_silence_passes_the_leveller_untouched_and_moves_no_gain() -> None:
    utterance = signals.speech(3)
    pause = signals.silent(1)
    leveller = Leveller()
    first = leveller.level(utterance).samples
    assert leveller.level(pause).samples is pause.samples
    assert np.allclose(leveller.level(utterance).samples, first, rtol=1e-3)
