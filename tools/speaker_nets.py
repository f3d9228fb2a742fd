"""The networks that tools/train_speaker_encoder.py trains, in torch: the house encoder, and a judge unlike it.

`House` is what hwamei.speaker.house computes with NumPy. `Judge` sees a linear scale of frequency and is a residual
network over time and frequency, so that it errs in other ways; it takes no part in any fit and is not shipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from hwamei.speaker import house, log_bands
from hwamei.speaker.layers import LEAST_VARIANCE

Floats = NDArray[np.float32]

HOUSE_GROUPS = 4
HOUSE_CHANNELS, HOUSE_MIXED, HOUSE_ATTENTION, HOUSE_DIMENSIONS = 128, 256, 64, 128
JUDGE_CHANNELS, JUDGE_DIMENSIONS, JUDGE_BANDS, JUDGE_ROWS = 16, 96, 60, 8
JUDGE_HOP_SAMPLES = 240
DROPOUT = 0.2


@dataclass(frozen=True)
class Ear:
    """What of a spectrum a network sees. `filters`: float32 [bands, 257]."""

    filters: torch.Tensor
    hop_samples: int
    evens_spread: bool

    def power(self, samples: torch.Tensor) -> torch.Tensor:
        """Power spectra [batch, frames, 257] of samples [batch, n] at 16 kHz."""
        late = functional.pad(samples, (1, 0))[:, :-1]
        frames = (samples - log_bands.PRE_EMPHASIS * late).unfold(1, log_bands.WINDOW_SAMPLES, self.hop_samples)
        spectra = torch.fft.rfft(frames * torch.from_numpy(log_bands.window()), log_bands.FFT_SAMPLES)
        return spectra.real**2 + spectra.imag**2

    def bands(self, power: torch.Tensor) -> torch.Tensor:
        """Logarithms of band energies less their means [batch, bands, frames]."""
        energies = (power @ self.filters.T).transpose(1, 2)
        loudest = energies.amax((1, 2), keepdim=True)
        logs = torch.log(energies + loudest * log_bands.FLOOR + log_bands.TINY)
        relative = logs - logs.mean(2, keepdim=True)
        return relative / (relative.std(2, keepdim=True) + 0.3) if self.evens_spread else relative


def house_ear() -> Ear:
    """The ear of hwamei.speaker.log_bands."""
    return Ear(torch.from_numpy(log_bands.filters()), log_bands.HOP_SAMPLES, evens_spread=False)


def judge_ear() -> Ear:
    """Sixty triangles, evenly spaced from 60 to 7600 Hz."""
    bins_hz = np.linspace(0, log_bands.RATE_HZ / 2, log_bands.FFT_SAMPLES // 2 + 1)
    edges_hz = np.linspace(60, 7600, JUDGE_BANDS + 2)
    low, centre, high = edges_hz[:-2, None], edges_hz[1:-1, None], edges_hz[2:, None]
    triangles = np.maximum(0, np.minimum((bins_hz - low) / (centre - low), (high - bins_hz) / (high - centre)))
    filters = (triangles / (triangles.sum(1, keepdims=True) + 1e-9)).astype(np.float32)
    return Ear(torch.from_numpy(filters), JUDGE_HOP_SAMPLES, evens_spread=True)


class Network(nn.Module):  # type: ignore[misc]  # torch is not installed where types are checked
    """Bands to embeddings: `forward(bands)` gives them before they are made of length 1."""

    ear: Ear
    dimensions: int

    def embed(self, samples: torch.Tensor) -> torch.Tensor:
        """Samples [batch, n] at 16 kHz to unit embeddings [batch, dimensions]; differentiable."""
        return functional.normalize(self(self.ear.bands(self.ear.power(samples))), dim=1)


class Block(nn.Module):  # type: ignore[misc]  # as above
    """Three convolutions, the middle one wide, and gates from their mean."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.first = nn.Conv1d(channels, channels, 1)
        self.wide = nn.Conv1d(channels, channels, house.TAPS, padding=dilation, dilation=dilation, groups=HOUSE_GROUPS)
        self.last = nn.Conv1d(channels, channels, 1)
        self.norms = nn.ModuleDict({name: nn.BatchNorm1d(channels) for name in ("first", "wide", "last")})
        self.squeeze = nn.Conv1d(channels, channels // 4, 1)
        self.excite = nn.Conv1d(channels // 4, channels, 1)

    def forward(self, heard: torch.Tensor) -> torch.Tensor:
        """[batch, channels, frames] to the same shape."""
        inner = heard
        for name in ("first", "wide", "last"):
            inner = self.norms[name](functional.relu(getattr(self, name)(inner)))
        squeezed = functional.relu(self.squeeze(inner.mean(2, keepdim=True)))
        return heard + inner * torch.sigmoid(self.excite(squeezed))


class House(Network):
    """The network of hwamei.speaker.house."""

    def __init__(self) -> None:
        super().__init__()
        self.ear, self.dimensions = house_ear(), HOUSE_DIMENSIONS
        taps, stride = house.STEM_TAPS, house.STEM_STRIDE
        self.stem = nn.Conv1d(log_bands.BANDS, HOUSE_CHANNELS, taps, stride=stride, padding=taps // 2)
        self.stem_norm = nn.BatchNorm1d(HOUSE_CHANNELS)
        self.blocks = nn.ModuleList([Block(HOUSE_CHANNELS, dilation) for dilation in house.DILATIONS])
        self.mix = nn.Conv1d(len(house.DILATIONS) * HOUSE_CHANNELS, HOUSE_MIXED, 1)
        self.attention = nn.Conv1d(HOUSE_MIXED, HOUSE_ATTENTION, 1)
        self.attend = nn.Conv1d(HOUSE_ATTENTION, HOUSE_MIXED, 1)
        self.pooled_norm = nn.BatchNorm1d(2 * HOUSE_MIXED)
        self.drop = nn.Dropout(DROPOUT)
        self.out = nn.Linear(2 * HOUSE_MIXED, HOUSE_DIMENSIONS)
        self.out_norm = nn.BatchNorm1d(HOUSE_DIMENSIONS, affine=False)

    def forward(self, bands: torch.Tensor) -> torch.Tensor:
        """Bands [batch, 64, frames] to embeddings [batch, 128], of any length."""
        heard = self.stem_norm(functional.relu(self.stem(bands * house.FEATURE_SCALE)))
        seen = []
        for block in self.blocks:
            heard = block(heard)
            seen.append(heard)
        mixed = functional.relu(self.mix(torch.cat(seen, 1)))
        shares = torch.softmax(self.attend(torch.tanh(self.attention(mixed))), 2)
        mean = (shares * mixed).sum(2)
        deviation = ((shares * mixed**2).sum(2) - mean**2).clamp_min(LEAST_VARIANCE).sqrt()
        pooled = self.pooled_norm(torch.cat([mean, deviation], 1))
        return self.out_norm(self.out(self.drop(pooled)))


class Residual(nn.Module):  # type: ignore[misc]  # as above
    """Two convolutions over time and frequency, with a short cut."""

    def __init__(self, channels: int, after: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, after, 3, stride=stride, padding=1, bias=False)
        self.first_norm = nn.BatchNorm2d(after)
        self.second = nn.Conv2d(after, after, 3, padding=1, bias=False)
        self.second_norm = nn.BatchNorm2d(after)
        same = channels == after and stride == 1
        cut = nn.Sequential(nn.Conv2d(channels, after, 1, stride=stride, bias=False), nn.BatchNorm2d(after))
        self.cut = nn.Identity() if same else cut

    def forward(self, heard: torch.Tensor) -> torch.Tensor:
        """[batch, channels, bands, frames] to [batch, after, bands / stride, frames / stride]."""
        inner = functional.relu(self.first_norm(self.first(heard)))
        return functional.relu(self.second_norm(self.second(inner)) + self.cut(heard))


class Judge(Network):
    """A small residual network over time and frequency (K. He et al., CVPR 2016), mean and deviation over time."""

    def __init__(self) -> None:
        super().__init__()
        self.ear, self.dimensions = judge_ear(), JUDGE_DIMENSIONS
        narrow, pooled = JUDGE_CHANNELS, 2 * 4 * JUDGE_CHANNELS * JUDGE_ROWS
        self.stem = nn.Conv2d(1, narrow, 5, stride=2, padding=2, bias=False)
        self.stem_norm = nn.BatchNorm2d(narrow)
        steps = [(narrow, narrow, 1), (narrow, 2 * narrow, 2), (2 * narrow, 4 * narrow, 2), (4 * narrow, 4 * narrow, 1)]
        self.residuals = nn.Sequential(*(Residual(*step) for step in steps))
        self.pooled_norm, self.drop = nn.BatchNorm1d(pooled), nn.Dropout(DROPOUT)
        self.out = nn.Linear(pooled, JUDGE_DIMENSIONS)
        self.out_norm = nn.BatchNorm1d(JUDGE_DIMENSIONS, affine=False)

    def forward(self, bands: torch.Tensor) -> torch.Tensor:
        """Bands [batch, 60, frames] to embeddings [batch, 96], of any length."""
        heard = self.residuals(functional.relu(self.stem_norm(self.stem(bands[:, None])))).flatten(1, 2)
        mean = heard.mean(2)
        deviation = (heard - mean[..., None]).pow(2).mean(2).clamp_min(LEAST_VARIANCE).sqrt()
        return self.out_norm(self.out(self.drop(self.pooled_norm(torch.cat([mean, deviation], 1)))))


def house_arrays(network: House) -> dict[str, Floats]:
    """The arrays that hwamei.speaker.house reads; the norms of the pooled and the last layer are folded into `out`."""
    arrays = dict(_convolution("stem", network.stem)) | _norm("stem", network.stem_norm)
    for number, block in enumerate(network.blocks):
        name = f"block{number}"
        for part in ("first", "last", "squeeze", "excite"):
            arrays |= dict(_convolution(f"{name}.{part}", getattr(block, part)))
        arrays |= _grouped(f"{name}.wide", block.wide)
        for part in ("first", "wide", "last"):
            arrays |= _norm(f"{name}.{part}", block.norms[part])
    for part in ("mix", "attention", "attend"):
        arrays |= dict(_convolution(part, getattr(network, part)))
    return arrays | _folded_out(network)


def _convolution(name: str, layer: nn.Conv1d) -> Iterator[tuple[str, Floats]]:
    """Weights [taps * channels, after] and bias [after]."""
    weight = layer.weight.detach().numpy()
    yield f"{name}.weight", weight.transpose(2, 1, 0).reshape(-1, len(weight))
    yield f"{name}.bias", layer.bias.detach().numpy()


def _grouped(name: str, layer: nn.Conv1d) -> dict[str, Floats]:
    """Weights [groups, taps * channels of a group, after of a group]."""
    weight = layer.weight.detach().numpy()
    by_group = weight.reshape(layer.groups, -1, *weight.shape[1:]).transpose(0, 3, 2, 1)
    folded = by_group.reshape(layer.groups, -1, by_group.shape[-1])
    return {f"{name}.weight": folded, f"{name}.bias": layer.bias.detach().numpy()}


def _scale_and_shift(norm: nn.BatchNorm1d) -> tuple[Floats, Floats]:
    deviation = np.sqrt(norm.running_var.numpy() + norm.eps)
    gain = norm.weight.detach().numpy() if norm.affine else np.ones_like(deviation)
    offset = norm.bias.detach().numpy() if norm.affine else np.zeros_like(deviation)
    scale: Floats = gain / deviation
    shift: Floats = offset - norm.running_mean.numpy() * scale
    return scale, shift


def _norm(name: str, norm: nn.BatchNorm1d) -> dict[str, Floats]:
    scale, shift = _scale_and_shift(norm)
    return {f"{name}.scale": scale, f"{name}.shift": shift}


def _folded_out(network: House) -> dict[str, Floats]:
    weight, bias = network.out.weight.detach().numpy().T, network.out.bias.detach().numpy()
    scale, shift = _scale_and_shift(network.pooled_norm)
    last_scale, last_shift = _scale_and_shift(network.out_norm)
    return {
        "out.weight": scale[:, None] * weight * last_scale,
        "out.bias": (shift @ weight + bias) * last_scale + last_shift,
    }
