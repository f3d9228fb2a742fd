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
from hwamei.speaker.layers import (
    Floats,
    Layer,
    added,
    around,
    attentive_statistics,
    chain,
    every,
    gated_by_mean,
    in_groups,
    linear,
    relu,
    scaled,
    side_by_side,
    sigmoid,
    tanh,
    unit,
)
from hwamei.speaker.log_bands import RATE_HZ, log_bands
from hwamei.speaker.rate import at_16_khz
from hwamei.speaker.silence import cut_long_silences

Embedding = NDArray[np.float32]
"""float32 [128], length 1."""

WINDOW_SAMPLES = 5 * RATE_HZ // 2
STEP_SAMPLES = 3 * RATE_HZ // 2
SHORTEST_SAMPLES = RATE_HZ // 2  # shorter sound is repeated
LEVEL_RMS = 0.06  # -24 dBFS, so that silence is found alike in loud and soft speech
FEATURE_SCALE = 0.5
STEM_TAPS, STEM_STRIDE = 5, 2
DILATIONS = (1, 2, 3, 4)
TAPS = 3
TINY = 1e-9


@dataclass(frozen=True, eq=False)
class HouseEncoder:
    """Speech to a vector that tells who speaks. Holds nothing that changes: safe from several threads at once."""

    weights: Mapping[str, Floats]

    def embed(self, audio: Audio) -> Embedding:
        """The voice heard in this speech (any rate; best from 1.5 s on)."""
        return unit(self.embed_windows(audio).mean(axis=0))[0]

    def embed_windows(self, audio: Audio) -> Floats:
        """The voice heard in each window of 2.5 s of the speech: float32 [windows, 128], rows of length 1."""
        windows = _windows(cut_long_silences(levelled(at_16_khz(audio))))
        return self.network(log_bands(windows))[0]

    @property
    def network(self) -> Layer:
        """From `log_bands`, float32 [windows, frames, 64], to embeddings, float32 [windows, 128], rows of length 1."""
        return chain(
            lambda bands: (bands * np.float32(FEATURE_SCALE), lambda gradient: gradient * np.float32(FEATURE_SCALE)),
            around(STEM_TAPS),
            every(STEM_STRIDE),
            *self._normed("stem"),
            side_by_side(*(self._block(f"block{number}", dilation) for number, dilation in enumerate(DILATIONS))),
            self._linear("mix"),
            relu,
            attentive_statistics(chain(self._linear("attention"), tanh, self._linear("attend"))),
            self._linear("out"),
            unit,
        )

    def _block(self, name: str, dilation: int) -> Layer:
        """Three layers and gates from their mean: float32 [windows, frames, 128], as it came."""
        weight, bias = (self.weights[f"{name}.wide.{kind}"] for kind in ("weight", "bias"))
        gate = chain(self._linear(f"{name}.squeeze"), relu, self._linear(f"{name}.excite"), sigmoid)
        inner = chain(
            *self._normed(f"{name}.first"),
            around(TAPS, dilation),
            in_groups(weight, bias, TAPS),
            relu,
            self._scaled(f"{name}.wide"),
            *self._normed(f"{name}.last"),
            gated_by_mean(gate),
        )
        return added(inner)

    def _linear(self, name: str) -> Layer:
        return linear(self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def _scaled(self, name: str) -> Layer:
        return scaled(self.weights[f"{name}.scale"], self.weights[f"{name}.shift"])

    def _normed(self, name: str) -> tuple[Layer, Layer, Layer]:
        return self._linear(name), relu, self._scaled(name)


@cache
def house_encoder() -> HouseEncoder:
    """The trained encoder, from the package's own file."""
    path = files("hwamei.speaker") / "house.npz"
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return HouseEncoder({name: arrays[name].astype(np.float32) for name in arrays.files})


def levelled(samples: Samples) -> Samples:
    """As loud as the encoder is used to."""
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
