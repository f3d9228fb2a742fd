"""Sounds whose properties are known because we make them: tones, noises, music, and a synthetic speaker.

The speaker is a source and a filter (Fant 1960; Klatt 1980): pulses with a falling and wavering pitch through the
three formants of a vowel, hiss through a high band for fricatives, silence before stops, syllables of 120–280 ms in
phrases with pauses. It is no person and says nothing, but what a detector, a meter or an encoder sees of speech is
there.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, lfilter, sosfilt

from hwamei.domain.audio import Audio, Samples

RATE_HZ = 16_000
_FORMANTS_HZ = (
    (730, 1090, 2440),
    (270, 2290, 3010),
    (300, 870, 2240),
    (530, 1840, 2480),
    (570, 840, 2410),
)  # a i u e o
_SCALE = (0, 2, 4, 5, 7, 9, 11)


def sine(frequency_hz: float, duration_s: float, *, peak: float = 0.5, sample_rate_hz: int = 24_000) -> Audio:
    """A steady sine that begins at zero."""
    time_s = np.arange(round(duration_s * sample_rate_hz)) / sample_rate_hz
    return Audio((peak * np.sin(2 * np.pi * frequency_hz * time_s)).astype(np.float32), sample_rate_hz)


def noise(duration_s: float, *, rms: float = 0.05, seed: int = 0, sample_rate_hz: int = RATE_HZ) -> Audio:
    """White noise."""
    chance = np.random.default_rng(seed)
    return Audio(chance.normal(scale=rms, size=round(duration_s * sample_rate_hz)).astype(np.float32), sample_rate_hz)


def silent(duration_s: float, *, sample_rate_hz: int = RATE_HZ) -> Audio:
    """Digital silence."""
    return Audio(np.zeros(round(duration_s * sample_rate_hz), dtype=np.float32), sample_rate_hz)


def joined(*sounds: Audio) -> Audio:
    """One after the other; all of one rate."""
    return Audio(np.concatenate([sound.samples for sound in sounds]), sounds[0].sample_rate_hz)


def mixed(sound: Audio, other: Audio, *, below_db: float) -> Audio:
    """The sound with the other behind it, whose RMS is below_db under its own."""
    behind = np.resize(other.samples, len(sound.samples))
    factor = np.sqrt(np.mean(sound.samples**2) / np.mean(behind**2)) * 10 ** (-below_db / 20)
    return Audio((sound.samples + factor * behind).astype(np.float32), sound.sample_rate_hz)


def speech(duration_s: float, *, pitch_hz: float = 120.0, seed: int = 0, level_dbfs: float = -23.0) -> Audio:
    """The synthetic speaker, in a quiet room (noise 45 dB under the speech), at RATE_HZ."""
    return Audio(_speech(duration_s, pitch_hz, seed, level_dbfs).copy(), RATE_HZ)


@cache
def _speech(duration_s: float, pitch_hz: float, seed: int, level_dbfs: float) -> Samples:
    chance = np.random.default_rng(seed)
    pieces: list[NDArray[np.float64]] = []
    while sum(map(len, pieces)) < duration_s * RATE_HZ:
        pieces += [_syllable(chance, pitch_hz, place / 6) for place in range(chance.integers(4, 8))]
        pieces.append(np.zeros(round(chance.uniform(0.3, 0.6) * RATE_HZ)))
    sound = np.concatenate(pieces)[: round(duration_s * RATE_HZ)]
    sound *= 10 ** (level_dbfs / 20) / np.sqrt(np.mean(sound**2))
    room = chance.normal(scale=10 ** ((level_dbfs - 45) / 20), size=len(sound))
    return (sound + room).clip(-1, 1).astype(np.float32)


def _syllable(chance: np.random.Generator, pitch_hz: float, place: float) -> NDArray[np.float64]:
    """A consonant, then a vowel; `place` 0..1 in the phrase, along which the pitch falls."""
    hiss = sosfilt(butter(4, [2_500, 7_000], "bandpass", fs=RATE_HZ, output="sos"), chance.normal(size=_samples(0.07)))
    consonant = 0.25 * hiss if chance.random() < 0.5 else np.zeros(_samples(0.05))
    length = _samples(chance.uniform(0.12, 0.28))
    glide = np.linspace(chance.uniform(0.9, 1.25), chance.uniform(0.8, 1.1), length) * (1.1 - 0.25 * place)
    phase = np.cumsum(pitch_hz * glide * (1 + 0.01 * chance.normal(size=length))) / RATE_HZ
    pulses = np.diff(np.floor(phase), prepend=0.0)
    vowel = pulses
    for formant_hz in _FORMANTS_HZ[chance.integers(len(_FORMANTS_HZ))]:
        vowel = _resonance(vowel, formant_hz, bandwidth_hz=60 + 0.03 * formant_hz)
    vowel *= np.sin(np.pi * np.linspace(0, 1, length)) ** 0.7 * chance.uniform(0.5, 1.0)
    return np.concatenate([consonant, vowel / (np.abs(vowel).max() + 1e-9)])


def _resonance(sound: NDArray[np.float64], frequency_hz: float, bandwidth_hz: float) -> NDArray[np.float64]:
    radius = np.exp(-np.pi * bandwidth_hz / RATE_HZ)
    poles = [1.0, -2 * radius * np.cos(2 * np.pi * frequency_hz / RATE_HZ), radius**2]
    filtered: NDArray[np.float64] = lfilter([sum(poles)], poles, sound)
    return filtered


def _samples(duration_s: float) -> int:
    return round(duration_s * RATE_HZ)


def chords(duration_s: float, *, decay_per_s: float, change_s: float, seed: int = 0) -> Audio:
    """Four-part harmony: held like an organ's (decay 0) or struck like a piano's, changing every change_s."""
    chance = np.random.default_rng(seed)
    roots = chance.choice([0, 1, 3, 4, 5], size=round(duration_s / change_s) + 1)
    return _played(
        [(index * change_s, int(root) + third) for index, root in enumerate(roots) for third in (0, 2, 4, 7)],
        duration_s,
        (change_s, decay_per_s),
    )


def arpeggio(duration_s: float, *, notes_per_s: float, seed: int = 0) -> Audio:
    """Plucked single notes up and down the scale."""
    chance = np.random.default_rng(seed)
    degrees = 7 + np.cumsum(chance.integers(-3, 4, size=round(duration_s * notes_per_s))) % 9
    return _played(
        [(index / notes_per_s, int(degree)) for index, degree in enumerate(degrees)],
        duration_s,
        (1.5 / notes_per_s, 4.0),
    )


def drums(duration_s: float, *, beats_per_s: float = 2.0, seed: int = 0) -> Audio:
    """A bass drum, a snare and a hi-hat."""
    chance = np.random.default_rng(seed)
    sound = np.zeros(_samples(duration_s + 1))
    time_s = np.arange(_samples(0.2)) / RATE_HZ
    for index in range(round(duration_s * beats_per_s * 2)):
        start = _samples(index / beats_per_s / 2)
        hit = 0.3 * chance.normal(size=len(time_s)) * np.exp(-60 * time_s)
        if index % 2 == 0:
            hit += np.sin(2 * np.pi * 55 * time_s) * np.exp(-18 * time_s)
        if index % 4 == 2:
            hit += 0.6 * chance.normal(size=len(time_s)) * np.exp(-25 * time_s)
        sound[start : start + len(time_s)] += hit
    return _normal(sound[: _samples(duration_s)])


def sweep(duration_s: float, *, low_hz: float = 100.0, high_hz: float = 4_000.0) -> Audio:
    """A sine that climbs evenly on a musical scale."""
    frequencies = np.geomspace(low_hz, high_hz, _samples(duration_s))
    return _normal(np.sin(2 * np.pi * np.cumsum(frequencies) / RATE_HZ))


def _played(notes: list[tuple[float, int]], duration_s: float, envelope: tuple[float, float]) -> Audio:
    """`notes`: seconds and degree of the scale; `envelope`: seconds held and decay per second."""
    held_s, decay_per_s = envelope
    sound = np.zeros(_samples(duration_s + held_s + 1))
    time_s = np.arange(_samples(held_s)) / RATE_HZ
    edges = np.minimum(1, np.minimum(time_s / 0.005, (held_s - time_s) / 0.03))
    for start_s, degree in notes:
        pitch_hz = 130.8 * 2 ** ((12 * (degree // 7) + _SCALE[degree % 7]) / 12)
        partials = [
            np.exp(-decay_per_s * n * time_s / 2) / n * np.sin(2 * np.pi * n * pitch_hz * time_s) for n in range(1, 11)
        ]
        start = _samples(start_s)
        sound[start : start + len(time_s)] += edges * np.sum(partials, axis=0)
    return _normal(sound[: _samples(duration_s)])


def _normal(sound: NDArray[np.float64]) -> Audio:
    return Audio((0.5 * sound / np.abs(sound).max()).astype(np.float32), RATE_HZ)


def level_db(samples: Samples) -> float:
    """RMS in dB of full scale."""
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64)) + 1e-30))
