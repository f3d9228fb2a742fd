"""Speech as other microphones, rooms and codecs would have brought it: random changes of power spectra.

Made on the power spectra that the encoders' features begin with, since that costs a tenth of the same in the time
domain. What a power spectrum cannot show (phases) the features do not see either.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
Random = np.random.Generator

BINS = 257
BINS_HZ = np.linspace(0, 8000, BINS)
PLACES = np.log(1 + BINS_HZ / 500) / np.log(17)  # 0..1 along a scale that is wide where hearing is fine
COLOUR_DB, TILT_DB, NOISE_COLOUR_DB = 10.0, 12.0, 15.0
CUT_OFFS_HZ = (3400, 4000, 5000, 5500, 6500, 7200)
FRAME_S = 0.0125
DRAWN = 8_000_003  # exponential numbers, drawn once: drawing them anew would take longer than all the rest


def through_rooms(power: torch.Tensor, random: Random) -> torch.Tensor:
    """Power spectra [batch, frames, 257], each as if recorded elsewhere."""
    colours, before, after = _colours(len(power), random)
    heard = power * _per_bin(colours + before)
    heard = _with_room_and_noise(heard, random)
    if random.random() < 0.35:
        heard = _with_others(heard, random)
    return _with_holes(heard * _per_bin(after), random)


def distorted(samples: Floats, random: Random) -> Floats:
    """Samples float32 [n], now and then as telephones quantise them, or clipped."""
    chance = random.random()
    if chance < 0.1:
        peak, steps = np.abs(samples).max() + 1e-6, random.choice([32, 64, 128])
        bent = np.sign(samples) * np.log1p(255 * np.abs(samples / peak)) / np.log(256)
        stepped = np.round(bent * steps) / steps
        quantised: Floats = (np.sign(stepped) * np.expm1(np.abs(stepped) * np.log(256)) / 255 * peak).astype(np.float32)
        return quantised
    if chance < 0.2:
        limit = np.float32(np.percentile(np.abs(samples), random.uniform(96, 99.8)))
        return np.clip(samples, -limit, limit)
    return samples


def smooth_curve(most_db: float, random: Random) -> Doubles:
    """Gains in dB through three to eight random points: float64 [257]."""
    count = random.integers(3, 9)
    gains_db: Doubles = np.interp(PLACES, np.linspace(0, 1, count), random.uniform(-most_db, most_db, count))
    return gains_db


def _colours(count: int, random: Random) -> tuple[Doubles, Doubles, Doubles]:
    """Gains in dB of microphones, and of band limits before and after the noise: float64 [count, 257] each."""
    colours, before, after = (np.zeros((count, BINS)) for _ in range(3))
    for index in range(count):
        colours[index] = smooth_curve(COLOUR_DB, random)
        if random.random() < 0.3:
            colours[index] += random.uniform(-TILT_DB, TILT_DB) * (PLACES - 0.5)
        if random.random() < 0.6:
            colours[index] += _reflections_db(random)
        (before if random.random() < 0.5 else after)[index] = _limits_db(random)
    return colours, before, after


def _reflections_db(random: Random) -> Doubles:
    """The comb of one to three early reflections."""
    response = np.ones(BINS, np.complex128)
    for _ in range(random.integers(1, 4)):
        response += random.uniform(-0.45, 0.45) * np.exp(-2j * np.pi * BINS_HZ * random.uniform(0.0004, 0.015))
    return 20 * np.log10(np.abs(response) + 0.1)


def _limits_db(random: Random) -> Doubles:
    limits = np.zeros(BINS)
    if random.random() < 0.5:
        high_hz = random.choice(CUT_OFFS_HZ) * random.uniform(0.95, 1.05)
        limits -= np.clip((BINS_HZ - high_hz) / random.uniform(60, 600), 0, 1) * random.uniform(20, 60)
    if random.random() < 0.4:
        low_hz = random.uniform(60, 350)
        limits -= np.clip((low_hz - BINS_HZ) / (low_hz * 0.5), 0, 1) * random.uniform(6, 40)
    return limits


def _with_room_and_noise(power: torch.Tensor, random: Random) -> torch.Tensor:
    """A reverberant tail and steady noise; both come and go by chance, as a power spectrum's frames do."""
    count, frames, _ = power.shape
    in_room = random.random(count) < 0.6
    decays = np.where(in_room, 10 ** (-6 * FRAME_S / random.uniform(0.08, 0.6, count)), 0)
    wetness = np.where(in_room, 10 ** (random.uniform(-20, 0, count) / 10), 0)
    decay, share = _column(decays), _column(wetness * (1 - decays))
    tail = torch.zeros_like(power)
    fed = power * share[:, None]
    for frame in range(1, frames):
        tail[:, frame] = fed[:, frame - 1] + tail[:, frame - 1] * decay
    noise = _per_bin(np.stack([smooth_curve(NOISE_COLOUR_DB, random) for _ in range(count)]))
    below_db = np.where(random.random(count) < 0.65, random.uniform(5, 35, count), 60)
    levels = power.mean((1, 2)) * _column(10 ** (-below_db / 10))[:, 0]
    noise = noise / noise.mean(2, keepdim=True) * levels[:, None, None]
    return power + (tail + noise) * _roughness(power, random)


def _roughness(power: torch.Tensor, random: Random) -> torch.Tensor:
    """Exponentially distributed, as the power of noise in one bin is; of the same shape."""
    start = int(random.integers(0, DRAWN - power.numel()))
    return _drawn()[start : start + power.numel()].view_as(power)


@cache
def _drawn() -> torch.Tensor:
    return torch.empty(DRAWN).exponential_(generator=torch.Generator().manual_seed(5))


def _with_others(power: torch.Tensor, random: Random) -> torch.Tensor:
    """Somebody else of the batch far off, for four in ten."""
    others = power[torch.from_numpy(random.permutation(len(power)))]
    shares = np.where(random.random(len(power)) < 0.4, 10 ** (-random.uniform(12, 25, len(power)) / 10), 0)
    levels = power.mean((1, 2)) / (others.mean((1, 2)) + 1e-12) * _column(shares)[:, 0]
    return power + levels[:, None, None] * others


def _with_holes(power: torch.Tensor, random: Random) -> torch.Tensor:
    """What codecs leave out: bins far under the loudest of their frame, for a third."""
    count = len(power)
    below_db = np.where(random.random(count) < 0.35, random.uniform(25, 45, count), 90)
    least = power.amax(2, keepdim=True) * _column(10 ** (-below_db / 10))[:, None]
    return torch.where(power < least, least * 0.01, power)


def _per_bin(gains_db: Doubles) -> torch.Tensor:
    """Power factors [batch, 1, 257]."""
    return torch.from_numpy((10 ** (gains_db / 10)).astype(np.float32))[:, None]


def _column(values: Doubles) -> torch.Tensor:
    return torch.from_numpy(values.astype(np.float32))[:, None]
