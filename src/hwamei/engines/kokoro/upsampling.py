"""The transposed convolutions that lengthen the signal, as ordinary ones.

A transposed convolution with a step of s and a kernel of 2 s makes s values of each place and the one before it: an
ordinary convolution with a kernel of 2 makes them side by side, as s times as many channels, and they are put one after
the other. OpenVINO has a kernel in bfloat16 for the ordinary one alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import ArrayLike
from onnx import helper

from hwamei.engines.kokoro.onnx_graph import Graph, attributes

TIME = 3  # the axis


def replace_transposed_convolutions(graph: Graph) -> None:
    """Of pictures of one row (see pictures.py), float32 [1, channels, 1, time]; those of single channels stay."""
    replacements: dict[str, list[onnx.NodeProto]] = {}
    for node in graph.model.graph.node:
        if node.op_type == "ConvTranspose" and attributes(node)["group"] == 1:
            replacements[node.output[0]] = list(_nodes(graph, node))
    graph.replace(replacements)


def _nodes(graph: Graph, transposed: onnx.NodeProto) -> Iterator[onnx.NodeProto]:
    told = attributes(transposed)
    step, width, cut = told["strides"][1], told["kernel_shape"][1], told["pads"][1]
    if (width, cut) != (2 * step, step // 2):
        raise ValueError(f"a transposed convolution of {width} with a step of {step} and {cut} cut off; 2 s, s, s / 2")
    signal, weight_name, bias_name = transposed.input
    weight, bias = graph.constant(weight_name), graph.constant(bias_name)
    before, after = weight.shape[:2]
    # [from, to, 1, 2 * step], the place itself first → [step * to, from, 1, 2], the place before it first
    taps = weight.reshape(before, after, 2, step).transpose(3, 1, 0, 2)[:, :, :, ::-1]
    made = transposed.output[0]

    def constant(part: str, value: ArrayLike) -> str:
        return graph.add_constant(f"{made}_{part}", np.asarray(value))

    def node(kind: str, given: Sequence[str], to: str, **how: Any) -> onnx.NodeProto:
        return helper.make_node(kind, given, [to], name=to, **how)

    names = [f"{made}_{part}" for part in ("beside", "rows", "longer", "channels")]
    kernel = constant("weight", np.ascontiguousarray(taps).reshape(step * after, before, 1, 2))
    shape = constant("shape", [1, 1, -1, after])
    ends = [constant("start", [cut]), constant("end", [-cut]), constant("axis", [TIME])]
    yield node("Conv", [signal, kernel, constant("bias", np.tile(bias, step))], names[0], pads=[0, 1, 0, 1])
    yield node("Transpose", names[:1], names[1], perm=[0, 2, 3, 1])
    yield node("Reshape", [names[1], shape], names[2])
    yield node("Transpose", [names[2]], names[3], perm=[0, 3, 1, 2])
    yield node("Slice", [names[3], *ends], made)
