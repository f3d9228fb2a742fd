"""The surrogate's gradients against finite differences, and what it foretells against what is heard."""

from __future__ import annotations

import numpy as np
import pytest

from hwamei.domain.language import Language
from hwamei.engines.kokoro.search import Correction, LikenessForetold, climb, most_alike
from hwamei.engines.kokoro.style_space import Floats, StyleSpace
from hwamei.engines.kokoro.surrogate import pull_back, surrogate
from hwamei.engines.kokoro.target import Target
from hwamei.engines.kokoro.voiceprint import preset_voice
from hwamei.speaker.ge2e import likeness
from tests.engines.kokoro.people import UNHEARD

EVEN = np.zeros(40, np.float32)


def a_target(seed: int = 1, *, pitch_hz: float | None = 180.0) -> Target:
    """A person who sounds as the surrogate foretells some place of the space to sound."""
    place = np.random.default_rng(seed).standard_normal(48).astype(np.float32)
    voice = surrogate().embeddings(place[None], Language.ENGLISH, EVEN)[0]
    return Target((voice / np.linalg.norm(voice)).astype(np.float32), UNHEARD, EVEN, pitch_hz, None)


def places(count: int, seed: int = 0) -> Floats:
    return np.random.default_rng(seed).standard_normal((count, 48)).astype(np.float32)


@pytest.mark.parametrize("language", Language)
def test_the_gradient_of_foretold_embeddings_is_that_of_finite_differences(language: Language) -> None:
    random = np.random.default_rng(2)
    where, weights, along = places(4), random.standard_normal((4, 256)).astype(np.float32), places(4, seed=3)
    vectors, traces = surrogate().embeddings_with_gradient(where, language, EVEN)
    assert vectors.shape == (4, 256)
    np.testing.assert_array_equal(vectors, surrogate().embeddings(where, language, EVEN))
    gradient = pull_back(traces, weights, 48)
    assert gradient.shape == (4, 48)
    step = np.float32(0.01)
    ahead, behind = (surrogate().embeddings(where + sign * step * along, language, EVEN) for sign in (1, -1))
    measured = np.sum((ahead - behind) * weights, axis=1) / (2 * step)
    np.testing.assert_allclose(np.sum(gradient * along, axis=1), measured, rtol=0.02, atol=0.02)


@pytest.mark.parametrize("pitch_hz", [None, 140.0])
@pytest.mark.parametrize("corrected", [False, True])
def test_the_gradient_of_what_is_climbed_is_that_of_finite_differences(corrected: bool, pitch_hz: float | None) -> None:
    weights = 0.05 * np.random.default_rng(4).standard_normal((5, 256)).astype(np.float32)
    correction = Correction(places(5, seed=5), weights, 4.0)
    objective = LikenessForetold(
        surrogate(),
        a_target(pitch_hz=pitch_hz),
        dict.fromkeys(Language, correction) if corrected else None,
        straying_cost=0.2,
    )
    where, along = places(6, seed=6), places(6, seed=7)
    value, gradient = objective(where)
    assert value.shape == (6,)
    assert gradient.shape == (6, 48)
    step = np.float32(0.01)
    measured = (objective(where + step * along)[0] - objective(where - step * along)[0]) / (2 * step)
    np.testing.assert_allclose(np.sum(gradient * along, axis=1), measured, rtol=0.02, atol=0.003)


def test_a_climb_rises_from_every_start() -> None:
    objective = LikenessForetold(surrogate(), a_target())
    starts = places(5, seed=8)
    before, _ = objective(starts)
    tops, values = climb(objective, starts, steps=60)
    assert tops.shape == starts.shape
    assert (values > before + 0.01).all()
    np.testing.assert_allclose(objective(tops)[0], values, atol=1e-5)


def test_a_climb_reaches_the_top_of_a_hill_known_in_closed_form() -> None:
    top = places(1, seed=9)[0]
    found, values = climb(lambda at: (-np.sum((at - top) ** 2, axis=1), -2 * (at - top)), places(3, seed=10), steps=250)
    np.testing.assert_allclose(found, np.tile(top, (3, 1)), atol=0.05)
    assert (values > -0.05).all()


def test_the_search_finds_a_place_more_like_the_person_than_any_published_voice(space: StyleSpace) -> None:
    target = a_target(seed=11, pitch_hz=None)

    def foretold(place: Floats) -> float:
        return likeness(surrogate().embeddings(place[None], Language.ENGLISH, EVEN)[0], target.embedding)

    found = most_alike(surrogate(), target, space, steps=60)
    assert found.shape == (48,)
    assert foretold(found) > max(foretold(space.coordinates(mean)) for mean in space.means)


def test_the_search_minds_the_pitch(space: StyleSpace) -> None:
    pitches = []
    for pitch_hz in (110.0, 230.0):
        found = most_alike(surrogate(), a_target(seed=12, pitch_hz=pitch_hz), space, steps=60)
        pitches.append(surrogate().pitch_hz(found, Language.ENGLISH))
    assert pitches[0] < 0.8 * pitches[1]


def test_what_leaving_the_published_voices_costs_keeps_the_search_near_them() -> None:
    target, starts = a_target(seed=14, pitch_hz=None), places(6, seed=15)
    far, near = (
        climb(LikenessForetold(surrogate(), target, straying_cost=cost), starts, steps=60)[0] for cost in (0.06, 0.18)
    )
    assert (np.linalg.norm(near, axis=1) < 0.9 * np.linalg.norm(far, axis=1)).all()


def test_an_error_learnt_at_a_place_is_carried_to_its_neighbours_and_not_far() -> None:
    tried, error = places(1, seed=13), np.ones((1, 256), np.float32)
    correction = Correction(tried, error, 4.0)
    np.testing.assert_allclose(correction.value(tried), error, atol=1e-3)
    np.testing.assert_allclose(correction.value(tried + 4.0 / np.float32(np.sqrt(48))), np.exp(-0.5), atol=1e-3)
    assert np.abs(correction.value(tried + 10)).max() < 1e-6


def test_published_voices_are_foretold_to_sound_as_they_are_named(space: StyleSpace) -> None:
    """The second letter is f for a woman, m for a man: their foretold pitch parts most of them at 150 Hz.

    Not all: yunxia is a boy, nicole whispers.
    """
    own = [name for name in space.names if name[0] in "zab"]
    higher = []
    for name in own:
        place = space.coordinates(preset_voice(name, space).styles[Language.CHINESE])
        higher.append((surrogate().pitch_hz(place, Language.ENGLISH) > 150) == (name[1] == "f"))
    assert np.mean(higher) > 0.8
