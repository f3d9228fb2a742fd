"""A small network that foretells how a voice of the style space will sound, without speaking.

Trained by tools/train_surrogate.py on speech of random voices of the space. It takes milliseconds where speaking takes
seconds, and it has gradients: so the place in the space that sounds most like a person can be searched in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from hwamei.domain.language import Language
from hwamei.dsp.spectrum import Bands
from hwamei.engines.kokoro.style_space import Floats

SPECTRUM_SCALE_DB = 10.0


@dataclass(frozen=True, eq=False)
class Network:
    """A multilayer perceptron, tanh between the layers: weights float32 [in, out], biases float32 [out]."""

    weights: Sequence[Floats]
    biases: Sequence[Floats]

    def forward(self, inputs: Floats) -> list[Floats]:
        """The activations of every layer, inputs first: float32 [batch, size] each."""
        layers = [inputs]
        for index, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            summed = layers[-1] @ weight + bias
            layers.append(np.tanh(summed) if index < len(self.weights) - 1 else summed)
        return layers

    def backward(self, layers: list[Floats], gradient: Floats) -> Floats:
        """Gradient by the inputs, from the gradient by the outputs: float32 [batch, in]."""
        for index in range(len(self.weights) - 1, -1, -1):
            gradient = gradient @ self.weights[index].T
            if index:
                gradient = gradient * (1 - layers[index] ** 2)
        return gradient


@dataclass(frozen=True, eq=False)
class Surrogate:
    """Networks from (coordinates, language, spectrum that the sound is equalised to) to GE2E embeddings, and linear
    maps to the spectrum and the pitch that the voice has by itself."""

    networks: Sequence[Network]
    spectrum_map: Floats  # [1 + 48 + 1, 40]: constant, coordinates, Chinese
    pitch_map: Floats  # [1 + 48 + 1], log Hz

    def embeddings(self, coordinates: Floats, language: Language, spectrum: Bands) -> Floats:
        """Foretold embeddings, float32 [voices, 256], not normalised; coordinates float32 [voices, 48]."""
        inputs = _inputs(coordinates, language, spectrum)
        mean: Floats = np.mean([network.forward(inputs)[-1] for network in self.networks], axis=0)
        return mean

    def embeddings_with_gradient(
        self, coordinates: Floats, language: Language, spectrum: Bands
    ) -> tuple[Floats, list[tuple[Network, list[Floats]]]]:
        """The same, and what `pull_back` needs."""
        inputs = _inputs(coordinates, language, spectrum)
        traces = [(network, network.forward(inputs)) for network in self.networks]
        mean: Floats = np.mean([layers[-1] for _, layers in traces], axis=0)
        return mean, traces

    def spectrum(self, coordinates: Floats, language: Language) -> Bands:
        """Foretold long-term spectrum of one voice, float32 [40] dB."""
        bands: Bands = (_linear_inputs(coordinates, language) @ self.spectrum_map).astype(np.float32)
        return bands

    def log_pitch(self, coordinates: Floats, language: Language) -> tuple[Floats, Floats]:
        """Natural logarithm of the foretold median pitch in Hz, float32 [voices], and its slope, float32 [48]."""
        slope = self.pitch_map[1:-1]
        constant = self.pitch_map[0] + self.pitch_map[-1] * float(language is Language.CHINESE)
        return (coordinates @ slope + constant).astype(np.float32), slope

    def pitch_hz(self, coordinates: Floats, language: Language) -> float:
        """Foretold median pitch of one voice in Hz."""
        return float(np.exp(self.log_pitch(coordinates[None], language)[0][0]))


def pull_back(traces: list[tuple[Network, list[Floats]]], gradient: Floats, dimensions: int) -> Floats:
    """Gradient by the coordinates float32 [voices, dimensions] from that by the embeddings float32 [voices, 256]."""
    pulled = [network.backward(layers, gradient)[:, :dimensions] for network, layers in traces]
    mean: Floats = np.mean(pulled, axis=0)
    return mean


@cache
def surrogate() -> Surrogate:
    """The trained networks, from the package's own file."""
    path = files("hwamei.engines.kokoro") / "surrogate.npz"
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        values = {name: arrays[name].astype(np.float32) for name in arrays.files}
    networks = []
    for number in range(sum(name.endswith("weight0") for name in values)):
        prefix = f"network{number}_"
        depth = sum(name.startswith(f"{prefix}weight") for name in values)
        parts = [[values[f"{prefix}{kind}{layer}"] for layer in range(depth)] for kind in ("weight", "bias")]
        networks.append(Network(*parts))
    return Surrogate(networks, values["spectrum_map"], values["pitch_map"])


def _inputs(coordinates: Floats, language: Language, spectrum: Bands) -> Floats:
    """Network inputs, float32 [voices, 48 + 1 + 40]."""
    context = np.concatenate([[float(language is Language.CHINESE)], spectrum / SPECTRUM_SCALE_DB])
    return np.hstack([coordinates, np.broadcast_to(context, (len(coordinates), len(context)))]).astype(np.float32)


def _linear_inputs(coordinates: Floats, language: Language) -> Floats:
    return np.concatenate([[1.0], coordinates, [float(language is Language.CHINESE)]]).astype(np.float32)
