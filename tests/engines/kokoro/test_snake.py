"""The activation without sines is the one with sines."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from onnx import helper

from hwamei.engines.kokoro.onnx_graph import Graph
from hwamei.engines.kokoro.snake import replace_snakes
from tests.engines.kokoro.small_graphs import graph_of, kinds, run

ALPHA = np.array([[[0.05], [1], [30]]], np.float32)


def published() -> Graph:
    nodes = [
        helper.make_node("Mul", ["alpha", "x"], ["scaled"]),
        helper.make_node("Sin", ["scaled"], ["sine"]),
        helper.make_node("Pow", ["sine", "two"], ["square"]),
        helper.make_node("Mul", ["inverse", "square"], ["wave"]),
        helper.make_node("Add", ["x", "wave"], ["y"]),
    ]
    constants = {"alpha": ALPHA, "inverse": 1 / ALPHA, "two": np.float32(2)}
    return graph_of(nodes, constants, {"x": [1, 3, None]}, {"y": [1, 3, None]})


def test_without_sines_it_is_the_same() -> None:
    x = np.random.default_rng(1).normal(0, 5, (1, 3, 5000)).astype(np.float32)
    graph = published()
    (expected,) = run(graph, x=x)
    replace_snakes(graph)
    assert "Sin" not in kinds(graph)
    np.testing.assert_allclose(expected, x + np.sin(ALPHA * x) ** 2 / ALPHA, atol=2e-5)
    np.testing.assert_allclose((run(graph, x=x)[0] - x) * ALPHA, (expected - x) * ALPHA, atol=6e-5)


def test_every_step_takes_what_the_one_before_made_and_nothing_else_that_moves() -> None:
    """What two steps take would be written to memory; the signal itself is, for it comes from a layer."""
    graph = published()
    replace_snakes(graph)
    nodes = graph.model.graph.node
    for before, after in pairwise(nodes):
        assert after.input[0] == before.output[0]
        assert all(name in graph.constants or name == "x" for name in after.input[1:])
