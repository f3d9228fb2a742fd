"""Open norms: a part of a signal is treated as the whole would have been, once it is told what the rest is like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from onnx import helper

from hwamei.engines.kokoro.norms import OTHERS, OTHERS_SHARE, fuse_instance_norms, open_instance_norms
from hwamei.engines.kokoro.onnx_graph import Graph
from tests.engines.kokoro.small_graphs import Shape, graph_of, kinds, run

WIDTHS = (3, 5)
EPSILON = 1e-5
RANDOM = np.random.default_rng(5)
SIGNAL = (RANDOM.normal(size=(1, 3, 40)) * [[[1], [4], [0.2]]] + [[[0], [7], [-2]]]).astype(np.float32)
STYLE = RANDOM.normal(size=(1, 4)).astype(np.float32)
Arrays = Sequence[NDArray[Any]]


def published(norms: int) -> bytes:
    """One or two norms as they are published, a pointwise layer between them."""
    constants = {"epsilon": np.array(EPSILON, np.float32), "time": np.array([2], np.int64), "one": np.float32(1)}
    constants["weight"] = RANDOM.normal(size=(WIDTHS[1], WIDTHS[0], 1)).astype(np.float32)
    between = helper.make_node("Conv", ["a", "weight"], ["between"])
    second = [between, *_norm("b", "between", WIDTHS[1], constants)] if norms == 2 else []
    nodes = [*_norm("a", "signal", WIDTHS[0], constants), *second]
    inputs: dict[str, Shape] = {"signal": [1, WIDTHS[0], None], "style": [1, 4]}
    return _content(graph_of(nodes, constants, inputs, {"ab"[norms - 1]: [1, WIDTHS[norms - 1], None]}))


def to_three_ends() -> bytes:
    """One signal that three norms bring to different ends, as where three blocks of layers begin."""
    constants = {"epsilon": np.array(EPSILON, np.float32), "time": np.array([2], np.int64), "one": np.float32(1)}
    first = _norm("a", "signal", WIDTHS[0], constants)
    others = [node for name in "bc" for node in _norm(name, "signal", WIDTHS[0], constants, normal="a_normal")]
    total = helper.make_node("Concat", ["a", "b", "c"], ["ends"], axis=1)
    inputs: dict[str, Shape] = {"signal": [1, WIDTHS[0], None], "style": [1, 4]}
    return _content(graph_of([*first, *others, total], constants, inputs, {"ends": [1, 3 * WIDTHS[0], None]}))


def _content(graph: Graph) -> bytes:
    content: bytes = graph.model.SerializeToString()
    return content


def _norm(name: str, taken: str, width: int, constants: dict[str, Any], *, normal: str = "") -> list[onnx.NodeProto]:
    """`normal`: the signal of mean 0 and variance 1, if it is there already."""
    constants[f"{name}_fc"] = RANDOM.normal(size=(4, 2 * width)).astype(np.float32)
    constants[f"{name}_bias"] = RANDOM.normal(size=2 * width).astype(np.float32)
    constants[f"{name}_halves"] = np.array([width, width], np.int64)

    def node(kind: str, given: str, made: str, **attributes: Any) -> onnx.NodeProto:
        names = [f"{name}{each}" if each.startswith("_") else each for each in given.split()]
        return helper.make_node(kind, names, [f"{name}{each}" for each in made.split()], **attributes)

    affine = [
        node("MatMul", "style _fc", "_product"),
        node("Add", "_product _bias", "_affine"),
        node("Unsqueeze", "_affine time", "_both"),
        node("Split", "_both _halves", "_half _shift", axis=1),
        node("Add", "_half one", "_factor"),
    ]
    normalised = [
        helper.make_node("ReduceMean", [taken, "time"], [f"{name}_mean"]),
        helper.make_node("Sub", [taken, f"{name}_mean"], [f"{name}_centred"]),
        node("Mul", "_centred _centred", "_squared"),
        node("ReduceMean", "_squared time", "_variance"),
        node("Add", "_variance epsilon", "_safe"),
        node("Sqrt", "_safe", "_deviation"),
        node("Div", "_centred _deviation", "_normal"),
    ]
    return [
        *affine,
        *([] if normal else normalised),
        helper.make_node("Mul", [normal or f"{name}_normal", f"{name}_factor"], [f"{name}_scaled"]),
        helper.make_node("Add", [f"{name}_scaled", f"{name}_shift"], [name]),
    ]


ONE, TWO, THREE_ENDS = published(1), published(2), to_three_ends()


def opened(content: bytes) -> Graph:
    graph = Graph(onnx.load_from_string(content))
    open_instance_norms(graph)
    return graph


def in_part(graph: Graph, part: slice, others: NDArray[Any] | None = None, *, share: float = 0.0) -> Arrays:
    """What comes of a part of the signal, and the statistics in it."""
    (told,) = [value for value in graph.model.graph.input if value.name == OTHERS]
    channels = told.type.tensor_type.shape.dim[1].dim_value
    given = {OTHERS: np.zeros((2, channels, 1), np.float32) if others is None else others}
    return run(graph, signal=SIGNAL[:, :, part], style=STYLE, **given, **{OTHERS_SHARE: np.array([share], np.float32)})


@pytest.mark.parametrize("content", [ONE, TWO, THREE_ENDS], ids=["one", "two", "three of one signal"])
def test_fused_or_open_norms_do_what_they_did(content: bytes) -> None:
    (expected,) = run(Graph(onnx.load_from_string(content)), signal=SIGNAL, style=STYLE)
    fused = Graph(onnx.load_from_string(content))
    fuse_instance_norms(fused)
    assert "InstanceNormalization" in {node.op_type for node in fused.model.graph.node}
    np.testing.assert_allclose(run(fused, signal=SIGNAL, style=STYLE)[0], expected, atol=1e-4)
    np.testing.assert_allclose(in_part(opened(content), slice(None))[0], expected, atol=1e-4)
    assert "Div" not in kinds(fused)


def test_statistics_are_means_and_variances_of_the_channels() -> None:
    _, statistics = in_part(opened(ONE), slice(None))
    np.testing.assert_allclose(statistics[:, :, 0], [SIGNAL[0].mean(axis=1), SIGNAL[0].var(axis=1)], atol=1e-4)


def test_a_signal_of_three_norms_is_summed_once() -> None:
    graph = opened(THREE_ENDS)
    sums = [node for node in graph.model.graph.node if node.op_type == "ReduceMean"]
    assert len(sums) == 2
    whole, statistics = in_part(graph, slice(None))
    assert statistics.shape == (2, 3 * WIDTHS[0], 1)
    part, _ = in_part(graph, slice(9, 21), statistics, share=1.0)
    np.testing.assert_allclose(part, whole[:, :, 9:21], atol=1e-4)


def test_with_the_statistics_of_the_whole_a_part_is_as_in_the_whole() -> None:
    graph = opened(TWO)
    whole, statistics = in_part(graph, slice(None))
    part, _ = in_part(graph, slice(9, 21), statistics, share=1.0)
    np.testing.assert_allclose(part, whole[:, :, 9:21], atol=1e-4)


@given(parted=st.integers(2, 38))
def test_two_parts_have_the_variance_that_they_have_together(parted: int) -> None:
    graph = opened(ONE)
    whole, _ = in_part(graph, slice(None))
    _, statistics = in_part(graph, slice(0, parted))
    rest, _ = in_part(graph, slice(parted, None), statistics, share=parted / SIGNAL.shape[2])
    np.testing.assert_allclose(rest, whole[:, :, parted:], atol=1e-3)


def test_a_channel_that_does_not_move_is_no_division_by_nothing() -> None:
    graph = opened(ONE)
    still = np.full((1, WIDTHS[0], 50), 123.456, np.float32)
    told = {OTHERS: np.zeros((2, WIDTHS[0], 1), np.float32), OTHERS_SHARE: np.zeros(1, np.float32)}
    made, statistics = run(graph, signal=still, style=STYLE, **told)
    assert np.isfinite(made).all()
    assert (statistics[1] >= 0).all()
