"""The adaptive instance norms (AdaIN) of the model: each channel is brought to mean 0 and variance 1 over the time of
the utterance, then to what the style wants.

So every moment of an utterance depends on all of it. Where a part is to be made before the rest, the norms are opened:
they tell the means and variances that they found, and take others' into account, as if these had been found in the same
utterance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from onnx import helper

from hwamei.engines.kokoro.onnx_graph import Graph

OTHERS = "others_statistics"  # float32 [2, channels, 1], means and variances of all norms, in their order
OTHERS_SHARE = "others_share"  # float32 [1], 0..1: how much of the whole the others are
STATISTICS = "statistics"  # like OTHERS, as found in this run


def fuse_instance_norms(graph: Graph) -> None:
    """Nine nodes of a norm, each a pass over memory, become one InstanceNormalization."""
    axes = graph.add_constant("batch_and_time_axes", np.array([0, 2], np.int64))
    graph.replace({norm.made: _fused(norm, axes) for norm in _norms(graph)})


def open_instance_norms(graph: Graph) -> None:
    """They become arithmetic that takes OTHERS and OTHERS_SHARE and tells STATISTICS: two passes that sum and one that
    scales. With a share of 0 they do what they did."""
    norms = list(_norms(graph))
    widths = [norm.width for norm in norms]
    floats, shape = onnx.TensorProto.FLOAT, [2, sum(widths), 1]
    graph.model.graph.input.append(helper.make_tensor_value_info(OTHERS, floats, shape))
    graph.model.graph.input.append(helper.make_tensor_value_info(OTHERS_SHARE, floats, [1]))
    graph.model.graph.output.append(helper.make_tensor_value_info(STATISTICS, floats, shape))
    sizes = graph.add_constant("norms_widths", np.array(widths, np.int64))
    others = [f"{norm.made}_others" for norm in norms]
    opened = [_opened(graph, norm, other) for norm, other in zip(norms, others, strict=True)]
    instead = {norm.made: nodes.made for norm, nodes in zip(norms, opened, strict=True)}
    graph.keep_needed(
        [
            helper.make_node("Split", [OTHERS, sizes], others, axis=1),
            *(new for node in graph.model.graph.node for new in instead.get(node.output[0], [node])),
            helper.make_node("Concat", [nodes.last_statistics for nodes in opened], [STATISTICS], axis=1),
        ]
    )


# ---------------------------------------------------------------- as they are published


@dataclass(frozen=True, slots=True)
class _Norm:
    """`made` = gain * (taken - mean) / sqrt(variance + epsilon) + offset. `width`: channels."""

    taken: str
    gain: str
    offset: str
    epsilon: float
    made: str
    width: int


def _norms(graph: Graph) -> Iterator[_Norm]:
    for node in list(graph.model.graph.node):
        if node.op_type == "Div" and (norm := _norm(graph, node)):
            yield norm


def _norm(graph: Graph, divide: onnx.NodeProto) -> _Norm | None:
    """The norm that divides by its deviation there; None if it is not that."""
    centred, root = (graph.maker.get(name) for name in divide.input)
    if centred is None or root is None or (centred.op_type, root.op_type) != ("Sub", "Sqrt"):
        return None
    following = _chain(graph, divide, ("Mul", "Add"))
    if following is None:
        return None
    multiply, add = following
    (gain,) = [name for name in multiply.input if name != divide.output[0]]
    (offset,) = [name for name in add.input if name != multiply.output[0]]
    return _Norm(centred.input[0], gain, offset, _epsilon(graph, root), add.output[0], _width(graph, gain))


def _chain(graph: Graph, node: onnx.NodeProto, kinds: tuple[str, ...]) -> list[onnx.NodeProto] | None:
    """The nodes of these kinds that follow one another, each the only taker of the one before; None if it is not so."""
    chain = [node]
    for kind in kinds:
        takers = graph.takers[chain[-1].output[0]]
        if [taker.op_type for taker in takers] != [kind]:
            return None
        chain.append(takers[0])
    return chain[1:]


def _epsilon(graph: Graph, root: onnx.NodeProto) -> float:
    """The constant added to the variance under the root."""
    (epsilon,) = [graph.constant(name) for name in graph.maker[root.input[0]].input if name in graph.constants]
    return float(epsilon)


def _width(graph: Graph, gain: str) -> int:
    """Channels: gain and offset are the halves of an affine map of the style, which the bias tells."""
    node = graph.maker[gain]
    while True:
        known = [graph.constants[name].dims for name in node.input if name in graph.constants]
        if node.op_type in ("Add", "Gemm") and (bias := [dims for dims in known if len(dims) == 1]):
            return int(bias[-1][0]) // 2
        node = graph.maker[node.input[0]]


# ---------------------------------------------------------------- as they become


def _fused(norm: _Norm, axes: str) -> list[onnx.NodeProto]:
    flat = [f"{norm.made}_{part}" for part in ("gain", "offset")]
    given = zip((norm.gain, norm.offset), flat, strict=True)
    squeezes = [helper.make_node("Squeeze", [name, axes], [to]) for name, to in given]
    fused = helper.make_node("InstanceNormalization", [norm.taken, *flat], [norm.made], epsilon=norm.epsilon)
    return [*squeezes, fused]


@dataclass
class _Nodes:
    """Nodes that are being made, with names of their own. Changed in place by one thread."""

    prefix: str
    made: list[onnx.NodeProto] = field(default_factory=list)
    last_statistics: str = ""

    def add(self, kind: str, *given: str, made: str = "", **attributes: Any) -> str:
        """The name of what another node makes."""
        name = made or f"{self.prefix}_open_{len(self.made)}"
        self.made.append(helper.make_node(kind, given, [name], **attributes))
        return name


def _opened(graph: Graph, norm: _Norm, others: str) -> _Nodes:
    """The variance is that of both parts about their common mean: pooled, with what their means are apart."""
    nodes = _Nodes(norm.made)
    add = nodes.add
    time = graph.add_constant("norms_time_axis", np.array([2], np.int64))
    one, epsilon = (graph.add_constant(f"norms_{value}", np.array(value, np.float32)) for value in (1.0, norm.epsilon))
    first, second = (graph.add_constant(f"norms_row_{row}", np.array([row], np.int64)) for row in (0, 1))
    mean = add("ReduceMean", norm.taken, time)
    # The square root of the sum of squares, and not their mean: OpenVINO has a kernel that needs no squares in memory.
    length = add("Cast", add("Shape", norm.taken, start=2, end=3), to=onnx.TensorProto.FLOAT)
    root = add("ReduceL2", norm.taken, time)
    squares = add("Div", add("Mul", root, root), length)
    variance = add("Relu", add("Sub", squares, add("Mul", mean, mean)))
    nodes.last_statistics = add("Concat", mean, variance, axis=0)
    apart = add("Sub", add("Gather", others, first, axis=0), mean)
    wider = add("Sub", add("Gather", others, second, axis=0), variance)
    common_mean = add("Add", mean, add("Mul", apart, OTHERS_SHARE))
    both = add("Mul", OTHERS_SHARE, add("Sub", one, OTHERS_SHARE))
    within = add("Add", variance, add("Mul", wider, OTHERS_SHARE))
    common = add("Add", within, add("Mul", add("Mul", apart, apart), both))
    scale = add("Div", norm.gain, add("Sqrt", add("Add", common, epsilon)))
    shift = add("Sub", norm.offset, add("Mul", common_mean, scale))
    add("Add", add("Mul", norm.taken, scale), shift, made=norm.made)
    return nodes
