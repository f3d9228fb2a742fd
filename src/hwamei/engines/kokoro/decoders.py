"""The second half of the model, from frames to sound: the whole graph on ONNX Runtime."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import onnxruntime

from hwamei.domain.audio import Samples
from hwamei.engines.kokoro.frames import Floats, Frames

ERRORS_ONLY = 3


class Decoder(Protocol):
    """Frames and a style to sound. Several threads may use one at once."""

    def decode(self, frames: Frames, style: Floats) -> Samples:
        """Float32 [frames * 600] at 24 kHz, in a style float32 [256]."""


@dataclass(frozen=True, eq=False)
class WholeDecoder:
    """In one graph, in 8-bit integers or float32."""

    session: onnxruntime.InferenceSession

    def decode(self, frames: Frames, style: Floats) -> Samples:
        """See Decoder."""
        (samples,) = run(self.session, frames.features, frames.pitch_hz, frames.energy, style[None])
        return np.asarray(samples, np.float32).reshape(-1)


def run(session: onnxruntime.InferenceSession, *values: Any) -> Sequence[Any]:
    """The outputs of a graph, for its inputs in order."""
    names = (value.name for value in session.get_inputs())
    outputs: Sequence[Any] = session.run(None, dict(zip(names, values, strict=True)))
    return outputs


def open_session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    """The graph in this file, loaded. Several threads may run it at once, each on so many processor threads."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = ERRORS_ONLY  # it warns about every constant that it folds
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
