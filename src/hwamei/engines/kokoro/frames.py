"""What an utterance will be, frame by frame, before it is sound: features, pitch, energy, durations."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hwamei.dsp.pitch import deviation

SAMPLE_RATE_HZ = 24_000
FRAME_SAMPLES = 600  # a frame of the durations; pitch and energy have two values a frame
QUIET_BELOW = -5.0  # of the energy foretold: silence has -9, the softest sounds -3; it is right to a frame or two
QUIET_FRAMES = 6  # kept on both sides; fewer cost quality
LENGTH_STEP_FRAMES = 16  # some runtimes prepare themselves for each length anew
VOICED_FROM_HZ = 50.0  # the predictor says a little more than 0 where there is no voice

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Frames:
    """What the predictor says of an utterance, and the decoder makes sound of.

    `features`: float32 [1, 512, frames]; `pitch_hz` and `energy`: float32 [1, 2 * frames], pitch near 0 where unvoiced;
    `counts`: int [tokens + 2], frames that each token lasts, pads included; their sum is `frames`.
    """

    features: Floats
    pitch_hz: Floats
    energy: Floats
    counts: NDArray[np.int64]

    def with_pitch(self, factor: float, *, width: float = 1.0) -> Frames:
        """The same with every pitch times the factor, and its distance in octaves to the median times the width."""
        if width == 1:
            return self if factor == 1 else replace(self, pitch_hz=self.pitch_hz * np.float32(factor))
        voiced = self.pitch_hz > VOICED_FROM_HZ
        median_hz = self.median_pitch_hz
        moved = factor * median_hz * (self.pitch_hz.clip(VOICED_FROM_HZ) / median_hz) ** width
        return replace(self, pitch_hz=np.where(voiced, moved, self.pitch_hz).astype(np.float32))

    def without_quiet_ends(self) -> Frames:
        """The same without the quiet before the first sound and after the last, but for some frames; how many lets the
        length be one of few. A sixth of a sentence is such quiet, of a word more than half."""
        loud = np.flatnonzero(self.energy.reshape(-1, 2).max(axis=1) > QUIET_BELOW)
        count = self.features.shape[2]
        if not len(loud):
            return self
        start = max(0, min(int(loud[0]) - QUIET_FRAMES, int(self.counts[0]) - 1))
        end = min(count, max(int(loud[-1]) + 1 + QUIET_FRAMES, start + len(self.counts)))
        end = min(count, start + -(-(end - start) // LENGTH_STEP_FRAMES) * LENGTH_STEP_FRAMES)
        start -= min(start, -(end - start) % LENGTH_STEP_FRAMES)
        return replace(self.between(start, end), counts=_without(self.counts, start, count - end))

    def between(self, start: int, end: int) -> Frames:
        """The frames from start to end (not included); `counts` stay those of the whole."""
        return replace(
            self,
            features=self.features[:, :, start:end],
            pitch_hz=self.pitch_hz[:, 2 * start : 2 * end],
            energy=self.energy[:, 2 * start : 2 * end],
        )

    @property
    def median_pitch_hz(self) -> float:
        """Of where there is voice; the highest where there is none."""
        voiced = self.pitch_hz[self.pitch_hz > VOICED_FROM_HZ]
        return float(np.median(voiced)) if len(voiced) else float(self.pitch_hz.max())

    @property
    def pitch_deviation(self) -> float:
        """How far the pitch moves, as `dsp.pitch.deviation` says; 0 where there is no voice."""
        return deviation(self.pitch_hz[self.pitch_hz > VOICED_FROM_HZ])


def _without(counts: NDArray[np.int64], before: int, after: int) -> NDArray[np.int64]:
    """Frames of each token without so many of the first token, and so many of the last ones, which keep one each."""
    kept = counts.copy()
    kept[0] -= before
    for token in range(len(kept) - 1, -1, -1):
        taken = min(after, int(kept[token]) - 1)
        kept[token] -= taken
        after -= taken
    return kept
