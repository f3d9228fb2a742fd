"""Makes tiny models of the shapes, names and metadata of the real ones, so that the code that loads and runs them is
the real one: ZipVoice (encoder, decoder, vocoder) and the recogniser SenseVoice, as sherpa-onnx takes them.

    python -m tools.make_tiny_zipvoice FOLDER

writes FOLDER/zipvoice and FOLDER/sense-voice, some 3 MB. What they say is a hum at 187.5 Hz whose colour depends on
prompt and text by random numbers, as long as the real model would make it; what they hear depends on the length alone.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from hwamei.engines.zipvoice.runtime import EarFiles, VoiceFiles

F0_HZ = 187.5  # eight bins of the vocoder: such partials have the same phase in each frame
HEARD = "今天天气很好我们去公园走走"

_FEATURES = 100
_BINS, _BINS_PER_PARTIAL, _PARTIALS = 513, 8, 12
_SIGNS = " ,.?!;:'-aɑæʌəɚɛɜiɪuʊoɔeɐᵻbdðfɡhjklmnŋpɹɾsʃtθvwzʒˈˌː"
_INITIALS = "b p m f d t n l g k h j q x zh ch sh r z c s y w"
_FINALS = (
    "a o e i u v ai ei ao ou an en ang eng ong er ia ie iao iu ian in iang ing iong ua uo uai ui uan un uang ve ue"
)
_TAGS = ("<|zh|>", "<|NEUTRAL|>", "<|Speech|>", "<|woitn|>")
_FRAMES_PER_SYLLABLE = 4  # of 60 ms

Floats = NDArray[np.float32]


def make_voice(folder: Path) -> VoiceFiles:
    """ZipVoice in this folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    files = VoiceFiles(folder)
    tokens = ["_", *_SIGNS, *(f"{initial}0" for initial in _INITIALS.split())]
    tokens += [f"{final}{tone}" for final in _FINALS.split() for tone in "12345"]
    files.tokens.write_text("".join(f"{token}\t{number}\n" for number, token in enumerate(tokens)), "utf-8")
    files.encoder.write_bytes(_encoder(len(tokens)))
    files.decoder.write_bytes(_decoder())
    files.vocoder.write_bytes(_vocoder())
    return files


def make_ear(folder: Path) -> EarFiles:
    """SenseVoice in this folder, which is made. It hears HEARD, over and over."""
    folder.mkdir(parents=True, exist_ok=True)
    files = EarFiles(folder)
    symbols = ["<blank>", *_TAGS, *dict.fromkeys(HEARD)]
    files.tokens.write_text("".join(f"{symbol} {number}\n" for number, symbol in enumerate(symbols)), "utf-8")
    files.model.write_bytes(_recogniser(symbols))
    return files


# ---------------------------------------------------------------- graphs


class _Sketch:
    """A graph in the making."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def constant(self, value: NDArray[np.generic] | float, kind: type[np.generic] = np.float32) -> str:
        """A constant."""
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.asarray(value, kind), name))
        return name

    def whole(self, *value: int) -> str:
        """Whole numbers: one as a scalar, more as an array."""
        return self.constant(np.array(value if len(value) != 1 else value[0]), np.int64)

    def node(self, kind: str, *inputs: str, output: str = "", **attributes: object) -> str:
        """A node; the name of what it makes."""
        output = output or f"made_{len(self._nodes)}"
        node = helper.make_node(kind, list(inputs), [output])
        node.attribute.extend(helper.make_attribute(name, value) for name, value in attributes.items())
        self._nodes.append(node)
        return output

    def size(self, name: str, axis: int) -> str:
        """How long an axis is, a scalar."""
        return self.node("Gather", self.node("Shape", name), self.whole(axis), axis=0)

    def count(self, length: str) -> str:
        """0, 1, ... as int64."""
        return self.node("Range", self.whole(0), length, self.whole(1))

    def as_float(self, name: str) -> str:
        """The same as float32."""
        return self.node("Cast", name, to=TensorProto.FLOAT)

    def as_whole(self, name: str) -> str:
        """The same as int64."""
        return self.node("Cast", name, to=TensorProto.INT64)

    def scalar(self, name: str) -> str:
        """An array of one as a scalar: what is declared as a number, sherpa-onnx gives as an array."""
        return self.node("Reshape", name, self.constant(np.array([]), np.int64))

    def file(
        self,
        inputs: Mapping[str, tuple[int, Sequence[str | int]]],
        outputs: Mapping[str, Sequence[str | int]],
        about: Mapping[str, str],
    ) -> bytes:
        """The graph as an ONNX file."""
        given = [helper.make_tensor_value_info(name, kind, list(shape)) for name, (kind, shape) in inputs.items()]
        made = [helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape)) for name, shape in outputs.items()]
        graph = helper.make_graph(self._nodes, "tiny", given, made, self._constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
        helper.set_model_props(model, dict(about))
        onnx.checker.check_model(model)
        file: bytes = model.SerializeToString()
        return file


def _encoder(vocabulary: int) -> bytes:
    """Tokens to a row of random numbers for each frame, each as many as the next; the last frames are padding. The real
    one counts frames so, too: prompt and text together, at the pace of the prompt."""
    sketch = _Sketch()
    padding = sketch.constant(np.array([[0]]), np.int64)
    padded = sketch.node("Concat", "prompt_tokens", "tokens", padding, axis=1)
    both = sketch.node("Sub", sketch.size(padded, 1), sketch.whole(1))
    frames = sketch.as_float(sketch.scalar("prompt_features_len"))
    per_token = sketch.node("Div", frames, sketch.as_float(sketch.size("prompt_tokens", 1)))
    due = sketch.node("Div", sketch.node("Mul", per_token, sketch.as_float(both)), sketch.scalar("speed"))
    all_frames = sketch.as_whole(sketch.node("Ceil", due))
    each = sketch.node("Div", all_frames, both)
    place = sketch.node("Min", sketch.node("Div", sketch.count(all_frames), each), both)
    table = np.random.default_rng(1).normal(0, 0.1, (vocabulary, _FEATURES))
    by_frame = sketch.node("Gather", padded, place, axis=1)
    sketch.node("Gather", sketch.constant(table), by_frame, axis=0, output="text_condition")
    return sketch.file(
        {
            "tokens": (TensorProto.INT64, [1, "tokens"]),
            "prompt_tokens": (TensorProto.INT64, [1, "prompt_tokens"]),
            "prompt_features_len": (TensorProto.INT64, []),
            "speed": (TensorProto.FLOAT, []),
        },
        {"text_condition": [1, "frames", _FEATURES]},
        {"version": "1", "model_author": "tiny", "use_espeak": "1", "use_pinyin": "1"},
    )


def _decoder() -> bytes:
    """Straight from any noise to a spectrogram made of text and prompt, and a little of the noise it began with."""
    sketch = _Sketch()
    mixed = sketch.node("MatMul", "text_condition", sketch.constant(_random(2, (_FEATURES, _FEATURES))))
    person = sketch.node("ReduceMean", "speech_condition", axes=[1], keepdims=1)
    shaped = sketch.node("Add", sketch.node("Mul", mixed, sketch.constant(0.3)), person)
    target = sketch.node("Add", shaped, sketch.node("Mul", "x", sketch.constant(0.05)))
    left = sketch.node("Sub", sketch.constant(1.0), sketch.scalar("t"))
    unheeded = sketch.node("Mul", sketch.scalar("guidance_scale"), sketch.constant(0.0))
    away = sketch.node("Add", sketch.node("Sub", target, "x"), unheeded)
    sketch.node("Div", away, left, output="v")
    frames: Sequence[str | int] = [1, "frames", _FEATURES]
    return sketch.file(
        {
            "t": (TensorProto.FLOAT, []),
            "x": (TensorProto.FLOAT, frames),
            "text_condition": (TensorProto.FLOAT, frames),
            "speech_condition": (TensorProto.FLOAT, frames),
            "guidance_scale": (TensorProto.FLOAT, []),
        },
        {"v": frames},
        {
            "version": "1",
            "model_author": "tiny",
            "feat_dim": str(_FEATURES),
            "sample_rate": "24000",
            "n_fft": "1024",
            "hop_length": "256",
            "window_length": "1024",
            "num_mels": str(_FEATURES),
        },
    )


def _vocoder() -> bytes:
    """A spectrogram to twelve partials of one pitch, louder and softer as random sums of its bands say."""
    sketch = _Sketch()
    bands = sketch.node("MatMul", sketch.constant(_random(3, (_PARTIALS, _FEATURES)) / 20), "mels")
    shares = sketch.node("Add", sketch.node("Sigmoid", bands), sketch.constant(0.2))
    heights = np.zeros((_BINS, _PARTIALS), np.float32)
    for partial in range(_PARTIALS):
        heights[_BINS_PER_PARTIAL * (partial + 1), partial] = 256 * 0.1 / (partial + 1)
    sketch.node("MatMul", sketch.constant(heights), shares, output="mag")
    sketch.node("Add", sketch.node("Mul", "mag", sketch.constant(0.0)), sketch.constant(1.0), output="x")
    sketch.node("Mul", "mag", sketch.constant(0.0), output="y")
    spectrum: Sequence[str | int] = [1, _BINS, "frames"]
    return sketch.file(
        {"mels": (TensorProto.FLOAT, [1, _FEATURES, "frames"])},
        {"mag": spectrum, "x": spectrum, "y": spectrum},
        {},  # as it was exported: sherpa-onnx is told about it by the engine
    )


def _recogniser(symbols: Sequence[str]) -> bytes:
    """Four tags, then a syllable every 240 ms, whatever the sound."""
    sketch = _Sketch()
    length = sketch.node("Add", sketch.size("x", 1), sketch.whole(len(_TAGS)))
    longest = 20_000
    scores = np.zeros((longest, len(symbols)), np.float32)
    for frame in range(longest):
        syllable, rest = divmod(frame - len(_TAGS), _FRAMES_PER_SYLLABLE)
        heard = symbols.index(HEARD[syllable % len(HEARD)]) if rest == 0 else 0
        scores[frame, frame + 1 if frame < len(_TAGS) else heard] = 1
    rows = sketch.node("Gather", sketch.constant(scores), sketch.count(length), axis=0)
    spread = sketch.node("ReduceMean", "x", axes=[1, 2], keepdims=1)
    silent = sketch.node("Mul", spread, sketch.constant(0.0))
    batch = sketch.node("Unsqueeze", rows, sketch.constant(np.array([0]), np.int64))
    sketch.node("Add", batch, silent, output="logits")
    numbers = {"lang_auto": 0, "lang_zh": 3, "lang_en": 4, "lang_ja": 11, "lang_ko": 12, "lang_yue": 7}
    numbers |= {"with_itn": 14, "without_itn": 15, "normalize_samples": 0, "vocab_size": len(symbols)}
    numbers |= {"lfr_window_size": 7, "lfr_window_shift": 6}
    return sketch.file(
        {
            "x": (TensorProto.FLOAT, ["batch", "frames", 560]),
            "x_length": (TensorProto.INT32, ["batch"]),
            "language": (TensorProto.INT32, ["batch"]),
            "text_norm": (TensorProto.INT32, ["batch"]),
        },
        {"logits": ["batch", "more_frames", len(symbols)]},
        {
            "model_type": "sense_voice_ctc",
            "version": "1",
            "comment": "tiny",
            "neg_mean": ",".join(["0.0"] * 560),
            "inv_stddev": ",".join(["1.0"] * 560),
            **{name: str(number) for name, number in numbers.items()},
        },
    )


def _random(seed: int, shape: tuple[int, ...]) -> Floats:
    return np.random.default_rng(seed).normal(0, 1 / np.sqrt(shape[-1]), shape).astype(np.float32)


def main() -> None:
    """Write both into the folder that is named."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tools.make_tiny_zipvoice FOLDER")
    folder = Path(sys.argv[1])
    print(f"wrote {make_voice(folder / 'zipvoice').folder} and {make_ear(folder / 'sense-voice').folder}")


if __name__ == "__main__":
    main()
