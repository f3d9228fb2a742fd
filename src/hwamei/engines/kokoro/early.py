"""An utterance whose beginning is there before the rest is made: for somebody who is listening already.

The predictor has foretold all of it, so the melody is that of the whole. The decoder then makes the beginning, and
after it the rest, both with some frames of what follows or went before. Its norms would make each part as loud as the
other, a step of 4 dB; so the rest is made as if half of it were the beginning, and what is left of the step becomes a
glide. Both have the same harmonics: their waves meet in phase.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from hwamei.domain.audio import Samples
from hwamei.dsp.decibel import rms
from hwamei.dsp.joins import rise
from hwamei.engines.kokoro.frames import FRAME_SAMPLES, LENGTH_STEP_FRAMES, Floats, Frames
from hwamei.engines.kokoro.phones import TokenSpan
from hwamei.engines.kokoro.timing import SHORT_TOKENS

CONTEXT_FRAMES = 16  # made beyond the place where two parts meet; with 8 their levels differ by 0.3 dB more
MEETING_SAMPLES = 1200  # over which one part goes over into the other
# Of the beginning's statistics in those of the rest. What is made with more of them starts nearer to the beginning, but
# sounds worse (by DNSMOS 0.04 to 0.09 with 0.95); with all, channels that are silent in it become far too loud.
BEGINNINGS_SHARE = 0.5
GLIDE_SAMPLES = 24_000  # over which the rest comes to its own level, from the beginning's
SILENT = 1e-6  # amplitude that nothing is made louder from
MOST_GLIDE = 2.0  # the beginning's amplitude by that of the rest, or the other way round
# Of the beginning, where nothing else is spoken; where the processor is shared, as many times as long.
FEWEST_FRAMES = 24  # 0.6 s, in which the rest of a usual clause can be made
ENOUGH_FRAMES = 33
SOON_FRAMES = 48  # with their context as many as ENOUGH_FRAMES with theirs, in steps of LENGTH_STEP_FRAMES
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


def beginning(frames: Frames, spans: Sequence[TokenSpan], *, at_once: int = 1) -> Beginning | None:
    """Where a first part may end: between two words, soon if possible, where it is quietest; None if it would save no
    time. `at_once`: how many share the processor, this utterance included; the beginning has to last longer then."""
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
        if around and around[0] >= at_once * FEWEST_FRAMES and around[-1] <= at_once * MOST_FRAMES:
            quietest = min(around, key=lambda at: energy[at])
            found.append(Beginning(quietest, number))
    best = min(found, key=lambda each: (_lateness(each.frames / at_once), energy[each.frames]), default=None)
    saves = best is not None and _up_to(best.frames, len(energy)) + FEWEST_SAVED_FRAMES <= len(energy)
    return best if saves else None


def _lateness(frames: float) -> int:
    """The less the better: enough to make the rest in, then less than that, then what takes longer itself."""
    return 2 if frames > SOON_FRAMES else int(frames < ENOUGH_FRAMES)


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
    start, begun = first.settled_samples, since * FRAME_SAMPLES
    late = late * _glide(early[begun:], late, start - begun + MEETING_SAMPLES)
    earlier, later = early[start : start + MEETING_SAMPLES], late[start - begun :]
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


def _glide(early: Samples, late: Samples, met: int) -> Samples:
    """Factors for the rest, float32 like `late`: at first what makes it as loud as the beginning where both are, from
    the sample `met` on less and less of it. `early` begins with `late`."""
    inner = slice(MEETING_SAMPLES, len(early) - MEETING_SAMPLES)  # at the ends of what is made something is missing
    factor = rms(early[inner]) / max(rms(late[: len(early)][inner]), SILENT)
    held, ramp = np.zeros(met), rise(GLIDE_SAMPLES)
    share = np.concatenate([held, ramp, np.ones(len(late))])[: len(late)]
    factors: Samples = (np.clip(factor, 1 / MOST_GLIDE, MOST_GLIDE) ** (1 - share)).astype(np.float32)
    return factors


def _up_to(frames: int, all_frames: int) -> int:
    """So many with what follows, a length of few."""
    return min(all_frames, -(-(frames + CONTEXT_FRAMES) // LENGTH_STEP_FRAMES) * LENGTH_STEP_FRAMES)
