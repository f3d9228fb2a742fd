"""The graph cut in two and rewritten does what the published graph does in one run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from hwamei.domain.audio import Samples
from hwamei.engines.kokoro.frames import FRAME_SAMPLES
from hwamei.engines.kokoro.graph import FRAME_COUNTS, replace_integer_products
from hwamei.engines.kokoro.onnx_graph import Graph
from hwamei.engines.kokoro.phrases import CHINESE, Phrase
from hwamei.engines.kokoro.runtime import Runtime
from hwamei.engines.kokoro.style_space import Floats, StyleSpace
from hwamei.models import locate
from hwamei.models.catalogue import KOKORO
from hwamei.settings import Settings
from hwamei.speaker.mel import mel_power
from tests.engines.kokoro.small_graphs import graph_of, run


@pytest.fixture(scope="module")
def published(kokoro_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> onnxruntime.InferenceSession:
    """The published graph as it is, with the frames of each token as a second output."""
    model = onnx.load_from_string(locate.load_bytes(KOKORO.name, kokoro_settings))
    model.graph.output.append(onnx.helper.make_tensor_value_info(FRAME_COUNTS, onnx.TensorProto.FLOAT, None))
    path: Path = tmp_path_factory.mktemp("published") / "kokoro.onnx"
    onnx.save(model, str(path))
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


@pytest.mark.long("speaks with the model whole, too")
def test_cut_in_two_it_says_the_same_in_the_same_time(
    published: onnxruntime.InferenceSession, runtime: Runtime, space: StyleSpace
) -> None:
    """The published 8-bit graph rounds its inputs where the float one does not: single tokens may differ by a frame."""
    phrase = CHINESE[0]
    mean, directions = space.voice("zf_xiaoxiao")
    style = (mean + space.bend[len(phrase.tokens) - 1] @ directions).astype(np.float32)
    whole, counts = _run_whole(published, phrase, style)
    frames = runtime.predict(phrase.tokens, style, 1.0)
    assert np.abs(frames.counts - counts).max() <= 1
    assert abs(frames.counts.sum() - counts.sum()) <= 0.03 * counts.sum()
    assert frames.features.shape == (1, 512, frames.counts.sum())
    assert frames.pitch_hz.shape == frames.energy.shape == (1, 2 * frames.counts.sum())
    samples = runtime.decode(frames, style)
    assert samples.shape == (frames.counts.sum() * FRAME_SAMPLES,)
    assert _log_mel_distance_db(samples, whole) < 6


def test_float_products_are_the_eight_bit_products_within_their_rounding() -> None:
    """A small graph of the published pattern: the input is quantised at run time, the weight beforehand."""
    random = np.random.default_rng(0)
    signal = random.standard_normal((1, 7, 16)).astype(np.float32)
    model = _quantised_product(random)
    expected = _run(model, signal)
    graph = Graph(onnx.ModelProto.FromString(model.SerializeToString()))
    replace_integer_products(graph)
    kinds = [node.op_type for node in graph.model.graph.node]
    assert "MatMulInteger" not in kinds
    assert "MatMul" in kinds
    step = (signal.max() - signal.min()) / 255
    largest_error = step * np.abs(_dequantised(model)).sum(axis=0).max()
    assert np.abs(_run(graph.model, signal) - expected).max() < largest_error
    np.testing.assert_allclose(_run(graph.model, signal), signal @ _dequantised(model), rtol=1e-4, atol=1e-4)


def test_what_comes_of_constants_alone_is_computed_beforehand() -> None:
    nodes = [
        helper.make_node("Sqrt", ["four"], ["two"]),
        helper.make_node("Mul", ["two", "weight"], ["twice"]),
        helper.make_node("Mul", ["x", "twice"], ["scaled"]),
        helper.make_node("Add", ["scaled", "weight"], ["y"]),
    ]
    constants = {"four": np.float32(4), "weight": np.arange(3, dtype=np.float32)}
    graph = graph_of(nodes, constants, {"x": [3]}, {"y": [3]})
    graph.fold()
    assert [node.op_type for node in graph.model.graph.node] == ["Mul", "Add"]
    assert set(graph.constants) == {"twice", "weight"}
    np.testing.assert_array_equal(graph.constant("twice"), [0, 2, 4])
    np.testing.assert_array_equal(run(graph, x=np.ones(3, np.float32))[0], [0, 3, 6])
    graph.fold()
    assert len(graph.model.graph.node) == 2


def _run_whole(
    session: onnxruntime.InferenceSession, phrase: Phrase, style: Floats
) -> tuple[Samples, NDArray[np.int64]]:
    inputs = {
        "tokens": np.array([[0, *phrase.tokens, 0]], np.int64),
        "style": style[None],
        "speed": np.ones(1, np.float32),
    }
    named = {given.name: value for given, value in zip(session.get_inputs(), inputs.values(), strict=True)}
    samples, counts = session.run(None, named)
    return samples.reshape(-1), counts.reshape(-1).round().astype(np.int64)


def _log_mel_distance_db(one: Samples, other: Samples) -> float:
    """Mean over frames and bands of what is louder than -60 dB of the loudest, aligned by stretching."""
    mels = [10 * np.log10(mel_power(samples) + 1e-12) for samples in (one, other)]
    floor = max(mel.max() for mel in mels) - 60
    frames = min(map(len, mels))
    resampled = [np.maximum(mel, floor)[np.linspace(0, len(mel) - 1, frames).round().astype(int)] for mel in mels]
    return float(np.mean(np.abs(resampled[0] - resampled[1])))


def _quantised_product(random: np.random.Generator) -> onnx.ModelProto:
    weight = random.integers(0, 256, (16, 5)).astype(np.uint8)
    constants: dict[str, NDArray[np.generic]] = {
        "weight": weight,
        "weight_zero": np.array(128, np.uint8),
        "weight_scale": np.array(0.02, np.float32),
    }
    nodes = [
        helper.make_node("DynamicQuantizeLinear", ["x"], ["x8", "x_scale", "x_zero"]),
        helper.make_node("MatMulInteger", ["x8", "weight", "x_zero", "weight_zero"], ["product"], name="product"),
        helper.make_node("Cast", ["product"], ["as_float"], to=onnx.TensorProto.FLOAT),
        helper.make_node("Mul", ["x_scale", "weight_scale"], ["scale"]),
        helper.make_node("Mul", ["as_float", "scale"], ["y"]),
    ]
    floats = onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        nodes,
        "product",
        [helper.make_tensor_value_info("x", floats, [1, "n", 16])],
        [helper.make_tensor_value_info("y", floats, [1, "n", 5])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def _dequantised(model: onnx.ModelProto) -> NDArray[np.float32]:
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    weight: NDArray[np.float32] = (values["weight"].astype(np.float32) - 128) * np.float32(0.02)
    return weight


def _run(model: onnx.ModelProto, signal: Floats) -> Floats:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (result,) = session.run(None, {"x": signal})
    return np.asarray(result, np.float32)
