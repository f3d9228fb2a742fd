"""What an utterance will be, frame by frame, before it is sound: features, pitch, energy, durations."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hwamei.dsp.pitch import deviation

SAMPLE_RATE_HZ = 24_000
FRAME_SAMPLES = 600  # a frame of the durations; pitch and energy have two values a frame
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

    @property
    def median_pitch_hz(self) -> float:
        """Of where there is voice; the highest where there is none."""
        voiced = self.pitch_hz[self.pitch_hz > VOICED_FROM_HZ]
        return float(np.median(voiced)) if len(voiced) else float(self.pitch_hz.max())

    @property
    def pitch_deviation(self) -> float:
        """How far the pitch moves, as `dsp.pitch.deviation` says; 0 where there is no voice."""
        return deviation(self.pitch_hz[self.pitch_hz > VOICED_FROM_HZ])
