"""The GE2E encoder once more, as layers that also tell how its embeddings move with what it hears."""

from __future__ import annotations

from collections.abc import Mapping

from hwamei import npz
from hwamei.models import locate
from hwamei.models.catalogue import GE2E
from hwamei.settings import Settings
from hwamei.speaker.ge2e import LAYERS
from hwamei.speaker.layers import Floats, Layer, Traced, chain, linear, relu, unit
from hwamei.speaker.recurrent import lstm


def open_network(settings: Settings) -> Layer:
    """From `mel_power`, float32 [frames, windows, 40], to embeddings, float32 [windows, 256], rows of length 1.

    ONNX Runtime does the same in less time and cannot go back. Raises ModelMissing, ModelDamaged.
    """
    return network(npz.unpack(locate.load_bytes(GE2E.name, settings)))


def network(weights: Mapping[str, Floats]) -> Layer:
    """The same from weights as they are published for PyTorch."""
    recurrences = (
        lstm(
            weights[f"lstm.weight_ih_l{layer}"].T.copy(),
            weights[f"lstm.weight_hh_l{layer}"].T.copy(),
            weights[f"lstm.bias_ih_l{layer}"] + weights[f"lstm.bias_hh_l{layer}"],
        )
        for layer in range(LAYERS)
    )
    return chain(*recurrences, _last, linear(weights["linear.weight"].T.copy(), weights["linear.bias"]), relu, unit)


def _last(states: Floats) -> Traced:
    """[frames, windows, size] to what it is in the last frame."""

    def back(gradient: Floats) -> Floats:
        wide = states * 0
        wide[-1] = gradient
        return wide

    return states[-1], back
