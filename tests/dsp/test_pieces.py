"""A sound that comes in pieces is treated as the whole is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.domain.audio import Audio, Samples
from hwamei.dsp.decibel import amplitude
from hwamei.dsp.joins import EdgeFader, fade_edges
from hwamei.dsp.loudness import DECIDED_AFTER_S, KEPT_DIFFERENCE_LU, Leveller, UtteranceLevel
from tests.dsp import signals

RATE_HZ = 24_000


def cut(samples: Samples, places: list[float]) -> list[Samples]:
    """In pieces, at these shares of the length; some may be empty."""
    return np.split(samples, sorted(round(place * len(samples)) for place in places))


def pushed(level: UtteranceLevel, pieces: list[Samples]) -> Samples:
    return np.concatenate([*map(level.push, pieces), level.finish()])


@given(st.integers(0, 2_000), st.lists(st.floats(0, 1), max_size=6))
def test_the_edges_of_pieces_are_those_of_the_whole(length: int, places: list[float]) -> None:
    samples = np.random.default_rng(length).standard_normal(length).astype(np.float32)
    fader = EdgeFader(RATE_HZ)
    faded = np.concatenate([*map(fader.push, cut(samples, places)), fader.finish()])
    np.testing.assert_array_equal(faded, fade_edges(Audio(samples, RATE_HZ)).samples)


@pytest.mark.parametrize("places", [[], [0.01], [0.2, 0.2, 0.7], [0.5, 0.99]])
def test_an_utterance_in_pieces_has_one_gain_near_that_of_the_whole(places: list[float]) -> None:
    utterance = signals.speech(3)
    rate_hz = utterance.sample_rate_hz
    level = Leveller().in_pieces(rate_hz)
    levelled = pushed(level, cut(utterance.samples, places))
    assert len(levelled) == len(utterance.samples)
    loud = np.abs(utterance.samples) > 0.01
    ratios = levelled[loud] / utterance.samples[loud]
    assert ratios.max() / ratios.min() == pytest.approx(1.0, abs=1e-4)
    whole = Leveller().level(utterance).samples[loud] / utterance.samples[loud]
    assert abs(20 * np.log10(ratios.mean() / whole.mean())) < 2 * KEPT_DIFFERENCE_LU


def test_nothing_is_given_out_before_the_gain_is_decided_but_silence_is() -> None:
    utterance = signals.speech(2)
    rate_hz = utterance.sample_rate_hz
    level = Leveller().in_pieces(rate_hz)
    early = round(DECIDED_AFTER_S * rate_hz) - 1
    assert len(level.push(utterance.samples[:early])) == 0
    assert len(level.push(utterance.samples[early : early + 1])) == early + 1
    silent = Leveller().in_pieces(rate_hz)
    hush = signals.silent(1).samples
    np.testing.assert_array_equal(silent.push(hush), hush)
    assert np.abs(silent.push(utterance.samples)).max() > 0


def test_what_was_spoken_in_pieces_counts_for_what_comes_after() -> None:
    """A programme's level is the same however its first utterance came."""
    first, second = signals.speech(3), signals.speech(2)
    soft = Audio(second.samples * np.float32(amplitude(-1.5)), second.sample_rate_hz)
    gains = []
    for in_pieces in (False, True):
        leveller = Leveller()
        if in_pieces:
            pushed(leveller.in_pieces(first.sample_rate_hz), cut(first.samples, [0.3, 0.6]))
        else:
            leveller.level(first)
        gains.append(np.abs(leveller.level(soft).samples).max())
    assert gains[0] == pytest.approx(gains[1], rel=1e-6)
