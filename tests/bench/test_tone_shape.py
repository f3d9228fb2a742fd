"""Contours whose tone is known because they are made from a formula."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.pitch_track import track_all
from bench.tone_shape import POINTS, Floats, Register, classify, register, resampled, without_syllables
from hwamei.domain.audio import Audio

RATE_HZ = 24_000
Contour = Callable[[Floats], Floats]

# Chao levels at time 0..1 of the syllable: the tones of the textbook, and what they become after a high one. The third
# tone rises again (214) only before a pause, which is not where it is heard here.
CONTOURS: list[tuple[int, str, Contour]] = [
    (1, "55", lambda t: 5 + 0 * t),
    (1, "44", lambda t: 4 + 0 * t),
    (2, "35", lambda t: 3 + 2 * t),
    (2, "24", lambda t: 2 + 2 * t),
    (2, "from a high tone, then up", lambda t: 1 + 2.5 * t + 4 * np.exp(-t / 0.25)),
    (3, "21", lambda t: 2 - t),
    (3, "11", lambda t: 1 + 0 * t),
    (3, "from a high tone, then down", lambda t: 1.2 - 0.4 * t + 4 * np.exp(-t / 0.25)),
    (4, "51", lambda t: 5 - 4 * t),
    (4, "53", lambda t: 5 - 2 * t),
    (4, "up a little, then down", lambda t: 4.5 + 1.5 * t - 4 * t**2),
    (1, "from a higher tone, then level", lambda t: 4 + 1.5 * np.exp(-t / 0.15)),
]
RAISED, WAVERING = 0.15, 0.08  # levels; another shape would be nearer by chance at eight deviations
TONE_OF = pytest.mark.parametrize(("tone", "name", "level_at"), CONTOURS, ids=[name for _, name, _ in CONTOURS])


@TONE_OF
@given(frames=st.integers(6, 200))
def test_a_textbook_contour_is_heard_as_its_tone_however_long_it_is(
    tone: int, name: str, level_at: Contour, frames: int
) -> None:
    assert classify(resampled(level_at(np.linspace(0, 1, frames)))) == tone


@TONE_OF
@given(seed=st.integers(0, 2**32 - 1), raised=st.floats(-RAISED, RAISED))
def test_a_contour_keeps_its_tone_when_it_wavers_and_lies_a_little_off(
    tone: int, name: str, level_at: Contour, seed: int, raised: float
) -> None:
    wavering = np.random.default_rng(seed).normal(0, WAVERING, 40)
    assert classify(resampled(level_at(np.linspace(0, 1, 40)) + raised + wavering)) == tone


@TONE_OF
@pytest.mark.parametrize(("low_hz", "high_hz"), [(80, 160), (150, 330)], ids=["a low voice", "a high voice"])
def test_a_glide_sung_in_a_low_or_a_high_voice_is_heard_as_its_tone(
    tone: int, name: str, level_at: Contour, low_hz: float, high_hz: float
) -> None:
    pitch_hz = low_hz * (high_hz / low_hz) ** ((level_at(np.linspace(0, 1, RATE_HZ // 4)) - 1) / 4)
    (track,) = track_all([sung(pitch_hz)])
    assert classify(resampled(Register(low_hz, high_hz).levels(track.voiced(0, 1)))) == tone


def test_a_register_puts_the_low_at_one_and_the_high_at_five_evenly_in_semitones() -> None:
    voice = register(np.geomspace(100, 200, 1001))
    levels = voice.levels(np.array([voice.low_hz, (voice.low_hz * voice.high_hz) ** 0.5, voice.high_hz]))
    np.testing.assert_allclose(levels, [1, 3, 5], atol=1e-9)
    assert voice.low_hz == pytest.approx(100 * 2**0.05, rel=1e-6)


def test_what_a_syllable_does_to_all_its_tones_is_taken_off_and_nothing_else() -> None:
    rng = np.random.default_rng(0)
    tones = rng.normal(3, 1, (1, 4, POINTS))
    pushes = rng.normal(0, 1, (10, 1, POINTS))
    found = without_syllables(tones + pushes - pushes.mean(axis=0))
    np.testing.assert_allclose(found, np.broadcast_to(tones, found.shape), atol=1e-9)


def test_a_contour_that_was_not_heard_stays_so_and_leaves_the_others_finite() -> None:
    contours = np.full((2, 4, POINTS), 3.0)
    contours[0, 2] = np.nan
    found = without_syllables(contours)
    assert np.isnan(found[0, 2]).all()
    assert np.isnan(found).sum() == POINTS


def sung(pitch_hz: Floats) -> Audio:
    """Ten harmonics of a pitch that glides, float [samples] in Hz at RATE_HZ."""
    phase = 2 * np.pi * np.cumsum(pitch_hz) / RATE_HZ
    samples = sum(np.sin(harmonic * phase) / harmonic for harmonic in range(1, 11))
    return Audio((0.2 * np.asarray(samples)).astype(np.float32), RATE_HZ)
