"""Fundamental frequency against signals whose pitch is known in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from hwamei.domain.audio import Audio
from hwamei.dsp.pitch import HIGHEST_HZ, HOP_S, LOWEST_HZ, fundamental_hz, median_pitch_hz
from tests.dsp.signals import joined, noise, silent


def harmonics(pitch_hz: NDArray[np.float64] | float, duration_s: float, sample_rate_hz: int = 24_000) -> Audio:
    """Harmonics that fall by 6 dB an octave; the pitch, steady or one value a sample, is exact."""
    curve_hz = np.broadcast_to(pitch_hz, round(duration_s * sample_rate_hz))
    phase = 2 * np.pi * np.cumsum(curve_hz) / sample_rate_hz
    count = min(10, int(0.45 * sample_rate_hz / np.max(pitch_hz)))
    sound = np.sum([np.sin(n * phase) / n for n in range(1, count + 1)], axis=0)
    return Audio((0.2 * sound).astype(np.float32), sample_rate_hz)


def cents(one: NDArray[np.float32] | float, other: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Musical distance, always positive."""
    distance: NDArray[np.float64] = np.abs(1200 * np.log2(np.asarray(one, np.float64) / np.asarray(other, np.float64)))
    return distance


@given(pitch_hz=st.floats(LOWEST_HZ + 10, HIGHEST_HZ - 60), sample_rate_hz=st.sampled_from([8_000, 16_000, 48_000]))
def test_every_frame_of_a_harmonic_tone_has_its_pitch_within_five_cents(pitch_hz: float, sample_rate_hz: int) -> None:
    """Within ten above 300 Hz, where a period is few samples at 8 kHz."""
    pitches = fundamental_hz(harmonics(pitch_hz, 0.3, sample_rate_hz))[2:-2]
    assert pitches.dtype == np.float32
    assert (pitches > 0).all()
    assert cents(pitches, pitch_hz).max() < (5 if pitch_hz < 300 else 10)


def test_a_gliding_pitch_is_followed_within_twenty_cents() -> None:
    curve_hz = np.geomspace(110.0, 320.0, 48_000)  # two seconds
    pitches = fundamental_hz(harmonics(curve_hz, 2.0))
    # YIN compares a window with what lies a period after it: what is measured lies in the middle of both.
    centres_s = np.arange(len(pitches)) * HOP_S + 0.018
    truth_hz = curve_hz[np.minimum((centres_s * 24_000).astype(int), len(curve_hz) - 1)]
    voiced = pitches > 0
    assert voiced.mean() > 0.95
    assert cents(pitches[voiced], truth_hz[voiced]).max() < 20


def test_noise_and_silence_are_unvoiced() -> None:
    assert (fundamental_hz(noise(2.0)) > 0).mean() < 0.02
    assert not (fundamental_hz(silent(1.0)) > 0).any()
    assert median_pitch_hz(noise(2.0)) is None


def test_only_the_voiced_part_counts_for_the_median() -> None:
    sound = joined(noise(1.0, sample_rate_hz=24_000), harmonics(210.0, 1.0), silent(1.0, sample_rate_hz=24_000))
    median_hz = median_pitch_hz(sound)
    assert median_hz is not None
    assert cents(median_hz, 210.0) < 5


def test_what_is_a_thousand_times_softer_than_the_rest_is_unvoiced() -> None:
    loud, soft = harmonics(150.0, 0.5), harmonics(300.0, 0.5)
    pitches = fundamental_hz(joined(loud, Audio(soft.samples * np.float32(0.001), soft.sample_rate_hz)))
    assert cents(pitches[pitches > 0], 150.0).max() < 50


@pytest.mark.parametrize("duration_s", [0.0, 0.001, 0.04])
def test_sound_shorter_than_a_window_has_no_pitch(duration_s: float) -> None:
    assert len(fundamental_hz(harmonics(150.0, duration_s))) == 0
    assert median_pitch_hz(harmonics(150.0, duration_s)) is None


@pytest.mark.parametrize("missing", [1, 2])
def test_a_missing_fundamental_is_heard_as_people_hear_it(missing: int) -> None:
    """As on a telephone: the low harmonics are gone, the period is not."""
    time_s = np.arange(24_000) / 24_000
    sound = sum(np.sin(2 * np.pi * n * 130.0 * time_s) / n for n in range(1 + missing, 12))
    pitches = fundamental_hz(Audio((0.3 * np.asarray(sound)).astype(np.float32), 24_000))[2:-2]
    assert cents(pitches[pitches > 0], 130.0).max() < 5
    assert (pitches > 0).mean() > 0.95
