"""Which of the four tones of Mandarin a stretch of pitch is, by the nearest of the shapes that they take after another.

Pitch is put on Chao's five levels (Y. R. Chao, "A system of tone letters", 1930): semitones, with the speaker's own low
at 1 and high at 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

POINTS = 20  # a contour is brought to this many
LOW, HIGH = 5, 95  # percentiles of a speaker's pitch
SEMITONES_IN_OCTAVE = 12.0

# Chao levels that a tone aims at, at the beginning and at the end of its syllable; between them lies a straight line.
TARGETS: dict[int, tuple[tuple[float, float], ...]] = {
    1: ((3.5, 3.5), (4, 4), (4.5, 4.5), (5, 5)),
    2: ((1, 3), (1, 4), (2, 4), (3, 5)),
    3: ((1, 0), (1, 1)),
    4: ((5, 2), (5, 3)),
}
# How a voice comes from the tone before to the target, dying away as it goes: Y. Xu and Q. E. Wang, "Pitch targets and
# their realization" (2001). The word before the syllable is said in the first tone, high.
BEFORE = 5.0  # level
APPROACH = 0.2  # of the syllable's length: what is left of the way falls to 1/e


@dataclass(frozen=True, slots=True)
class Register:
    """Where a speaker's voice lies: its low and its high pitch in Hz."""

    low_hz: float
    high_hz: float

    def levels(self, pitch_hz: Floats) -> Floats:
        """Pitch on Chao's scale: 1 at the low, 5 at the high, evenly in semitones."""
        return 1 + 4 * semitones(pitch_hz, self.low_hz) / semitones(np.array(self.high_hz), self.low_hz)


def register(pitch_hz: Floats) -> Register:
    """Of a speaker, from as much pitch of each tone: float [frames] in Hz."""
    low_hz, high_hz = np.percentile(pitch_hz, (LOW, HIGH))
    return Register(float(low_hz), float(high_hz))


def semitones(pitch_hz: Floats, above_hz: float) -> Floats:
    """How far the pitch lies above another."""
    above: Floats = SEMITONES_IN_OCTAVE * np.log2(pitch_hz / above_hz)
    return above


def resampled(levels: Floats) -> Floats:
    """A contour of any length, float [frames], at POINTS evenly spaced times."""
    places = np.linspace(0, len(levels) - 1, POINTS)
    return np.interp(places, np.arange(len(levels)), levels)


def without_syllables(contours: Floats) -> Floats:
    """Contours float [syllables, tones, POINTS], NaN where none was heard, without what a syllable does to all its
    tones: a consonant pushes the pitch up or down, a close vowel is higher than an open one. Differences between the
    tones of a syllable stay as they are."""
    heard = np.ma.masked_invalid(contours)
    own = heard.mean(axis=1, keepdims=True) - heard.mean(axis=(0, 1))
    bare: Floats = (heard - own).filled(np.nan)
    return bare


def classify(contour: Floats) -> int:
    """The tone, 1 to 4, of a contour on Chao's scale, float [POINTS]: that of the shape with the least mean square."""
    return min(TARGETS, key=lambda tone: min(float(np.mean((contour - shape) ** 2)) for shape in shapes(tone)))


@cache
def shapes(tone: int) -> tuple[Floats, ...]:
    """What a tone may look like, each float [POINTS] in levels: along its target, or on the way to it."""
    time = np.linspace(0, 1, POINTS)
    lines = [begin + (end - begin) * time for begin, end in TARGETS[tone]]
    return (*lines, *(line + (BEFORE - line[0]) * np.exp(-time / APPROACH) for line in lines))
