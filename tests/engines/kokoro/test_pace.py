"""Frames spread over more or fewer: the pace is exact, the melody stays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.engines.kokoro.frames import Frames
from hwamei.engines.kokoro.pace import paced

COUNTS = st.lists(st.integers(1, 12), min_size=1, max_size=30)
SPEEDS = st.floats(0.5, 2.0)


def some_frames(counts: list[int]) -> Frames:
    """Features that tell the token, a pitch and an energy that rise along the utterance."""
    features = np.repeat(np.arange(len(counts), dtype=np.float32), counts)
    rising = np.linspace(0, 1, 2 * sum(counts), dtype=np.float32)
    return Frames(np.tile(features, (1, 512, 1)), 100 + 100 * rising[None], rising[None], np.array(counts))


@given(counts=COUNTS, speed=SPEEDS)
def test_shapes_agree_and_every_token_keeps_its_own_frames_in_order(counts: list[int], speed: float) -> None:
    frames = paced(some_frames(counts), speed)
    total = frames.counts.sum()
    assert (frames.counts >= 1).all()
    assert frames.features.shape == (1, 512, total)
    assert frames.pitch_hz.shape == frames.energy.shape == (1, 2 * total)
    assert frames.features.dtype == frames.pitch_hz.dtype == frames.energy.dtype == np.float32
    np.testing.assert_array_equal(frames.features[0, 0], np.repeat(np.arange(len(counts)), frames.counts))
    assert (np.diff(frames.pitch_hz[0]) >= -1e-3).all()
    assert (np.diff(frames.energy[0]) >= -1e-5).all()


@given(counts=st.lists(st.integers(2, 12), min_size=1, max_size=30), speed=SPEEDS)
def test_the_time_is_divided_by_the_speed(counts: list[int], speed: float) -> None:
    assert abs(paced(some_frames(counts), speed).counts.sum() - sum(counts) / speed) <= 1


@given(counts=COUNTS)
def test_natural_pace_changes_nothing(counts: list[int]) -> None:
    frames = some_frames(counts)
    assert paced(frames, 1.0) is frames


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.25, 2.0])
def test_no_pitch_is_made_up_between_voiced_and_unvoiced(speed: float) -> None:
    frames = some_frames([10, 10])
    pitch_hz = np.where(np.arange(40) < 20, 0, 200).astype(np.float32)[None]
    moved = paced(Frames(frames.features, pitch_hz, frames.energy, frames.counts), speed)
    assert set(moved.pitch_hz[0].tolist()) == {0.0, 200.0}
    assert np.mean(moved.pitch_hz[0] > 0) == pytest.approx(0.5, abs=0.05)
