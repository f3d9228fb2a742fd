"""Small ONNX graphs, made and run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from hwamei.engines.kokoro.onnx_graph import Graph

Shape = Sequence[Any]  # numbers, and None where it is open


def graph_of(
    nodes: Sequence[onnx.NodeProto],
    constants: Mapping[str, Any],
    given: Mapping[str, Shape],
    made: Mapping[str, Shape],
) -> Graph:
    """Float32 inputs and outputs by their names, of so many values in each axis."""
    inputs, outputs = (
        [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape) for name, shape in values.items()]
        for values in (given, made)
    )
    tensors = [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()]
    graph = helper.make_graph(list(nodes), "small", inputs, outputs, tensors)
    return Graph(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9))


def run(graph: Graph, **given: NDArray[Any]) -> Sequence[NDArray[Any]]:
    """Its outputs in their order."""
    session = onnxruntime.InferenceSession(graph.model.SerializeToString())
    found: Sequence[NDArray[Any]] = session.run(None, given)
    return found


def kinds(graph: Graph) -> set[str]:
    """Kinds of its nodes."""
    return {node.op_type for node in graph.model.graph.node}
