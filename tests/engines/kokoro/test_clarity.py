"""How clearly a place speaks, as it is foretold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hwamei.engines.kokoro.clarity import clarity
from hwamei.engines.kokoro.search import (
    CLARITY_WORTH,
    INSTANT_CLARITY_WORTH,
    LikenessForetold,
    climb,
    most_alike,
)
from hwamei.engines.kokoro.style_space import StyleSpace
from hwamei.engines.kokoro.surrogate import surrogate
from tests.engines.kokoro.test_surrogate import a_target, places


def test_its_gradient_is_that_of_finite_differences() -> None:
    where, along = places(5, seed=21), places(5, seed=22)
    value, gradient = clarity().foretold(where)
    assert (value.shape, gradient.shape) == ((5,), (5, 48))
    step = np.float32(0.01)
    measured = (clarity().foretold(where + step * along)[0] - clarity().foretold(where - step * along)[0]) / (2 * step)
    np.testing.assert_allclose(np.sum(gradient * along, axis=1), measured, rtol=0.01, atol=1e-3)


def test_prosody_does_not_count() -> None:
    where = places(3, seed=23)
    elsewhere = where.copy()
    elsewhere[:, 32:] += 1
    np.testing.assert_array_equal(clarity().foretold(where)[0], clarity().foretold(elsewhere)[0])


def test_far_out_nobody_speaks_clearly() -> None:
    directions = places(20, seed=24)
    near, far = (clarity().foretold(directions * scale)[0] for scale in (1, 6))
    assert (far < near).all()
    assert (far < 0).all()


def test_the_published_voices_of_mandarin_speak_more_clearly_than_the_others(space: StyleSpace) -> None:
    foretold = clarity().foretold(np.stack([space.coordinates(mean) for mean in space.means]))[0]
    native = np.array([name.startswith("z") for name in space.names])
    assert foretold[native].mean() > foretold[~native].mean() + 0.1


def test_a_search_that_heeds_it_ends_where_is_spoken_more_clearly() -> None:
    objective = LikenessForetold(surrogate(), a_target(seed=25, pitch_hz=None))
    starts = places(6, seed=26)
    heeded, _ = climb(objective, starts, steps=60)
    unheeded, _ = climb(replace(objective, clarity_worth=0.0), starts, steps=60)
    assert (clarity().foretold(heeded)[0] > clarity().foretold(unheeded)[0]).all()


def test_the_more_it_is_worth_the_more_clearly_is_spoken_where_the_search_ends(space: StyleSpace) -> None:
    assert INSTANT_CLARITY_WORTH > CLARITY_WORTH
    target = a_target(seed=12, pitch_hz=140.0)
    found = [
        most_alike(surrogate(), target, space, steps=60, clarity_worth=worth)
        for worth in (0.0, CLARITY_WORTH, INSTANT_CLARITY_WORTH)
    ]
    clear = [float(clarity().foretold(place[None])[0][0]) for place in found]
    assert clear[0] < clear[1] < clear[2]
