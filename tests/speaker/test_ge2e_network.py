"""The encoder as layers gives what ONNX Runtime gives, and knows how its embeddings move."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hwamei.settings import Settings
from hwamei.speaker.ge2e import WINDOW_FRAMES, SpeakerEncoder
from hwamei.speaker.ge2e_network import open_network
from hwamei.speaker.layers import Floats, Layer
from hwamei.speaker.mel import mel_power
from tests.dsp.signals import speech
from tests.speaker.test_layers import chance, slope_along


@pytest.fixture(scope="module")
def network(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Layer:
    return open_network(Settings(data=tmp_path_factory.mktemp("network"), models=models_folder))


@pytest.fixture(scope="module")
def windows() -> Floats:
    """Two windows of speech, float32 [160, 2, 40]."""
    mels = mel_power(speech(4.0).samples)
    return np.stack([mels[start : start + WINDOW_FRAMES] for start in (0, 200)], axis=1)


def test_it_gives_what_onnx_runtime_gives(network: Layer, encoder: SpeakerEncoder, windows: Floats) -> None:
    (expected,) = encoder.session.run(None, {"mels": windows})
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(network(windows)[0], expected, atol=1e-4)


def test_the_pull_back_is_the_derivative(network: Layer, windows: Floats) -> None:
    """In the directions that speech moves in: bands louder and softer by as much as they are loud."""
    embeddings, pull_back = network(windows)
    weights = chance(*embeddings.shape, seed=5)
    gradient = pull_back(weights)
    for seed in range(3):
        direction = windows * chance(1, 1, 40, seed=seed)
        expected = slope_along(network, windows, direction, weights, step=1e-3)
        assert float((gradient * direction).sum()) == pytest.approx(expected, abs=2e-3, rel=2e-2)
