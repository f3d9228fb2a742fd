"""The published graphs, rewritten so that the same order gives the same sound.

ZipVoice begins with noise and takes a few steps from it to speech. sherpa-onnx draws that noise from the system, newly
each time, and adds up the steps itself, so neither can be set from outside. But the graph that it runs is ours to
write: the decoder takes noise of its own in the place of what it is given at the first step, and answers each step with
what leads from the given to where its own path leads. What rounding leaves of the given noise then goes at a grid to
which each step rounds: 2⁻¹² of the features, a hundredth of a decibel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import onnx

STEPS = 4  # what ZipVoice-Distill was taught for
VERSION = 1  # raise it whenever something else is made here
_T_SHIFT = 0.5  # sherpa-onnx's own, which it may not let be changed
_FEATURE_SCALE = 0.1  # of the log mel that the decoder works on
_GRID = 2.0**-12
_NOISE_FRAMES = 4096  # 44 s; longer speech begins with the same again
_STRIDE = 379  # in frames: speech of another length begins elsewhere in the noise
_VOCOS = {
    "model_type": "vocos",
    "sample_rate": "24000",
    "n_fft": "1024",
    "hop_length": "256",
    "win_length": "1024",
    "center": "1",
    "normalized": "0",
    "window_type": "hann",
    "pad_mode": "reflect",
}
_FEATURES = "feat_dim"
_USUAL_FEATURES = 100


def exact_decoder(published: bytes) -> bytes:
    """The decoder whose answers do not depend on the noise that it is given, as an ONNX file."""
    import onnx

    model = onnx.load_from_string(published)
    given, made = model.graph.input[1].name, model.graph.output[0].name
    step = model.graph.input[0].name
    writer = _Writer(model)
    writer.rename_input(1)
    began = writer.node("Less", writer.flat(step), writer.constant("first_step", np.array([1e-6], np.float32)))
    noise = writer.noise(f"{given}_given", _features(model))
    on_grid = writer.rounded(f"{given}_given", _GRID)
    writer.node("Where", began, noise, on_grid, output=given)
    writer.after_the_rest()
    length = writer.step_length(step)
    target = writer.rounded(writer.node("Add", given, writer.node("Mul", made, length)), _GRID)
    way = writer.node("Sub", target, f"{given}_given")
    model.graph.output[0].name = writer.node("Div", way, length)
    return writer.file()


def exact_vocoder(published: bytes) -> bytes:
    """The vocoder that rounds what it is given to the decoder's grid, as an ONNX file; with what sherpa-onnx wants to
    know of it, where it was published without."""
    import onnx
    from onnx import helper

    model = onnx.load_from_string(published)
    told = {entry.key: entry.value for entry in model.metadata_props}
    helper.set_model_props(model, {**_VOCOS, **told})
    given = model.graph.input[0].name
    writer = _Writer(model)
    writer.rename_input(0)
    writer.rounded(f"{given}_given", _GRID / _FEATURE_SCALE, output=given)
    return writer.file()


def step_times() -> NDArray[np.float32]:
    """float32 [STEPS + 1], 0..1: when each step begins, and the end."""
    even = np.arange(STEPS + 1, dtype=np.float32) / np.float32(STEPS)
    shifted: NDArray[np.float32] = np.float32(_T_SHIFT) * even / (1 + np.float32(_T_SHIFT - 1) * even)
    return shifted.astype(np.float32)


def _features(model: onnx.ModelProto) -> int:
    told = {entry.key: entry.value for entry in model.metadata_props}
    return int(told.get(_FEATURES, _USUAL_FEATURES))


@dataclass
class _Writer:
    """Adds nodes to a graph, first before those that are there and then after them. Changes the model."""

    model: onnx.ModelProto

    def __post_init__(self) -> None:
        self._before: list[onnx.NodeProto] = []
        self._after: list[onnx.NodeProto] = []
        self._now = self._before

    def after_the_rest(self) -> None:
        """What is added from now on comes after the nodes that were there."""
        self._now = self._after

    def rename_input(self, number: int) -> None:
        """An input gets the ending _given, so that a node can make what the rest knows by its name."""
        self.model.graph.input[number].name += "_given"

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """A constant; the name may be given twice for the same value."""
        from onnx import numpy_helper

        name = f"exact_{name}"
        if all(tensor.name != name for tensor in self.model.graph.initializer):
            self.model.graph.initializer.append(numpy_helper.from_array(value, name))
        return name

    def node(self, kind: str, *inputs: str, output: str | None = None, **attributes: int) -> str:
        """A node; the name of what it makes."""
        from onnx import helper

        output = output or f"exact_{len(self._before) + len(self._after)}"
        node = helper.make_node(kind, list(inputs), [output])
        node.attribute.extend(helper.make_attribute(name, value) for name, value in attributes.items())
        self._now.append(node)
        return output

    def flat(self, name: str) -> str:
        """A number as an array of one."""
        return self.node("Reshape", name, self.constant("one", np.array([1], np.int64)))

    def rounded(self, name: str, grid: float, *, output: str | None = None) -> str:
        """To whole multiples of the grid."""
        step, inverse = (np.array([value], np.float32) for value in (grid, 1 / grid))
        steps = self.node("Round", self.node("Mul", name, self.constant("per_grid", inverse)))
        return self.node("Mul", steps, self.constant("grid", step), output=output)

    def step_length(self, step: str) -> str:
        """Of the step that begins at a time."""
        times = step_times()
        apart = self.node("Abs", self.node("Sub", self.flat(step), self.constant("times", times[:-1])))
        is_it = self.node("Less", apart, self.constant("near", np.array([1e-3], np.float32)))
        chosen = self.node("Cast", is_it, to=1)  # float32
        lengths = self.constant("lengths", np.diff(times)[:, np.newaxis])
        return self.flat(self.node("MatMul", self.row(chosen), lengths))

    def row(self, name: str) -> str:
        """As a matrix of one row."""
        return self.node("Reshape", name, self.constant("row", np.array([1, -1], np.int64)))

    def noise(self, like: str, features: int) -> str:
        """float32 [1, frames, features]: normal noise with as many frames as an array has, the same for the same."""
        scalar = self.constant("second", np.array(1, np.int64))
        frames = self.node("Gather", self.node("Shape", like), scalar, axis=0)
        zero, one = (self.constant(name, np.array(value, np.int64)) for name, value in (("zero", 0), ("step", 1)))
        places = self.node("Range", zero, frames, one)
        begin = self.node("Mul", frames, self.constant("stride", np.array(_STRIDE, np.int64)))
        within = self.constant("noise_frames", np.array(_NOISE_FRAMES, np.int64))
        places = self.node("Mod", self.node("Add", places, begin), within)
        chance = np.random.default_rng(0).standard_normal((_NOISE_FRAMES, features)).astype(np.float32)
        rows = self.node("Gather", self.constant("noise", chance), places, axis=0)
        return self.node("Reshape", rows, self.constant("shape", np.array([1, -1, features], np.int64)))

    def file(self) -> bytes:
        """The graph with what was added."""
        nodes: Sequence[onnx.NodeProto] = [*self._before, *self.model.graph.node, *self._after]
        kept = list(nodes)
        del self.model.graph.node[:]
        self.model.graph.node.extend(kept)
        file: bytes = self.model.SerializeToString()
        return file
