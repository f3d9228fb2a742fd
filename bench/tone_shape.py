"""Which of the four tones of Mandarin a stretch of pitch is, by the nearest of their textbook shapes.

Pitch is put on Chao's five levels (Y. R. Chao, "A system of tone letters", 1930): semitones, with the speaker's own low
at 1 and high at 5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

POINTS = 20  # a contour is brought to this many
LOW, HIGH = 5, 95  # percentiles of a speaker's pitch
SEMITONES_IN_OCTAVE = 12.0

# Chao levels along the latter part of the syllable, which is where a tone comes nearest to its aim: the former part is
# on the way from the tone before. The textbook's tones (55, 35, 214, 51), and what running speech makes of them.
SHAPES: dict[int, tuple[tuple[float, ...], ...]] = {
    1: ((5, 5), (4, 4), (4, 4.5)),
    2: ((3, 5), (2, 3), (2, 4), (2.5, 2, 3)),
    3: ((2, 1), (1, 1), (2, 1, 2), (2, 1, 3), (1, 2)),
    4: ((5, 1), (5, 3), (4, 2), (4, 2.5)),
}


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


def classify(levels: Floats) -> int:
    """The tone, 1 to 4, of a contour on Chao's scale: float [frames], at least one."""
    contour = _resampled(levels)
    return min(SHAPES, key=lambda tone: min(_distance(contour, _resampled(np.array(shape))) for shape in SHAPES[tone]))


def _resampled(levels: Floats) -> Floats:
    places = np.linspace(0, len(levels) - 1, POINTS)
    return np.interp(places, np.arange(len(levels)), levels)


def _distance(contour: Floats, shape: Floats) -> float:
    """Mean square, in levels."""
    return float(np.mean((contour - shape) ** 2))
