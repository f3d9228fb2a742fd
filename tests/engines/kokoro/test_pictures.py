"""A graph of pictures makes the signals that the graph of signals made."""

from __future__ import annotations

import numpy as np
import pytest
from onnx import helper

from hwamei.engines.kokoro.onnx_graph import Graph
from hwamei.engines.kokoro.pictures import PICTURE, as_pictures
from tests.engines.kokoro.small_graphs import graph_of, run

RANDOM = np.random.default_rng(3)
SIGNAL, LINE = (RANDOM.normal(size=size).astype(np.float32) for size in ((1, 3, 20), (1, 20)))
CONSTANTS = {
    "weight": RANDOM.normal(size=(4, 4, 3)).astype(np.float32),
    "longer": RANDOM.normal(size=(4, 1, 3)).astype(np.float32),
    "gain": RANDOM.normal(size=(1, 4, 1)).astype(np.float32),
    "middle": np.array([1], np.int64),
    "time": np.array([2], np.int64),
    "halves": np.array([1, 3], np.int64),
    "double": np.array([1, 1, 2], np.float32),
    "one_more": np.array([0, 0, 1, 0, 0, 0], np.int64),
}


def of_every_kind() -> Graph:
    nodes = [
        helper.make_node("Unsqueeze", ["line", "middle"], ["channel"]),
        helper.make_node("Concat", ["channel", "signal"], ["four"], axis=1),
        helper.make_node("Conv", ["four", "weight"], ["made"], pads=[2, 2], dilations=[2], kernel_shape=[3]),
        helper.make_node("ReduceMean", ["made", "time"], ["mean"]),
        helper.make_node("Sub", ["made", "mean"], ["centred"]),
        helper.make_node("Mul", ["centred", "gain"], ["scaled"]),
        helper.make_node(
            "ConvTranspose", ["scaled", "longer"], ["twice"], group=4, strides=[2], pads=[1, 1], output_padding=[1]
        ),
        helper.make_node("Resize", ["scaled", "", "double"], ["stretched"], mode="nearest"),
        helper.make_node("Add", ["twice", "stretched"], ["sum"]),
        helper.make_node("Split", ["sum", "halves"], ["first", "rest"], axis=1),
        helper.make_node("Pad", ["first", "one_more"], ["padded"], mode="reflect"),
    ]
    inputs = {"signal": [1, 3, None], "line": [1, None]}
    return graph_of(nodes, CONSTANTS, inputs, {"padded": [1, 1, None], "rest": [1, 3, None]})


def test_the_outputs_stay_as_they_are() -> None:
    graph = of_every_kind()
    expected = run(graph, signal=SIGNAL, line=LINE)
    as_pictures(graph)
    for before, after in zip(expected, run(graph, signal=SIGNAL, line=LINE), strict=True):
        np.testing.assert_allclose(after, before, atol=1e-5)
    (layer,) = [node for node in graph.model.graph.node if node.op_type == "Conv"]
    assert graph.constant(layer.input[1]).ndim == PICTURE


def test_a_node_of_another_kind_is_refused() -> None:
    nodes = [helper.make_node("Transpose", ["signal"], ["turned"], perm=[0, 2, 1])]
    with pytest.raises(ValueError, match="Transpose of a signal"):
        as_pictures(graph_of(nodes, {}, {"signal": [1, 3, None]}, {"turned": [1, None, 3]}))
