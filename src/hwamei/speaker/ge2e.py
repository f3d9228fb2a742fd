"""The GE2E speaker encoder of Resemblyzer, in numpy.

L. Wan, Q. Wang, A. Papir, I. L. Moreno: *Generalized end-to-end loss for speaker verification*, ICASSP 2018.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from hwamei.domain.audio import Audio, Samples
from hwamei.models import locate
from hwamei.settings import Settings
from hwamei.speaker.mel import HOP_SAMPLES, RATE_HZ, mel_power
from hwamei.speaker.silence import cut_long_silences

Embedding = NDArray[np.float32]
"""float32 [256], length 1, no negative numbers."""

WINDOW_FRAMES = 160  # 1.6 s, as in training
STEP_FRAMES = 77  # 1.3 windows a second
LAST_WINDOW_COVERAGE = 0.75  # a last window with less speech than this is left out
LOUDNESS_DBFS = -30.0  # quieter speech is raised to this RMS, louder is left
LAYERS = 3


@dataclass(frozen=True, eq=False)
class SpeakerEncoder:
    """Speech to a vector that tells who speaks. Only reads what it holds: safe from several threads at once."""

    weights: Mapping[str, NDArray[np.float32]]

    def embed(self, audio: Audio) -> Embedding:
        """The voice heard in this speech (any rate; best from 1.6 s on)."""
        mean = self.embed_windows(audio).mean(axis=0)
        return (mean / np.linalg.norm(mean)).astype(np.float32)

    def embed_windows(self, audio: Audio) -> NDArray[np.float32]:
        """The voice heard in each window of 1.6 s: float32 [windows, 256], rows of length 1, a step of 0.77 s apart."""
        samples = cut_long_silences(_raise_level(_at_16_khz(audio)))
        starts = _window_starts(len(samples))
        needed = (starts[-1] + WINDOW_FRAMES) * HOP_SAMPLES
        mels = mel_power(np.pad(samples, (0, max(0, needed - len(samples)))))
        hidden = np.stack([mels[start : start + WINDOW_FRAMES] for start in starts])
        for layer in range(LAYERS):
            hidden = self._lstm(hidden, layer)
        projected = np.maximum(0, hidden[:, -1] @ self.weights["linear.weight"].T + self.weights["linear.bias"])
        return (projected / (np.linalg.norm(projected, axis=1, keepdims=True) + 1e-9)).astype(np.float32)

    def _lstm(self, inputs: NDArray[np.float32], layer: int) -> NDArray[np.float32]:
        """Hidden states float32 [windows, frames, 256] of one layer; gates in the order input, forget, cell, output."""
        of_input, of_hidden = (self.weights[f"lstm.weight_{kind}_l{layer}"].T for kind in ("ih", "hh"))
        gates = inputs @ of_input + self.weights[f"lstm.bias_ih_l{layer}"] + self.weights[f"lstm.bias_hh_l{layer}"]
        size = of_hidden.shape[0]
        hidden = cell = np.zeros((len(inputs), size), np.float32)
        states = np.empty((*inputs.shape[:2], size), np.float32)
        for frame in range(inputs.shape[1]):
            gate = gates[:, frame] + hidden @ of_hidden
            keep_in, keep_cell, keep_out = (_sigmoid(gate[:, k * size : (k + 1) * size]) for k in (0, 1, 3))
            cell = keep_cell * cell + keep_in * np.tanh(gate[:, 2 * size : 3 * size])
            hidden = states[:, frame] = keep_out * np.tanh(cell)
        return states


def open_encoder(settings: Settings) -> SpeakerEncoder:
    """The encoder with its weights loaded. Raises ModelMissing, ModelDamaged."""
    with np.load(io.BytesIO(locate.load_bytes("ge2e", settings)), allow_pickle=False) as arrays:
        return SpeakerEncoder({name: arrays[name] for name in arrays.files})


def likeness(one: Embedding, other: Embedding) -> float:
    """Cosine of two embeddings, 0..1; 1 is the same voice in the same room. Strangers have 0.5 to 0.7."""
    return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other)))


def _at_16_khz(audio: Audio) -> Samples:
    if audio.sample_rate_hz == RATE_HZ:
        return audio.samples
    return soxr.resample(audio.samples, audio.sample_rate_hz, RATE_HZ).astype(np.float32)


def _raise_level(samples: Samples) -> Samples:
    rms = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) if len(samples) else 0.0
    wanted = 10 ** (LOUDNESS_DBFS / 20)
    return samples if rms >= wanted or rms == 0 else (samples * (wanted / rms)).astype(np.float32)


def _window_starts(samples: int) -> list[int]:
    """First frames of the windows."""
    frames = (samples + HOP_SAMPLES) // HOP_SAMPLES
    starts = list(range(0, max(1, frames - WINDOW_FRAMES + STEP_FRAMES + 1), STEP_FRAMES))
    covered = (samples - starts[-1] * HOP_SAMPLES) / (WINDOW_FRAMES * HOP_SAMPLES)
    return starts[:-1] if covered < LAST_WINDOW_COVERAGE and len(starts) > 1 else starts


def _sigmoid(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return 1 / (1 + np.exp(-values))
