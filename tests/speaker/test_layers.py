"""Each layer's pull-back is the derivative of what it computes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from hwamei.speaker import layers
from hwamei.speaker.layers import Floats, Layer
from hwamei.speaker.recurrent import lstm

WINDOWS, FRAMES, CHANNELS = 2, 7, 6


def chance(*shape: int, seed: int = 0) -> Floats:
    return np.random.default_rng([seed, *shape]).standard_normal(shape).astype(np.float32)


def dense(inputs: int, outputs: int, seed: int = 1) -> Layer:
    return layers.linear(chance(inputs, outputs, seed=seed) / np.float32(np.sqrt(inputs)), chance(outputs, seed=seed))


LAYERS: Mapping[str, Layer] = {
    "linear": dense(CHANNELS, 4),
    "scaled": layers.scaled(chance(CHANNELS), chance(CHANNELS, seed=1)),
    "relu": layers.relu,
    "tanh": layers.tanh,
    "sigmoid": layers.sigmoid,
    "unit": layers.unit,
    "neighbours": layers.around(3),
    "distant neighbours": layers.around(3, 2),
    "every second": layers.every(2),
    "groups": layers.in_groups(chance(2, CHANNELS // 2, 4), chance(8), 1),
    "groups of neighbours": layers.chain(
        layers.around(3), layers.in_groups(chance(2, 3 * CHANNELS // 2, 4), chance(8), 3)
    ),
    "gated": layers.gated_by_mean(layers.chain(dense(CHANNELS, CHANNELS), layers.sigmoid)),
    "added": layers.added(dense(CHANNELS, CHANNELS)),
    "side by side": layers.side_by_side(dense(CHANNELS, CHANNELS), dense(CHANNELS, CHANNELS, seed=2), layers.tanh),
    "statistics": layers.attentive_statistics(layers.chain(dense(CHANNELS, CHANNELS), layers.tanh)),
    "lstm": lstm(chance(CHANNELS, 20), chance(5, 20), chance(20)),
    "a chain": layers.chain(dense(CHANNELS, 5), layers.tanh, dense(5, 3), layers.unit),
}


def slope_along(layer: Layer, where: Floats, direction: Floats, weights: Floats, step: float = 1e-2) -> float:
    """How the weighted sum of outputs changes, by central differences."""
    ahead, behind = (layer(where + sign * np.float32(step) * direction)[0] for sign in (1, -1))
    return float(((ahead.astype(np.float64) - behind) * weights).sum() / (2 * step))


@pytest.mark.parametrize("name", LAYERS)
def test_the_pull_back_is_the_derivative(name: str) -> None:
    layer, where = LAYERS[name], chance(WINDOWS, FRAMES, CHANNELS, seed=3)
    where += np.float32(0.05) * np.sign(where)  # a finite step must not cross the corner of a relu
    outputs, pull_back = layer(where)
    weights = chance(*outputs.shape, seed=4)
    gradient = pull_back(weights)
    assert gradient.shape == where.shape
    for seed in range(5):
        direction = chance(*where.shape, seed=10 + seed)
        direction *= np.float32(1) / np.abs(direction).max()
        expected = slope_along(layer, where, direction, weights)
        assert float((gradient * direction).sum()) == pytest.approx(expected, abs=5e-3, rel=5e-3)


def test_groups_of_channels_do_not_see_each_other() -> None:
    layer, where = LAYERS["groups of neighbours"], chance(WINDOWS, FRAMES, CHANNELS)
    touched = where.copy()
    touched[..., CHANNELS // 2 :] += 1
    difference = layer(touched)[0] - layer(where)[0]
    assert not difference[..., :4].any()
    assert difference[..., 4:].any()


def test_a_logistic_of_anything_is_a_number() -> None:
    extreme = np.array([-1e4, -200, 0, 200, 1e4], np.float32)
    np.testing.assert_allclose(layers.logistic(extreme), [0, 0, 0.5, 1, 1])
