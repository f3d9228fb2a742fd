"""The adaptive instance norms (AdaIN) of the model: each channel is brought to mean 0 and variance 1 over the time of
the utterance, then to what the style wants.

So every moment of an utterance depends on all of it. Where a part is to be made before the rest, the norms are opened:
they tell the means and variances that they found, and take others' into account, as if these had been found in the same
utterance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from onnx import helper

from hwamei.engines.kokoro.onnx_graph import Graph, leading

OTHERS = "others_statistics"  # float32 [2, channels, 1], means and variances of all norms, in their order
OTHERS_SHARE = "others_share"  # float32 [1], 0..1: how much of the whole the others are
STATISTICS = "statistics"  # like OTHERS, as found in this run


def fuse_instance_norms(graph: Graph) -> None:
    """Nine nodes of a norm, each a pass over memory, become one InstanceNormalization."""
    axes = graph.add_constant("batch_and_time_axes", np.array([0, 2], np.int64))
    graph.replace({norm.made: _fused(norm, axes) for norm in _norms(graph)})


def open_instance_norms(graph: Graph) -> None:
    """They become arithmetic that takes OTHERS and OTHERS_SHARE and tells STATISTICS. With a share of 0 they do what
    they did."""
    norms = list(_norms(graph))
    channels = sum(len(graph.constant(norm.bias)) // 2 for norm in norms)
    floats, shape = onnx.TensorProto.FLOAT, [2, channels, 1]
    graph.model.graph.input.append(helper.make_tensor_value_info(OTHERS, floats, shape))
    graph.model.graph.input.append(helper.make_tensor_value_info(OTHERS_SHARE, floats, [1]))
    graph.model.graph.output.append(helper.make_tensor_value_info(STATISTICS, floats, shape))
    shared = _Nodes("norms")
    given = _given(graph, norms, shared)
    one = graph.add_constant("norms_one", np.array(1, np.float32))
    both = shared.add("Mul", OTHERS_SHARE, shared.add("Sub", one, OTHERS_SHARE))
    found = {norm.taken: _found(graph, norm.taken) for norm in norms}
    opened = [_opened(graph, norm, each, both, found[norm.taken]) for norm, each in zip(norms, given, strict=True)]
    told = _Nodes("norms_told")
    means = told.add("Concat", *(found[norm.taken].mean for norm in norms), axis=1)
    variances = told.add("Concat", *(found[norm.taken].variance for norm in norms), axis=1)
    statistics = told.add("Concat", means, variances, axis=0)
    # OpenVINO keeps in float32, and in slower forms, all on the way to an output after the last product. This product
    # is by one, and the way ends here.
    told.add("MatMul", statistics, graph.add_constant("norms_same", np.ones((1, 1), np.float32)), made=STATISTICS)
    instead = {norm.made: nodes.made for norm, nodes in zip(norms, opened, strict=True)}
    old = list(graph.model.graph.node)
    before, _ = leading(old, set(), {norm.style for norm in norms})
    rest = [node for name in found if name not in graph.maker for node in found[name].nodes.made]
    for node in old:
        if node not in before:
            rest += instead.get(node.output[0], [node])
            rest += [each for name in node.output if name in found for each in found[name].nodes.made]
    graph.keep_needed([*before, *shared.made, *rest, *told.made])


# ---------------------------------------------------------------- as they are published


@dataclass(frozen=True, slots=True)
class _Norm:
    """`made` = gain * (taken - mean) / sqrt(variance + epsilon) + offset. Gain - 1 and offset are the halves of
    `style` * `weight` + `bias`, float32 [1, size], [size, 2 * channels], [2 * channels]."""

    taken: str
    gain: str
    offset: str
    epsilon: float
    made: str
    style: str
    weight: str
    bias: str


def _norms(graph: Graph) -> Iterator[_Norm]:
    """Several may bring the same signal to different ends."""
    for node in list(graph.model.graph.node):
        if node.op_type == "Div":
            yield from _norms_of(graph, node)


def _norms_of(graph: Graph, divide: onnx.NodeProto) -> Iterator[_Norm]:
    """Those that divide by the deviation there; none if it is not that."""
    centred, root = (graph.maker.get(name) for name in divide.input)
    if centred is None or root is None or (centred.op_type, root.op_type) != ("Sub", "Sqrt"):
        return
    for multiply in graph.takers[divide.output[0]]:
        takers = graph.takers[multiply.output[0]]
        if [node.op_type for node in (multiply, *takers)] != ["Mul", "Add"]:
            continue
        (gain,) = [name for name in multiply.input if name != divide.output[0]]
        (offset,) = [name for name in takers[0].input if name != multiply.output[0]]
        made, affine = takers[0].output[0], _affine(graph, offset)
        yield _Norm(centred.input[0], gain, offset, _epsilon(graph, root), made, *affine)


def _epsilon(graph: Graph, root: onnx.NodeProto) -> float:
    """The constant added to the variance under the root."""
    (epsilon,) = [graph.constant(name) for name in graph.maker[root.input[0]].input if name in graph.constants]
    return float(epsilon)


def _affine(graph: Graph, offset: str) -> tuple[str, str, str]:
    """The style, the weight and the bias: from the product on come the sum, another axis, and the split."""
    split = graph.maker[offset]
    add = graph.maker[graph.maker[split.input[0]].input[0]]
    (bias,) = [name for name in add.input if name in graph.constants]
    (product,) = [name for name in add.input if name != bias]
    style, weight = graph.maker[product].input
    return style, weight, bias


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

    def add(self, kind: str, *given: str, made: str = "", **attributes: Any) -> str:
        """The name of what another node makes."""
        name = made or self._name()
        self.made.append(helper.make_node(kind, given, [name], **attributes))
        return name

    def split(self, name: str, sizes: str, *, axis: int, parts: int) -> list[str]:
        """The names of the parts of an array."""
        names = [f"{self._name()}_{part}" for part in range(parts)]
        self.made.append(helper.make_node("Split", [name, sizes], names, axis=axis))
        return names

    def _name(self) -> str:
        return f"{self.prefix}_open_{len(self.made)}"


@dataclass(frozen=True, slots=True)
class _Given:
    """What a norm gets, each [1, channels, 1]."""

    gain: str
    offset: str
    other_mean: str
    other_variance: str


def _given(graph: Graph, norms: Sequence[_Norm], nodes: _Nodes) -> Iterator[_Given]:
    """For each norm, all made together: a node costs more time, when the graph is loaded, than what it computes."""
    (style,) = {norm.style for norm in norms}
    weights = [np.split(graph.constant(norm.weight), 2, axis=1) for norm in norms]
    biases = [np.split(graph.constant(norm.bias), 2) for norm in norms]
    axis = graph.add_constant("norms_time_axis", np.array([2], np.int64))
    affine = []
    for number, (half, plus) in enumerate((("gain", 1), ("offset", 0))):
        weight = np.concatenate([each[number] for each in weights], axis=1)
        bias = np.concatenate([each[number] for each in biases]) + np.float32(plus)
        product = nodes.add("MatMul", style, graph.add_constant(f"norms_{half}_weight", weight))
        flat = nodes.add("Add", product, graph.add_constant(f"norms_{half}_bias", bias))
        affine.append(nodes.add("Unsqueeze", flat, axis))
    rows = nodes.split(OTHERS, graph.add_constant("norms_rows", np.array([1, 1], np.int64)), axis=0, parts=2)
    widths = graph.add_constant("norms_widths", np.array([len(each[0]) for each in biases], np.int64))
    parts = [nodes.split(name, widths, axis=1, parts=len(norms)) for name in (*affine, *rows)]
    return (_Given(*names) for names in zip(*parts, strict=True))


@dataclass(frozen=True, slots=True)
class _Found:
    """Names of what is found of a signal, and the nodes that find it."""

    mean: str
    variance: str
    nodes: _Nodes


def _found(graph: Graph, taken: str) -> _Found:
    """From what is away from the mean: of the mean square without it too little would be left in bfloat16. Taken from
    the mean and not the other way round: OpenVINO would share that with what is made of it, and write it to memory."""
    nodes = _Nodes(f"{taken}_found")
    time = graph.add_constant("norms_time_axis", np.array([2], np.int64))
    two = graph.add_constant("norms_two", np.array(2, np.float32))
    mean = nodes.add("ReduceMean", taken, time)
    return _Found(mean, nodes.add("ReduceMean", nodes.add("Pow", nodes.add("Sub", mean, taken), two), time), nodes)


def _opened(graph: Graph, norm: _Norm, given: _Given, both: str, found: _Found) -> _Nodes:
    """The variance is that of both parts about their common mean: pooled, with what their means are apart. `both`: the
    product of their shares."""
    nodes, mean, variance = _Nodes(norm.made), found.mean, found.variance
    add = nodes.add
    epsilon = graph.add_constant(f"norms_{norm.epsilon}", np.array(norm.epsilon, np.float32))
    apart, wider = add("Sub", given.other_mean, mean), add("Sub", given.other_variance, variance)
    within = add("Add", variance, add("Mul", wider, OTHERS_SHARE))
    common = add("Add", within, add("Mul", add("Mul", apart, apart), both))
    scale = add("Div", given.gain, add("Sqrt", add("Add", common, epsilon)))
    # What the common mean is away from its own comes with the offset: a mean that is found, beside its signal in
    # memory, keeps OpenVINO from copying the signal into another order.
    moved = add("Mul", add("Mul", apart, OTHERS_SHARE), scale)
    add("Add", add("Mul", add("Sub", norm.taken, mean), scale), add("Sub", given.offset, moved), made=norm.made)
    return nodes
