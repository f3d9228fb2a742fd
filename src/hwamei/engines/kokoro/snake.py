"""The Snake activation of the model, x + sin²(αx) / α, in arithmetic that OpenVINO runs as one pass over memory.

OpenVINO computes a sine number by number, in float32 and in another order of memory than the layers before and after:
the sines and the copies for them took half of the time of the decoder. Instead: sin²(πt) has the period 1, is cos²(πr)
where r is half a period away from t, and cos(πr) is made of squares alone (as in the doubling of angles). Each step
takes only what the step before made; a value that two steps take would be written to memory.

Source of Snake: L. Ziyin, T. Hartwig, M. Ueda: Neural networks fail to learn periodic functions and how to fix it,
NeurIPS 2020.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import onnx
from onnx import helper

from hwamei.engines.kokoro.onnx_graph import Graph

# cos(πr) = GAIN * ((r² + FIRST)² + SECOND)² + THIRD for r in -0.5..0.5, to 2.5e-6; made by tools/fit_snake.py
FIRST, SECOND, GAIN, THIRD = -2.30936864, -1.51410835, 0.13987185, -1.04008023


def replace_snakes(graph: Graph) -> None:
    """sin(αx)² becomes arithmetic, scaled and added to x in the order that OpenVINO joins."""
    replacements: dict[str, list[onnx.NodeProto]] = {}
    for node in graph.model.graph.node:
        if node.op_type == "Sin":
            new = list(_snake(graph, node))
            replacements[new[-1].output[0]] = new
    graph.replace(replacements)


def _snake(graph: Graph, sine: onnx.NodeProto) -> Iterator[onnx.NodeProto]:
    """From x to the activation. `sine`: the one in αx."""
    square = graph.only_taker(sine)
    scaled = graph.only_taker(square)
    made = graph.only_taker(scaled).output[0]
    (alpha,) = [name for name in graph.maker[sine.input[0]].input if name in graph.constants]
    (signal,) = [name for name in graph.maker[sine.input[0]].input if name != alpha]
    (inverse,) = [name for name in scaled.input if name != square.output[0]]
    turns = graph.add_constant(f"{made}_turns", (graph.constant(alpha) / np.pi).astype(np.float32))
    half, one, two = (_number(graph, value) for value in (-0.5, 1, 2))
    first, second, gain, third = (_number(graph, value) for value in (FIRST, SECOND, GAIN, THIRD))
    steps = [("Mul", turns), ("Mod", one), ("Abs", ""), ("Add", half), ("Pow", two)]
    steps += [("Add", first), ("Pow", two), ("Add", second), ("Pow", two), ("Mul", gain), ("Add", third), ("Pow", two)]
    steps += [("Mul", inverse), ("Add", signal)]
    value = signal
    for number, (kind, other) in enumerate(steps, 1):
        given = [value, other] if other else [value]
        value = made if number == len(steps) else f"{made}_step_{number}"
        node = helper.make_node(kind, given, [value], name=value)
        if kind == "Mod":
            node.attribute.append(helper.make_attribute("fmod", 1))  # of fractions
        yield node


def _number(graph: Graph, value: float) -> str:
    return graph.add_constant(f"snake_{value}", np.array(value, np.float32))
