"""Signals as pictures of one row.

OpenVINO multiplies matrices of values that have their channels beside each other in memory. It can sum over time in
that order, too, but only in arrays of four axes: signals, which have three, it would copy into another order before
each norm, and back after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from onnx import helper

from hwamei.engines.kokoro.onnx_graph import Graph, attributes

ROW = 2  # the axis that is put in: [batch, channels, time] become [batch, channels, 1, time]
SIGNAL, PICTURE = 3, 4  # how many axes they have
OF_ANY_AXES = {"Abs", "Add", "Div", "LeakyRelu", "MatMul", "Mod", "Mul", "Pow", "Sqrt", "Sub"}
OF_CHANNELS = {"Concat", "Split"}
ACROSS_ROWS = {"kernel_shape": 1, "strides": 1, "dilations": 1, "output_padding": 0}  # of a convolution


def as_pictures(graph: Graph) -> None:
    """All signals on the way from the inputs to the outputs, which stay as they are. Raises ValueError for a node that
    it cannot change."""
    given, made = graph.model.graph.input, graph.model.graph.output
    for constant in graph.model.graph.initializer:
        if len(constant.dims) == SIGNAL:
            constant.dims.insert(ROW, 1)  # in place: a copy would take as much memory as the model
    row = graph.add_constant("row", np.array([ROW], np.int64))
    signals = [value.name for value in (*given, *made) if _axes(value) == SIGNAL]
    change = _Change(graph, {name: f"{name}_row" for name in signals}, {value.name: _axes(value) for value in given})
    change.axes.update(dict.fromkeys(change.renamed.values(), PICTURE))
    first = [
        helper.make_node("Unsqueeze", [value.name, row], [change.renamed[value.name]])
        for value in given
        if value.name in change.renamed
    ]
    between = [change.changed(node) for node in list(graph.model.graph.node)]
    last = [
        helper.make_node("Squeeze", [change.renamed[value.name], row], [value.name])
        for value in made
        if value.name in change.renamed
    ]
    graph.keep_needed([*first, *between, *last])


def _axes(value: onnx.ValueInfoProto) -> int:
    return len(value.type.tensor_type.shape.dim)


@dataclass(frozen=True, slots=True)
class _Change:
    """`renamed`: inputs and outputs that are signals, by what they are called as pictures; `axes`: how many a value
    has, for the values met so far. Changed in place by one thread."""

    graph: Graph
    renamed: dict[str, str]
    axes: dict[str, int]

    def changed(self, node: onnx.NodeProto) -> onnx.NodeProto:
        """The same of pictures, where it is of signals."""
        taken = [self._taken(name) for name in node.input]
        made = [self.renamed.get(name, name) for name in node.output]
        axes, told = max((self.axes[name] for name in taken if name), default=0), attributes(node)
        if node.op_type in ("Conv", "ConvTranspose"):
            told |= {name: [row, *told[name]] for name, row in ACROSS_ROWS.items() if name in told}
            told["pads"] = [part for pad in told["pads"] for part in (0, pad)]
        elif node.op_type == "Unsqueeze":
            axes, taken[1] = PICTURE, self._with_row(taken[1])
        elif axes == PICTURE:
            self._of_picture(node.op_type, taken, told)
        self.axes.update(dict.fromkeys(made, axes))
        return helper.make_node(node.op_type, taken, made, name=node.name, **told)

    def _of_picture(self, kind: str, taken: list[str], told: dict[str, Any]) -> None:
        """Changes what a node takes."""
        if kind in OF_ANY_AXES or (kind in OF_CHANNELS and told["axis"] < ROW):
            return
        place = {"ReduceMean": 1, "Pad": 1, "Resize": 2}.get(kind)
        if place is None:
            raise ValueError(f"{kind} of a signal cannot be made one of a picture")
        value = self.graph.constant(taken[place])
        if kind == "ReduceMean":
            changed = value + (value >= ROW)
        else:  # at both ends, or how many times as much
            halves = np.split(value, len(value) // SIGNAL)
            changed = np.concatenate([np.insert(half, ROW, 0 if kind == "Pad" else 1) for half in halves])
        taken[place] = self.graph.add_constant(f"{taken[place]}_row", changed.astype(value.dtype))

    def _taken(self, name: str) -> str:
        """What is taken instead of it."""
        name = self.renamed.get(name, name)
        if name in self.graph.constants:
            self.axes[name] = len(self.graph.constants[name].dims)
        return name

    def _with_row(self, name: str) -> str:
        """The axes that are put in, and the row's."""
        axes = sorted([ROW, *(int(axis) + (axis >= ROW) for axis in self.graph.constant(name))])
        return self.graph.add_constant(f"{name}_row", np.array(axes, np.int64))
