"""The published Kokoro graph, rewritten for a CPU and cut in two.

The published file is quantised to 8 bits and goes from tokens to sound in one run. Two graphs are made of it, each by
itself, so that no more than one is in memory:

* the predictor: tokens, style, speed → features, pitch and energy of each frame, and the frames that each token lasts;
* the decoder: those features, a style → sound.

Between the two, pitch and energy are plain arrays that can be changed. On the way, patterns that ONNX Runtime runs
slowly are replaced by ones that it runs fast; where the processor has no 8-bit dot products (VNNI), so are the 8-bit
products.
"""

from __future__ import annotations

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper

from hwamei.engines.kokoro.norms import fuse_instance_norms, open_instance_norms
from hwamei.engines.kokoro.onnx_graph import Graph, leading, names_of
from hwamei.engines.kokoro.pictures import as_pictures
from hwamei.engines.kokoro.snake import replace_snakes
from hwamei.engines.kokoro.upsampling import replace_transposed_convolutions

FEATURES = "/encoder/MatMul_1_output_0"  # float32 [1, 512, frames]
PITCH = "/encoder/Reshape_output_0"  # float32 [1, 2 * frames], Hz
ENERGY = "/encoder/Reshape_1_output_0"  # float32 [1, 2 * frames], log scale of the model
FRAME_COUNTS = "/encoder/Clip_output_0"  # float32 [1, tokens], frames of 600 samples
HARMONICS = "/decoder/decoder/generator/Concat_3_output_0"  # float32 [1, 22, 120 * frames + 1], of the voice's source
SPECTRA = "/decoder/decoder/generator/conv_post/Conv_output_0"  # of the same shape, log magnitudes and phases


def predictor(published: bytes, *, dequantise: bool) -> bytes:
    """Tokens to features, pitch and energy, as an ONNX file, from the published file. `dequantise`: compute in float32
    throughout."""
    graph = up_to_frames(onnx.load_from_string(published))
    del published
    return _file(_rewritten(graph, dequantise=dequantise))


def decoder(published: bytes, *, dequantise: bool) -> bytes:
    """The same for the way from there to sound."""
    return _file(_rewritten(_decoder(published), dequantise=dequantise))


def decoder_in_three(published: bytes) -> tuple[bytes, bytes, bytes]:
    """The decoder in float32 as three ONNX files: pitch to harmonics; frames, style and those to spectra, with open
    norms and in what OpenVINO runs fast; spectra to sound."""
    graph = _decoder(published)
    replace_integer_products(graph)
    features, pitch, energy = _frames()
    floats = onnx.TensorProto.FLOAT
    harmonics, spectra = (helper.make_tensor_value_info(name, floats, [1, 22, None]) for name in (HARMONICS, SPECTRA))
    first = _copied(graph, [pitch], [harmonics])
    third = _copied(graph, [spectra], list(graph.model.graph.output))
    second = _part(graph.model, [features, pitch, energy, _style(), harmonics], [spectra])
    second.fold()
    open_instance_norms(second)
    replace_snakes(second)
    as_pictures(second)
    replace_transposed_convolutions(second)
    return first, _file(second), third


def _decoder(published: bytes) -> Graph:
    graph = from_frames(onnx.load_from_string(published))
    replace_stft(graph)
    return graph


def _rewritten(graph: Graph, *, dequantise: bool) -> Graph:
    """The same graph, changed."""
    if dequantise:
        replace_integer_products(graph)
    fuse_instance_norms(graph)
    return graph


def _file(graph: Graph) -> bytes:
    content: bytes = graph.model.SerializeToString()
    return content


def up_to_frames(model: onnx.ModelProto) -> Graph:
    """The part up to pitch, energy and features of the frames. Changes the model."""
    counts = helper.make_tensor_value_info(FRAME_COUNTS, onnx.TensorProto.FLOAT, None)
    outside = {value.name: value for value in model.graph.input}
    return _part(model, [outside["tokens"], _style(), outside["speed"]], [*_frames(), counts])


def from_frames(model: onnx.ModelProto) -> Graph:
    """The part from there on. Changes the model."""
    return _part(model, [*_frames(), _style()], list(model.graph.output))


def _frames() -> list[onnx.ValueInfoProto]:
    """Features, pitch and energy."""
    floats = onnx.TensorProto.FLOAT
    features = helper.make_tensor_value_info(FEATURES, floats, [1, 512, "frames"])
    return [features, *(helper.make_tensor_value_info(name, floats, [1, "half_frames"]) for name in (PITCH, ENERGY))]


def _style() -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info("style", onnx.TensorProto.FLOAT, [1, 256])


def _part(model: onnx.ModelProto, inputs: list[onnx.ValueInfoProto], outputs: list[onnx.ValueInfoProto]) -> Graph:
    """What leads from the inputs to the outputs."""
    inputs, outputs = [*inputs], [*outputs]
    nodes, _ = leading(model.graph.node, names_of(inputs), names_of(outputs))
    del model.graph.input[:], model.graph.output[:], model.graph.value_info[:]
    model.graph.input.extend(inputs)
    model.graph.output.extend(outputs)
    graph = Graph(model)
    graph.keep_needed(nodes)
    return graph


def _copied(graph: Graph, inputs: list[onnx.ValueInfoProto], outputs: list[onnx.ValueInfoProto]) -> bytes:
    """What leads from the inputs to the outputs as a file; the graph stays as it is. For parts with few weights."""
    nodes, needed = leading(graph.model.graph.node, names_of(inputs), names_of(outputs))
    constants = [tensor for name, tensor in graph.constants.items() if name in needed]
    part = helper.make_graph(nodes, "part", inputs, outputs, constants)
    model = helper.make_model(part, opset_imports=graph.model.opset_import, ir_version=graph.model.ir_version)
    content: bytes = model.SerializeToString()
    return content


# ---------------------------------------------------------------- 8-bit products to float32


def replace_integer_products(graph: Graph) -> None:
    """ConvInteger and MatMulInteger, with the scaling around them, become Conv and MatMul in float32.

    The weights keep the values that they have after quantisation; the inputs are no longer rounded to 8 bits.
    """
    replacements: dict[str, list[onnx.NodeProto]] = {}
    for node in list(graph.model.graph.node):
        if node.op_type in ("ConvInteger", "MatMulInteger"):
            product = _float_product(graph, node)
            replacements[product.output[0]] = [product]
    graph.replace(replacements)


def _float_product(graph: Graph, node: onnx.NodeProto) -> onnx.NodeProto:
    """Conv or MatMul that makes what the scaled 8-bit product makes."""
    quantiser = graph.maker[node.input[0]]
    bias, last = _bias(graph, node)
    scaled = graph.only_taker(graph.only_taker(last))
    inputs = [quantiser.input[0], _float_weight(graph, node, scaled, quantiser.output[1])] + ([bias] if bias else [])
    kind = {"ConvInteger": "Conv", "MatMulInteger": "MatMul"}[node.op_type]
    product = helper.make_node(kind, inputs, [scaled.output[0]], name=f"{node.name}_float")
    product.attribute.extend(node.attribute)
    return product


def _bias(graph: Graph, node: onnx.NodeProto) -> tuple[str | None, onnx.NodeProto]:
    """The float bias that is added (as integers) to a product, if any, and the last node before the cast to float."""
    following = graph.only_taker(node)
    if following.op_type != "Add":
        return None, node
    (name,) = [name for name in following.input if name != node.output[0]]
    while name in graph.maker:  # Reshape <- Cast <- Floor <- Div(float bias, scale)
        name = graph.maker[name].input[0]
    return name, following


def _float_weight(graph: Graph, node: onnx.NodeProto, scaled: onnx.NodeProto, input_scale: str) -> str:
    """The weight of an 8-bit product as float32: (weight - zero point) * scale."""
    (scales,) = [graph.maker[name] for name in scaled.input if graph.maker[name].op_type == "Mul"]
    (scale,) = [graph.constant(name) for name in scales.input if name != input_scale]
    weight = graph.constant(node.input[1]).astype(np.float32) - graph.constant(node.input[3]).astype(np.float32)
    return graph.add_constant(f"{node.input[1]}_float", (weight * scale).astype(np.float32))


# ---------------------------------------------------------------- patterns that run slowly


def replace_stft(graph: Graph) -> None:
    """The STFT of the harmonic source becomes a convolution with the windowed Fourier basis, several times faster."""
    (stft,) = [node for node in graph.model.graph.node if node.op_type == "STFT"]
    signal, hop, window = stft.input[0], int(graph.constant(stft.input[1])), graph.constant(stft.input[2])
    made = stft.output[0]
    parts = ("channels", "kernel", "spectra", "split_shape", "split", "channel_axis")
    names = {part: f"{made}_{part}" for part in parts}
    basis = _fourier_basis(window)
    graph.add_constant(names["kernel"], basis)
    graph.add_constant(names["channel_axis"], np.array([1], np.int64))
    graph.add_constant(names["split_shape"], np.array([1, 2, len(basis) // 2, -1], np.int64))
    nodes = [
        helper.make_node("Unsqueeze", [signal, names["channel_axis"]], [names["channels"]]),
        helper.make_node("Conv", [names["channels"], names["kernel"]], [names["spectra"]], strides=[hop]),
        helper.make_node("Reshape", [names["spectra"], names["split_shape"]], [names["split"]]),
        helper.make_node("Transpose", [names["split"]], [made], perm=[0, 3, 2, 1]),
    ]
    graph.replace({made: nodes})


def _fourier_basis(window: NDArray[np.float32]) -> NDArray[np.float32]:
    """Convolution kernel of a one-sided DFT: float32 [2 * (n // 2 + 1), 1, n], real parts first."""
    n = len(window)
    angles = 2 * np.pi * np.outer(np.arange(n // 2 + 1), np.arange(n)) / n
    kernel = np.concatenate([np.cos(angles), -np.sin(angles)]) * window
    return kernel[:, None, :].astype(np.float32)
