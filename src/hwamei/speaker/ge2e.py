"""The GE2E speaker encoder of Resemblyzer, on ONNX Runtime.

L. Wan, Q. Wang, A. Papir, I. L. Moreno: *Generalized end-to-end loss for speaker verification*, ICASSP 2018.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from hwamei import npz
from hwamei.domain.audio import Audio, Samples
from hwamei.models import locate
from hwamei.models.catalogue import GE2E
from hwamei.models.derived import derived
from hwamei.settings import Settings
from hwamei.speaker.mel import HOP_SAMPLES, mel_power
from hwamei.speaker.rate import at_16_khz
from hwamei.speaker.silence import cut_long_silences

Embedding = NDArray[np.float32]
"""float32 [256], length 1, no negative numbers."""

LAYERS = 3  # recurrent ones
WINDOW_FRAMES = 160  # 1.6 s, as in training
STEP_FRAMES = 77  # 1.3 windows a second
LAST_WINDOW_COVERAGE = 0.75  # a last window with less speech than this is left out
LOUDNESS_DBFS = -30.0  # quieter speech is raised to this RMS, louder is left
GRAPH_VERSION = 1  # raise it whenever graph.encoder_graph makes something else
ERRORS_ONLY = 3
TINY = 1e-9


@dataclass(frozen=True, eq=False)
class SpeakerEncoder:
    """Speech to a vector that tells who speaks. Holds nothing that changes: safe from several threads at once."""

    session: onnxruntime.InferenceSession

    def embed(self, audio: Audio) -> Embedding:
        """The voice heard in this speech (any rate; best from 1.6 s on)."""
        mean = self.embed_windows(audio).mean(axis=0)
        embedding: Embedding = (mean / np.linalg.norm(mean)).astype(np.float32)
        return embedding

    def embed_windows(self, audio: Audio) -> NDArray[np.float32]:
        """The voice heard in each window of 1.6 s: float32 [windows, 256], rows of length 1, a step of 0.77 s apart."""
        samples = cut_long_silences(raised(at_16_khz(audio)))
        starts = window_starts(len(samples))
        needed = (starts[-1] + WINDOW_FRAMES) * HOP_SAMPLES
        mels = mel_power(np.pad(samples, (0, max(0, needed - len(samples)))))
        windows = np.stack([mels[start : start + WINDOW_FRAMES] for start in starts], axis=1)
        (vectors,) = self.session.run(None, {"mels": windows})
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True) + TINY
        units: NDArray[np.float32] = (vectors / lengths).astype(np.float32)
        return units


def open_encoder(settings: Settings) -> SpeakerEncoder:
    """The encoder with its weights loaded. Raises ModelMissing, ModelDamaged."""
    key = f"{GE2E.sha256[:12]}-{GRAPH_VERSION}"
    path = derived("ge2e.onnx", key=key, make=lambda: _graph(settings), settings=settings)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # the recurrence leaves nothing to share out
    options.log_severity_level = ERRORS_ONLY
    return SpeakerEncoder(onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"]))


def _graph(settings: Settings) -> bytes:
    # onnx is needed once a machine; importing it takes longer than all the rest.
    from hwamei.speaker.graph import encoder_graph

    return encoder_graph(npz.unpack(locate.load_bytes(GE2E.name, settings)))


def likeness(one: Embedding, other: Embedding) -> float:
    """Cosine of two embeddings, 0..1; 1 is the same voice in the same room. Strangers have 0.5 to 0.7."""
    return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other)))


def raised(samples: Samples) -> Samples:
    """Not softer than the encoder is used to."""
    rms = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) if len(samples) else 0.0
    wanted = 10 ** (LOUDNESS_DBFS / 20)
    return samples if rms >= wanted or rms == 0 else (samples * (wanted / rms)).astype(np.float32)


def window_starts(samples: int) -> list[int]:
    """First frames of the windows of so many samples at 16 kHz."""
    frames = (samples + HOP_SAMPLES) // HOP_SAMPLES
    starts = list(range(0, max(1, frames - WINDOW_FRAMES + STEP_FRAMES + 1), STEP_FRAMES))
    covered = (samples - starts[-1] * HOP_SAMPLES) / (WINDOW_FRAMES * HOP_SAMPLES)
    return starts[:-1] if covered < LAST_WINDOW_COVERAGE and len(starts) > 1 else starts
