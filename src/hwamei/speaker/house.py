"""A speaker encoder of our own, trained to hear the person and not the microphone.

GE2E hears rooms and microphones as well as people, and a voice that is fitted to one encoder pleases that encoder
first. This one is another judge: trained by tools/train_speaker_encoder.py on other speakers, through random
microphones, rooms, noises and codecs, and on features from which a steady colour is taken away.

A time-delay network with squeeze-and-excitation and attentive pooling, much reduced from B. Desplanques, J. Thienpondt,
K. Demuynck: *ECAPA-TDNN*, Interspeech 2020.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from hwamei.domain.audio import Audio, Samples
from hwamei.speaker.log_bands import RATE_HZ, log_bands
from hwamei.speaker.rate import at_16_khz
from hwamei.speaker.silence import cut_long_silences

Floats = NDArray[np.float32]

Embedding = NDArray[np.float32]
"""float32 [128], length 1."""

WINDOW_SAMPLES = 5 * RATE_HZ // 2
STEP_SAMPLES = 3 * RATE_HZ // 2
SHORTEST_SAMPLES = RATE_HZ // 2  # shorter sound is repeated
LEVEL_RMS = 0.06  # -24 dBFS, so that silence is found alike in loud and soft speech
FEATURE_SCALE = 0.5
STEM_TAPS, STEM_STRIDE = 5, 2
DILATIONS = (1, 2, 3, 4)
TAPS, GROUPS = 3, 4
LEAST_VARIANCE = 1e-5
TINY = 1e-9


@dataclass(frozen=True, eq=False)
class HouseEncoder:
    """Speech to a vector that tells who speaks. Holds nothing that changes: safe from several threads at once."""

    weights: Mapping[str, Floats]

    def embed(self, audio: Audio) -> Embedding:
        """The voice heard in this speech (any rate; best from 1.5 s on)."""
        return _unit(self.embed_windows(audio).mean(axis=0))

    def embed_windows(self, audio: Audio) -> Floats:
        """The voice heard in each window of 2.5 s of the speech: float32 [windows, 128], rows of length 1."""
        windows = _windows(cut_long_silences(_levelled(at_16_khz(audio))))
        return _unit(self._project(self._frames(log_bands(windows) * np.float32(FEATURE_SCALE))))

    def _frames(self, bands: Floats) -> Floats:
        """What is heard each 25 ms: float32 [windows, frames, 256]; bands: float32 [windows, frames, 64]."""
        heard = self._normed("stem", _relu(self._linear("stem", _taps(bands, STEM_TAPS)[:, ::STEM_STRIDE])))
        seen = []
        for number, dilation in enumerate(DILATIONS):
            heard = self._block(f"block{number}", heard, dilation)
            seen.append(heard)
        return _relu(self._linear("mix", np.concatenate(seen, axis=-1)))

    def _block(self, name: str, heard: Floats, dilation: int) -> Floats:
        """Three layers and gates from their mean: float32 [windows, frames, 128], as it came."""
        inner = self._normed(f"{name}.first", _relu(self._linear(f"{name}.first", heard)))
        around = _taps(inner, TAPS, dilation).reshape(*inner.shape[:2], TAPS, GROUPS, -1)
        grouped = np.moveaxis(around, 3, 1).reshape(len(inner), GROUPS, inner.shape[1], -1)
        mixed = np.moveaxis(grouped @ self.weights[f"{name}.wide.weight"], 1, 2).reshape(inner.shape)
        inner = self._normed(f"{name}.wide", _relu(mixed + self.weights[f"{name}.wide.bias"]))
        inner = self._normed(f"{name}.last", _relu(self._linear(f"{name}.last", inner)))
        squeezed = _relu(self._linear(f"{name}.squeeze", inner.mean(axis=1, keepdims=True)))
        outputs: Floats = heard + inner * _sigmoid(self._linear(f"{name}.excite", squeezed))
        return outputs

    def _project(self, heard: Floats) -> Floats:
        """Mean and deviation of what is heard, weighted by attention, as an embedding: float32 [windows, 128]."""
        scores = self._linear("attend", np.tanh(self._linear("attention", heard)))
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        mean = (shares * heard).sum(axis=1)
        deviation = np.sqrt(np.maximum((shares * heard**2).sum(axis=1) - mean**2, LEAST_VARIANCE))
        return self._linear("out", np.concatenate([mean, deviation], axis=-1))

    def _linear(self, name: str, inputs: Floats) -> Floats:
        outputs: Floats = inputs @ self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]
        return outputs

    def _normed(self, name: str, inputs: Floats) -> Floats:
        outputs: Floats = inputs * self.weights[f"{name}.scale"] + self.weights[f"{name}.shift"]
        return outputs


@cache
def house_encoder() -> HouseEncoder:
    """The trained encoder, from the package's own file."""
    path = files("hwamei.speaker") / "house.npz"
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return HouseEncoder({name: arrays[name].astype(np.float32) for name in arrays.files})


def _levelled(samples: Samples) -> Samples:
    rms = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) if len(samples) else 0.0
    return (samples * (LEVEL_RMS / (rms + TINY))).astype(np.float32)


def _windows(samples: Samples) -> Floats:
    """Evenly spaced over the speech, overlapping: float32 [windows, n]; one, of what there is, if it is short."""
    if len(samples) < SHORTEST_SAMPLES:
        samples = np.resize(samples, SHORTEST_SAMPLES) if len(samples) else np.zeros(SHORTEST_SAMPLES, np.float32)
    if len(samples) <= WINDOW_SAMPLES:
        return samples[None]
    count = -(-(len(samples) - WINDOW_SAMPLES) // STEP_SAMPLES) + 1
    starts = np.linspace(0, len(samples) - WINDOW_SAMPLES, count).astype(int)
    return np.stack([samples[start : start + WINDOW_SAMPLES] for start in starts])


def _taps(inputs: Floats, count: int, dilation: int = 1) -> Floats:
    """Each frame with its neighbours: float32 [windows, frames, count * channels], zeros beyond the ends."""
    reach = count // 2 * dilation
    frames = inputs.shape[1]
    padded = np.pad(inputs, ((0, 0), (reach, reach), (0, 0)))
    return np.concatenate([padded[:, tap * dilation : tap * dilation + frames] for tap in range(count)], axis=-1)


def _relu(inputs: Floats) -> Floats:
    return np.maximum(inputs, 0)


def _sigmoid(inputs: Floats) -> Floats:
    outputs: Floats = (1 / (1 + np.exp(-inputs))).astype(np.float32)
    return outputs


def _unit(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True) + TINY
    units: Floats = (vectors / lengths).astype(np.float32)
    return units
