"""Speaking faster or slower with the melody unchanged.

The model can be told a speed, but then foretells another melody for the other durations: at half the speed its median
pitch lies up to two semitones away. So it foretells at its natural pace, and each token's frames are spread over more
or fewer.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hwamei.engines.kokoro.frames import Floats, Frames

UNVOICED_BELOW_HZ = 10.0  # what is foretold where there is no voice; between it and a pitch nothing is to be put


def paced(frames: Frames, speed: float) -> Frames:
    """The same utterance at `speed` times the pace. Every token keeps at least one frame, so that no sound is lost."""
    if speed == 1:
        return frames
    counts = _counts(frames.counts, speed)
    places = _places(frames.counts, counts, values_in_frame=1).astype(np.int64)
    halves = _places(frames.counts, counts, values_in_frame=2)
    return replace(
        frames,
        features=frames.features[:, :, places],
        pitch_hz=retimed_pitch(frames, counts),
        energy=np.interp(halves - 0.5, np.arange(frames.energy.shape[1]), frames.energy[0])[None].astype(np.float32),
        counts=counts,
    )


def retimed_pitch(frames: Frames, counts: NDArray[np.int64]) -> Floats:
    """The pitch of the utterance if its tokens last these many frames, float32 [1, 2 * sum(counts)] in Hz."""
    return _between(frames.pitch_hz[0], _places(frames.counts, counts, values_in_frame=2))[None]


def _counts(counts: NDArray[np.int64], speed: float) -> NDArray[np.int64]:
    """Frames of each token at the other pace. What a token gets too much is taken from the next that has enough."""
    paced_counts = np.ones_like(counts)
    placed = 0
    for token, wanted in enumerate(np.round(np.cumsum(counts) / speed).astype(np.int64)):
        paced_counts[token] = max(1, wanted - placed)
        placed += paced_counts[token]
    return paced_counts


def _places(before: NDArray[np.int64], after: NDArray[np.int64], *, values_in_frame: int) -> NDArray[np.float64]:
    """Where in the old curve (one or two values a frame) the middle of each value of the new one lies, from 0."""
    old, new = before * values_in_frame, after * values_in_frame
    starts = np.concatenate([[0], np.cumsum(old)[:-1]])
    places = [start + (np.arange(many) + 0.5) * few / many for start, few, many in zip(starts, old, new, strict=True)]
    return np.concatenate(places)


def _between(pitch_hz: Floats, places: NDArray[np.float64]) -> Floats:
    """The pitch at places between values: on a line where both are voiced, else the nearer."""
    last = len(pitch_hz) - 1
    left = np.floor(places - 0.5).astype(np.int64).clip(0, last)
    right = np.minimum(left + 1, last)
    share = (places - 0.5 - left).clip(0, 1)
    nearer = np.where(share < 0.5, pitch_hz[left], pitch_hz[right])
    line = pitch_hz[left] * (1 - share) + pitch_hz[right] * share
    voiced = np.minimum(pitch_hz[left], pitch_hz[right]) > UNVOICED_BELOW_HZ
    chosen: Floats = np.where(voiced, line, nearer).astype(np.float32)
    return chosen
