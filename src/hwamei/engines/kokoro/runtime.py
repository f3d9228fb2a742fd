"""The model, loaded: tokens and a style in, frames and then sound out."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
import onnxruntime

from hwamei.domain.audio import Samples
from hwamei.engines.kokoro import cpu
from hwamei.engines.kokoro.arithmetic import Arithmetic, chosen, on_openvino
from hwamei.engines.kokoro.decoders import Decoder, WholeDecoder, open_session, run
from hwamei.engines.kokoro.frames import Floats, Frames
from hwamei.engines.kokoro.openvino_decoder import open_openvino_decoder
from hwamei.models import derived, locate
from hwamei.models.catalogue import KOKORO
from hwamei.settings import Settings

REWRITE_VERSION = 2  # raise it whenever graph.rewrite makes something else

Half = Literal["predictor", "decoder"]


@dataclass(frozen=True, eq=False)
class Runtime:
    """The two halves of the model. Several threads may use it at once."""

    predictor: onnxruntime.InferenceSession
    decoder: Decoder

    def predict(self, tokens: Sequence[int], style: Floats, speed: float) -> Frames:
        """Frames for tokens (without pads, 1 to 510 of them) in a style float32 [256]."""
        padded = np.array([[0, *tokens, 0]], np.int64)
        features, pitch_hz, energy, counts = run(self.predictor, padded, style[None], np.array([speed], np.float32))
        return Frames(features, pitch_hz, energy, counts.reshape(-1).round().astype(np.int64))

    def decode(self, frames: Frames, style: Floats) -> Samples:
        """Sound, float32 [frames * 600] at 24 kHz."""
        return self.decoder.decode(frames, style)


def open_runtime(settings: Settings, *, threads: int | None = None) -> Runtime:
    """The model, rewritten for this machine at first use; each call computes on so many threads, the settings' if none
    is said. Raises ModelMissing, ModelDamaged, EngineFailed."""
    arithmetic, threads = chosen(settings), threads or settings.threads
    predictor = _half("predictor", arithmetic, settings)
    with ThreadPoolExecutor(max_workers=1) as opener:  # each takes one core
        opened = opener.submit(open_session, predictor, threads)
        decoder = _decoder(arithmetic, settings, threads)
        return Runtime(opened.result(), decoder)


def _decoder(arithmetic: Arithmetic, settings: Settings, threads: int) -> Decoder:
    if on_openvino(arithmetic):
        bfloat16 = arithmetic is Arithmetic.BFLOAT16 and cpu.has_bfloat16_matrices()
        return open_openvino_decoder(settings, threads=threads, bfloat16=bfloat16)
    return open_whole_decoder(arithmetic, settings, threads=threads)


def open_whole_decoder(arithmetic: Arithmetic, settings: Settings, *, threads: int) -> WholeDecoder:
    """The decoder on ONNX Runtime, in 8-bit integers or else in float32, made for this machine at first use. Raises
    ModelMissing, ModelDamaged."""
    return WholeDecoder(open_session(_half("decoder", arithmetic, settings), threads))


def _half(half: Half, arithmetic: Arithmetic, settings: Settings) -> Path:
    """The file of a half, made when it is not there yet."""
    dequantise = arithmetic is not Arithmetic.INT8
    key = f"{KOKORO.sha256[:12]}-{REWRITE_VERSION}-{'float' if dequantise else 'int8'}"
    make = partial(_rewritten, half, settings, dequantise=dequantise)
    return derived.derived(f"kokoro-{half}.onnx", key=key, make=make, settings=settings)


def _rewritten(half: Half, settings: Settings, *, dequantise: bool) -> bytes:
    # onnx is needed only here, once a machine; importing it takes as long as loading the model.
    from hwamei.engines.kokoro import graph

    rewrite = {"predictor": graph.predictor, "decoder": graph.decoder}[half]
    return rewrite(locate.load_bytes(KOKORO.name, settings), dequantise=dequantise)
