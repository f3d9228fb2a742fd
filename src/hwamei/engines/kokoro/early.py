"""An utterance whose beginning is there before the rest is made: for somebody who is listening already.

The predictor has foretold all of it, so the melody is that of the whole. The decoder then makes the beginning, and
after it the rest, both with some frames of what follows or went before. Its norms would make each part as loud as the
other; so the rest is made as if it were mostly the beginning. Both have the same harmonics: their waves meet in phase.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from hwamei.domain.audio import Samples
from hwamei.dsp.joins import rise
from hwamei.engines.kokoro.frames import FRAME_SAMPLES, LENGTH_STEP_FRAMES, Floats, Frames
from hwamei.engines.kokoro.phones import TokenSpan
from hwamei.engines.kokoro.timing import SHORT_TOKENS

CONTEXT_FRAMES = 16  # made beyond the place where two parts meet; with 8 their levels differ by 0.3 dB more
MEETING_SAMPLES = 1200  # over which one part goes over into the other
# Of the beginning's statistics in those of the rest. With 0.9 the rest is 1.1 dB louder where both overlap, with 1.0
# some channels that are silent in the beginning become far too loud; with each part's own statistics it is 3.8 dB.
BEGINNINGS_SHARE = 0.95
FEWEST_FRAMES = 33  # of the beginning: 0.8 s, in which the rest can be made
SOON_FRAMES = 48  # with their context as many as FEWEST_FRAMES with theirs, in steps of LENGTH_STEP_FRAMES
MOST_FRAMES = 64
FEWEST_SAVED_FRAMES = 24


@runtime_checkable
class PartDecoder(Protocol):
    """A decoder that makes parts of an utterance. Several threads may use one at once."""

    def harmonics(self, frames: Frames) -> Floats:
        """Of the whole, float32 [1, 22, 120 * frames + 1]."""

    def decode_part(
        self, frames: Frames, style: Floats, harmonics: Floats, others: Floats | None = None, *, share: float = 0.0
    ) -> tuple[Samples, Floats]:
        """The sound of these frames, float32 [frames * 600], and the statistics of the norms. `others`: those of
        another part of the utterance, which are so much of the whole, 0..1."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """`frames` of an utterance, in which the first `words` of its spans are said."""

    frames: int
    words: int

    @property
    def settled_samples(self) -> int:
        """How much of its sound stays as it is when the rest is there."""
        return self.frames * FRAME_SAMPLES - MEETING_SAMPLES // 2


def beginning(frames: Frames, spans: Sequence[TokenSpan]) -> Beginning | None:
    """Where a first part may end: between two words, soon if possible, where it is quietest; None if it would save no
    time."""
    if len(frames.counts) <= SHORT_TOKENS:
        return None
    edges = np.concatenate([[0], np.cumsum(frames.counts)])
    energy = frames.energy.reshape(-1, 2).max(axis=1)
    found = []
    for number in range(1, len(spans)):
        if spans[number].word.joined:
            continue
        end, start = int(edges[spans[number - 1].last]), int(edges[spans[number].first])
        around = range(max(end - 2, 1), min(start + 2, len(energy)))
        if around and around[0] >= FEWEST_FRAMES and around[-1] <= MOST_FRAMES:
            quietest = min(around, key=lambda at: energy[at])
            found.append(Beginning(quietest, number))
    best = min(found, key=lambda each: (each.frames > SOON_FRAMES, energy[each.frames]), default=None)
    saves = best is not None and _up_to(best.frames, len(energy)) + FEWEST_SAVED_FRAMES <= len(energy)
    return best if saves else None


def decode_early(
    decoder: PartDecoder, frames: Frames, style: Floats, first: Beginning
) -> Generator[Samples, None, None]:
    """Sound, float32: at first that of the beginning and of some frames after it, then that of the whole,
    [frames * 600]."""
    count = frames.features.shape[2]
    harmonics = decoder.harmonics(frames)
    until, since = _up_to(first.frames, count), count - _up_to(count - first.frames, count)
    early, statistics = _part(decoder, frames, style, harmonics, (0, until))
    yield early
    late, _ = _part(decoder, frames, style, harmonics, (since, count), statistics)
    start = first.settled_samples
    earlier, later = early[start : start + MEETING_SAMPLES], late[start - since * FRAME_SAMPLES :]
    share = rise(MEETING_SAMPLES)
    meeting = earlier * (1 - share) + later[:MEETING_SAMPLES] * share
    yield np.concatenate([early[:start], meeting, later[MEETING_SAMPLES:]])


def _part(
    decoder: PartDecoder,
    frames: Frames,
    style: Floats,
    harmonics: Floats,
    place: tuple[int, int],
    others: Floats | None = None,
) -> tuple[Samples, Floats]:
    start, end = place
    steps = (harmonics.shape[2] - 1) // frames.features.shape[2]  # of the harmonics in a frame
    its_own = harmonics[:, :, steps * start : steps * end + 1]
    return decoder.decode_part(frames.between(start, end), style, its_own, others, share=BEGINNINGS_SHARE)


def _up_to(frames: int, all_frames: int) -> int:
    """So many with what follows, a length of few."""
    return min(all_frames, -(-(frames + CONTEXT_FRAMES) // LENGTH_STEP_FRAMES) * LENGTH_STEP_FRAMES)
