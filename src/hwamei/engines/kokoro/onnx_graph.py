"""An ONNX graph in the hand, to be looked through and changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator


@dataclass
class Graph:
    """An ONNX graph with its nodes by what they make and by what they take. Changed in place by one thread."""

    model: onnx.ModelProto
    constants: dict[str, onnx.TensorProto] = field(init=False)
    maker: dict[str, onnx.NodeProto] = field(init=False)
    takers: dict[str, list[onnx.NodeProto]] = field(init=False)

    def __post_init__(self) -> None:
        self.index()

    def index(self) -> None:
        """Look everything up anew, after nodes have changed."""
        graph = self.model.graph
        self.constants = {tensor.name: tensor for tensor in graph.initializer}
        self.maker = {name: node for node in graph.node for name in node.output}
        self.takers = {}
        for node in graph.node:
            for name in node.input:
                self.takers.setdefault(name, []).append(node)

    def constant(self, name: str) -> NDArray[np.float32]:
        """The value of a constant."""
        return numpy_helper.to_array(self.constants[name])

    def add_constant(self, name: str, value: NDArray[np.generic]) -> str:
        """Add a constant unless there is one of this name; return the name."""
        if name not in self.constants:
            tensor = self.constants[name] = self.model.graph.initializer.add()  # what is appended would be copied
            tensor.CopyFrom(numpy_helper.from_array(value, name))
        return name

    def only_taker(self, node: onnx.NodeProto) -> onnx.NodeProto:
        """The single node that takes this node's first output. Raises ValueError where there are more."""
        (taker,) = self.takers[node.output[0]]
        return taker

    def replace(self, replacements: dict[str, list[onnx.NodeProto]]) -> None:
        """Put other nodes in the place of the node that makes a tensor; then drop what nothing needs any more."""
        nodes: list[onnx.NodeProto] = []
        for node in self.model.graph.node:
            nodes.extend(replacements.get(node.output[0], [node]))
        self.keep_needed(nodes)

    def fold(self) -> None:
        """Compute now what comes of constants alone."""
        known = set(self.constants)
        folded = [node for node in self.model.graph.node if _comes_of(node, known)]
        kept = [node for node in self.model.graph.node if node.output[0] not in known]
        wanted = [name for name in {name for node in kept for name in node.input} & known if name not in self.constants]
        if not wanted:
            return
        nodes, needed = leading(folded, set(), set(wanted))
        constants = [tensor for name, tensor in self.constants.items() if name in needed]
        made = [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in wanted]
        part = helper.make_graph(nodes, "folded", [], made, constants)
        model = helper.make_model(part, opset_imports=self.model.opset_import, ir_version=self.model.ir_version)
        for name, value in zip(wanted, ReferenceEvaluator(model).run(None, {}), strict=True):
            self.add_constant(name, value)
        self.keep_needed(kept)

    def keep_needed(self, nodes: Iterable[onnx.NodeProto]) -> None:
        """Keep, of the nodes and constants, what the outputs depend on."""
        graph = self.model.graph
        kept, needed = leading(nodes, set(), names_of(graph.output))
        del graph.node[:]
        graph.node.extend(kept)
        for place in reversed(range(len(graph.initializer))):  # one by one: a new list would be a copy of all weights
            if graph.initializer[place].name not in needed:
                del graph.initializer[place]
        self.index()


def leading(
    nodes: Iterable[onnx.NodeProto], given: set[str], wanted: set[str]
) -> tuple[list[onnx.NodeProto], set[str]]:
    """Of nodes in the order of a run, those that lead from what is given to what is wanted, and all that they take."""
    kept: list[onnx.NodeProto] = []
    needed = set(wanted)
    for node in reversed(list(nodes)):
        if needed.intersection(node.output) and not given.intersection(node.output):
            kept.append(node)
            needed.update(node.input)
    return kept[::-1], needed


def _comes_of(node: onnx.NodeProto, known: set[str]) -> bool:
    """Whether a node takes nothing but what is known; what it makes is known then, too."""
    comes = all(name in known for name in node.input if name)
    if comes:
        known.update(node.output)
    return comes


def names_of(values: Iterable[onnx.ValueInfoProto]) -> set[str]:
    """Names of inputs or outputs."""
    return {value.name for value in values}


def attributes(node: onnx.NodeProto) -> dict[str, Any]:
    """What a node is told beside what it takes, by name."""
    return {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
