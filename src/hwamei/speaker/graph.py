"""The GE2E encoder as an ONNX graph, from the weights that are published for PyTorch."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from hwamei.speaker.ge2e import LAYERS

Weights = Mapping[str, NDArray[np.float32]]

OPSET = 17
IR_VERSION = 9


def encoder_graph(weights: Weights) -> bytes:
    """Graph from `mels`, float32 [frames, windows, 40], to `embeddings`, float32 [windows, 256], not normalised."""
    tensors: list[onnx.TensorProto] = []
    nodes: list[onnx.NodeProto] = []
    layer_input = "mels"
    for layer in range(LAYERS):
        nodes += _layer(weights, layer, layer_input, tensors)
        layer_input = f"states{layer}"
    tensors.append(numpy_helper.from_array(weights["linear.weight"].T.copy(), "projection"))
    tensors.append(numpy_helper.from_array(weights["linear.bias"], "projection_bias"))
    nodes += [
        helper.make_node("Squeeze", [f"last{LAYERS - 1}", "direction_axis_of_last"], ["voice"]),
        helper.make_node("Gemm", ["voice", "projection", "projection_bias"], ["projected"]),
        helper.make_node("Relu", ["projected"], ["embeddings"]),
    ]
    tensors.append(numpy_helper.from_array(np.array([1], np.int64), "direction_axis"))
    tensors.append(numpy_helper.from_array(np.array([0], np.int64), "direction_axis_of_last"))
    floats = onnx.TensorProto.FLOAT
    mels = helper.make_tensor_value_info("mels", floats, ["frames", "windows", 40])
    embeddings = helper.make_tensor_value_info("embeddings", floats, ["windows", 256])
    graph = helper.make_graph(nodes, "ge2e", [mels], [embeddings], tensors)
    opset = [helper.make_opsetid("", OPSET)]
    model: bytes = helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION).SerializeToString()
    return model


def _layer(weights: Weights, layer: int, layer_input: str, tensors: list[onnx.TensorProto]) -> list[onnx.NodeProto]:
    """One LSTM layer: `states<layer>` [frames, windows, 256] and `last<layer>` [1, windows, 256]."""
    of_input, of_state, bias = (f"{kind}{layer}" for kind in ("of_input", "of_state", "bias"))
    biases = [_regated(weights[f"lstm.bias_{kind}_l{layer}"]) for kind in ("ih", "hh")]
    values = {
        of_input: _regated(weights[f"lstm.weight_ih_l{layer}"])[None],
        of_state: _regated(weights[f"lstm.weight_hh_l{layer}"])[None],
        bias: np.concatenate(biases)[None],
    }
    tensors += [numpy_helper.from_array(value, name) for name, value in values.items()]
    size = weights[f"lstm.weight_hh_l{layer}"].shape[1]
    outputs = [f"states{layer}_by_direction", f"last{layer}"]
    return [
        helper.make_node("LSTM", [layer_input, of_input, of_state, bias], outputs, hidden_size=size),
        helper.make_node("Squeeze", [outputs[0], "direction_axis"], [f"states{layer}"]),
    ]


def _regated(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Gates from PyTorch's order (input, forget, cell, output) to ONNX's (input, output, forget, cell)."""
    gate_in, gate_forget, gate_cell, gate_out = np.split(values, 4)
    return np.concatenate([gate_in, gate_out, gate_forget, gate_cell])
