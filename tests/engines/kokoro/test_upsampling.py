"""Transposed convolutions made of ordinary ones lengthen a signal as they did."""

from __future__ import annotations

import numpy as np
import pytest
from onnx import helper

from hwamei.engines.kokoro.onnx_graph import Graph
from hwamei.engines.kokoro.upsampling import replace_transposed_convolutions
from tests.engines.kokoro.small_graphs import graph_of, kinds, run

RANDOM = np.random.default_rng(2)


def published(*, step: int, width: int, cut: int, group: int = 1) -> Graph:
    node = helper.make_node(
        "ConvTranspose",
        ["x", "weight", "bias"],
        ["y"],
        strides=[1, step],
        kernel_shape=[1, width],
        pads=[0, cut, 0, cut],
        group=group,
    )
    after = 3 if group == 1 else 1
    weight = RANDOM.normal(size=(4, after, 1, width)).astype(np.float32)
    constants = {"weight": weight, "bias": RANDOM.normal(size=after * group).astype(np.float32)}
    return graph_of([node], constants, {"x": [1, 4, 1, None]}, {"y": [1, after * group, 1, None]})


@pytest.mark.parametrize(("step", "length"), [(10, 7), (6, 1), (2, 30)])
def test_it_is_the_same(step: int, length: int) -> None:
    x = RANDOM.normal(size=(1, 4, 1, length)).astype(np.float32)
    graph = published(step=step, width=2 * step, cut=step // 2)
    (expected,) = run(graph, x=x)
    replace_transposed_convolutions(graph)
    assert "ConvTranspose" not in kinds(graph)
    (found,) = run(graph, x=x)
    assert found.shape == expected.shape == (1, 3, 1, step * length)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_those_of_single_channels_stay() -> None:
    graph = published(step=2, width=4, cut=1, group=4)
    replace_transposed_convolutions(graph)
    assert kinds(graph) == {"ConvTranspose"}


def test_of_another_width_it_is_refused() -> None:
    with pytest.raises(ValueError, match="of 9 with a step of 4"):
        replace_transposed_convolutions(published(step=4, width=9, cut=2))
