"""The model on ONNX Runtime: tokens and a style in, frames and then sound out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from hwamei.domain.audio import Samples
from hwamei.dsp.pitch import deviation
from hwamei.engines.kokoro.cpu import has_vnni
from hwamei.models import derived, locate
from hwamei.models.catalogue import KOKORO
from hwamei.settings import Settings

SAMPLE_RATE_HZ = 24_000
FRAME_SAMPLES = 600  # a frame of the durations; pitch and energy have two values a frame
REWRITE_VERSION = 1  # raise it whenever graph.rewrite makes something else
ERRORS_ONLY = 3
VOICED_FROM_HZ = 50.0  # the predictor says a little more than 0 where there is no voice

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Frames:
    """What the predictor says of an utterance, and the decoder makes sound of.

    `features`: float32 [1, 512, frames]; `pitch_hz` and `energy`: float32 [1, 2 * frames], pitch near 0 where unvoiced;
    `counts`: int [tokens + 2], frames that each token lasts, pads included; their sum is `frames`.
    """

    features: Floats
    pitch_hz: Floats
    energy: Floats
    counts: NDArray[np.int64]

    def with_pitch(self, factor: float, *, width: float = 1.0) -> Frames:
        """The same with every pitch times the factor, and its distance in octaves to the median times the width."""
        if width == 1:
            return self if factor == 1 else replace(self, pitch_hz=self.pitch_hz * np.float32(factor))
        voiced = self.pitch_hz > VOICED_FROM_HZ
        median_hz = self.median_pitch_hz
        moved = factor * median_hz * (self.pitch_hz.clip(VOICED_FROM_HZ) / median_hz) ** width
        return replace(self, pitch_hz=np.where(voiced, moved, self.pitch_hz).astype(np.float32))

    @property
    def median_pitch_hz(self) -> float:
        """Of where there is voice; the highest where there is none."""
        voiced = self.pitch_hz[self.pitch_hz > VOICED_FROM_HZ]
        return float(np.median(voiced)) if len(voiced) else float(self.pitch_hz.max())

    @property
    def pitch_deviation(self) -> float:
        """How far the pitch moves, as `dsp.pitch.deviation` says; 0 where there is no voice."""
        return deviation(self.pitch_hz[self.pitch_hz > VOICED_FROM_HZ])


@dataclass(frozen=True, eq=False)
class Runtime:
    """The two halves of the model, loaded. ONNX Runtime lets several threads run one session at once."""

    predictor: onnxruntime.InferenceSession
    decoder: onnxruntime.InferenceSession

    def predict(self, tokens: Sequence[int], style: Floats, speed: float) -> Frames:
        """Frames for tokens (without pads, 1 to 510 of them) in a style float32 [256]."""
        padded = np.array([[0, *tokens, 0]], np.int64)
        inputs = {"tokens": padded, "style": style[None], "speed": np.array([speed], np.float32)}
        features, pitch_hz, energy, counts = self.predictor.run(None, inputs)
        return Frames(features, pitch_hz, energy, counts.reshape(-1).round().astype(np.int64))

    def decode(self, frames: Frames, style: Floats) -> Samples:
        """Sound, float32 [frames * 600] at 24 kHz."""
        values = (frames.features, frames.pitch_hz, frames.energy, style[None])
        names = (value.name for value in self.decoder.get_inputs())
        (samples,) = self.decoder.run(None, dict(zip(names, values, strict=True)))
        return np.asarray(samples, np.float32).reshape(-1)


def open_runtime(settings: Settings, *, threads: int | None = None) -> Runtime:
    """The model, rewritten for this machine at first use. Raises ModelMissing, ModelDamaged."""
    return Runtime(*(_session(path, threads or settings.threads) for path in _halves(settings)))


def _halves(settings: Settings) -> list[Path]:
    """The files of the predictor and the decoder, made when they are not there yet."""
    dequantise = not has_vnni()
    key = f"{KOKORO.sha256[:12]}-{REWRITE_VERSION}-{'float' if dequantise else 'int8'}"

    def file(half: Literal["predictor", "decoder"]) -> Path:
        make = partial(_rewritten, half, settings, dequantise=dequantise)
        return derived.derived(f"kokoro-{half}.onnx", key=key, make=make, settings=settings)

    return [file("predictor"), file("decoder")]


def _rewritten(half: Literal["predictor", "decoder"], settings: Settings, *, dequantise: bool) -> bytes:
    # onnx is needed only here, once a machine; importing it takes as long as loading the model.
    from hwamei.engines.kokoro import graph

    rewrite = {"predictor": graph.predictor, "decoder": graph.decoder}[half]
    return rewrite(locate.load_bytes(KOKORO.name, settings), dequantise=dequantise)


def _session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = ERRORS_ONLY  # it warns about every constant that it folds
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
