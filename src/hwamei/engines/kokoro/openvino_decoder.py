"""The decoder on OpenVINO: in bfloat16 on processors that multiply matrices of it (AMX), elsewhere in float32.

Numbers of 8 bits of precision are enough for the layers, but not for a phase that runs on through an utterance: so the
harmonics of the voice are made in float32 by ONNX Runtime, as is the way from spectra to sound. Both are a hundredth of
the work. What comes out differs from the float32 model by 1.3 to 1.9 dB in a band of the mel spectrum, as the published
8-bit form does (1.2 to 1.7); with the harmonics in bfloat16, too, it would be 5.5 dB.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnxruntime

from hwamei.domain.audio import Samples
from hwamei.engines.kokoro import cpu
from hwamei.engines.kokoro.decoders import open_session, run
from hwamei.engines.kokoro.frames import Floats, Frames
from hwamei.models import derived, locate
from hwamei.models.catalogue import KOKORO
from hwamei.settings import Settings

REWRITE_VERSION = 5  # raise it whenever something else is made
LAYERS = "kokoro-layers.blob"  # as OpenVINO prepared them for one kind of processor; preparing takes a second
HARMONICS, SOUND = "kokoro-harmonics.onnx", "kokoro-sound.onnx"
# OpenVINO writes kernels for each length of utterance, in 0.12 s, as long as three seconds of sound take. Those of a
# length are some 20 MB; frames.LENGTH_STEP_FRAMES leaves few lengths, of which the last nine or so are kept.
# oneDNN in it keeps a thousand more unless it is told before it begins.
KERNELS_KEPT = 384
OTHERS = "others_statistics"  # as in norms.py, which needs the package onnx
KEEP_NO_PRIMITIVES = ("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "0")


@dataclass(frozen=True, eq=False)
class OpenvinoDecoder:
    """See hwamei.engines.kokoro.decoders.Decoder and hwamei.engines.kokoro.early.PartDecoder."""

    voice_source: onnxruntime.InferenceSession
    layers: Any
    sound: onnxruntime.InferenceSession

    def decode(self, frames: Frames, style: Floats) -> Samples:
        """See Decoder."""
        return self.decode_part(frames, style, self.harmonics(frames))[0]

    def harmonics(self, frames: Frames) -> Floats:
        """See PartDecoder."""
        (harmonics,) = run(self.voice_source, frames.pitch_hz)
        return np.asarray(harmonics, np.float32)

    def decode_part(
        self, frames: Frames, style: Floats, harmonics: Floats, others: Floats | None = None, *, share: float = 0.0
    ) -> tuple[Samples, Floats]:
        """See PartDecoder."""
        if others is None:
            others, share = self._nobody, 0.0
        inputs = (frames.features, frames.pitch_hz, frames.energy, style[None], harmonics, others)
        request = self.layers.create_infer_request()  # one serves one thread
        spectra, statistics = request.infer(dict(enumerate((*inputs, np.array([share], np.float32))))).values()
        (samples,) = run(self.sound, spectra)
        return np.asarray(samples, np.float32).reshape(-1), np.array(statistics)

    @cached_property
    def _nobody(self) -> Floats:
        """Statistics that are given no share."""
        return np.zeros(self.layers.input(OTHERS).shape, np.float32)


def open_openvino_decoder(settings: Settings, *, threads: int, bfloat16: bool) -> OpenvinoDecoder:
    """The decoder, made for this machine at first use; as many threads may use it at once without waiting as there are
    times `threads` in the settings' threads. `bfloat16` needs units that multiply matrices of it, or takes ten times as
    long as float32. Raises ModelMissing, ModelDamaged."""
    os.environ.setdefault(*KEEP_NO_PRIMITIVES)
    import openvino  # takes most of a second to import, and is an extra

    streams = max(1, settings.threads // threads)
    precision = "bf16" if bfloat16 else "f32"
    options = {
        "INFERENCE_PRECISION_HINT": precision,
        "INFERENCE_NUM_THREADS": threads * streams,
        "NUM_STREAMS": streams,
        "ENABLE_CPU_PINNING": False,  # other processes would be pinned to the same cores
        "CPU_RUNTIME_CACHE_CAPACITY": str(KERNELS_KEPT),
    }
    core = openvino.Core()
    made = cache(lambda: _made(settings, core, options))
    machine = hashlib.sha256(f"{openvino.__version__} {cpu.kind()}".encode()).hexdigest()[:12]
    key = f"{KOKORO.sha256[:12]}-{REWRITE_VERSION}-{machine}-{precision}"

    def file(name: str) -> Path:
        return derived.derived(name, key=key, make=lambda: made().files[name], settings=settings)

    def layers() -> Any:
        path = file(LAYERS)
        if made.cache_info().currsize == 0:
            try:
                return core.import_model(path.read_bytes(), "CPU", options)
            except (RuntimeError, FileNotFoundError):  # damaged, or another process has just put its own there
                path.unlink(missing_ok=True)
                file(LAYERS)
        return made().layers

    return OpenvinoDecoder(open_session(file(HARMONICS), threads), layers(), open_session(file(SOUND), threads))


@dataclass(frozen=True, eq=False)
class _Made:
    """Content of the files by their names, and the layers ready for use."""

    files: dict[str, bytes]
    layers: Any


def _made(settings: Settings, core: Any, options: dict[str, Any]) -> _Made:
    """Out of the published file. Weights are kept in float16, of which OpenVINO needs half the memory."""
    import openvino

    # onnx is needed only here, once a machine; importing it takes as long as loading the model.
    from hwamei.engines.kokoro import graph

    harmonics, layers, sound = graph.decoder_in_three(locate.load_bytes(KOKORO.name, settings))
    core.set_property({"ENABLE_MMAP": False})  # the files do not stay
    with TemporaryDirectory() as folder:
        path = Path(folder) / "layers.xml"
        openvino.save_model(core.read_model(layers), path, compress_to_fp16=True)
        del layers
        ready = core.compile_model(core.read_model(path), "CPU", options)
    return _Made({HARMONICS: harmonics, LAYERS: ready.export_model().getvalue(), SOUND: sound}, ready)
