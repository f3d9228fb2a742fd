"""The pitch of a voice over time, by Praat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import parselmouth

from bench.tone_shape import Floats
from hwamei.domain.audio import Audio

STEP_S = 0.005
WIDEST_HZ = (60.0, 600.0)
# The second of two passes keeps within bounds from the first, so that no octave is mistaken: wide enough for the bottom
# of a third tone and the top of a fourth.
FLOOR_OF_FIRST_QUARTILE = 0.6
CEILING_OF_THIRD_QUARTILE = 1.8


@dataclass(frozen=True, eq=False)
class PitchTrack:
    """`times_s` and `pitch_hz`: float [frames], 0 where there is no pitch."""

    times_s: Floats
    pitch_hz: Floats

    def voiced(self, start_s: float, end_s: float) -> Floats:
        """The pitch between two times where there is one, float [frames] in Hz."""
        inside = (self.times_s >= start_s) & (self.times_s <= end_s) & (self.pitch_hz > 0)
        return self.pitch_hz[inside]

    def voice_stops_s(self, from_s: float, *, at_most_s: float) -> float:
        """When the voice that is heard at one time stops; not later than another."""
        silent = self.times_s[(self.times_s >= from_s) & (self.times_s < at_most_s) & (self.pitch_hz == 0)]
        return float(silent[0]) if len(silent) else at_most_s


def track_all(sounds: Sequence[Audio]) -> list[PitchTrack]:
    """The pitch of each of one speaker's sounds."""
    wide = np.concatenate([_track(sound, *WIDEST_HZ).voiced(0, sound.duration_s) for sound in sounds])
    first, third = np.percentile(wide, (25, 75))
    bounds_hz = (float(first) * FLOOR_OF_FIRST_QUARTILE, float(third) * CEILING_OF_THIRD_QUARTILE)
    return [_track(sound, *bounds_hz) for sound in sounds]


def _track(sound: Audio, floor_hz: float, ceiling_hz: float) -> PitchTrack:
    samples = sound.samples.astype(np.float64)
    heard = parselmouth.Sound(samples, sampling_frequency=sound.sample_rate_hz)
    pitch = heard.to_pitch_ac(time_step=STEP_S, pitch_floor=floor_hz, pitch_ceiling=ceiling_hz)
    return PitchTrack(np.asarray(pitch.xs(), np.float64), np.asarray(pitch.selected_array["frequency"], np.float64))
