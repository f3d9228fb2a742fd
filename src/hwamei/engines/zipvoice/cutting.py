"""Which few seconds of the recordings make the best prompt: whole phrases, clean, neither soft nor cut off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import ceil

import numpy as np

from hwamei.domain.audio import Audio, Samples
from hwamei.dsp.clipping import clipped_share
from hwamei.dsp.decibel import level_db, rms
from hwamei.dsp.frames import frame_levels_db
from hwamei.dsp.vad import runs

SHORTEST_S, LONGEST_S = 2.5, 8.0
BEST_S = 6.0  # enough of the voice to go on from; each second more makes every utterance slower
WHOLE_S = 10.0  # of a recording that is taken as it is, because its words are known only as a whole

_FRAME_S = 0.01
_PAUSE_S = 0.1
_PAUSE_BELOW_LOUD_DB = 25.0
_USUAL_LEVEL_DBFS = (-35.0, -12.0)
_USUAL_SPREAD_DB = 6.0  # of the loud moments, from one third of the cut to another: more is turning away
_MOST_BEGINNINGS = 60  # of one recording: each cut is measured


@dataclass(frozen=True, slots=True)
class Cut:
    """From when to when of which recording, in seconds; `words`: what is said there, where that is known."""

    recording: int
    start_s: float
    end_s: float
    words: str | None = None

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s

    def of(self, reference: Sequence[Audio]) -> Audio:
        """The sound."""
        audio = reference[self.recording]
        start, end = (round(moment_s * audio.sample_rate_hz) for moment_s in (self.start_s, self.end_s))
        return Audio(audio.samples[start:end], audio.sample_rate_hz)

    def rest_of(self, reference: Sequence[Audio]) -> Iterator[Audio]:
        """What is left of the recordings."""
        for number, audio in enumerate(reference):
            if number != self.recording:
                yield audio
                continue
            start, end = (round(moment_s * audio.sample_rate_hz) for moment_s in (self.start_s, self.end_s))
            yield Audio(np.concatenate([audio.samples[:start], audio.samples[end:]]), audio.sample_rate_hz)

    def meets(self, other: Cut) -> bool:
        """Whether more than half of either is in the other."""
        if self.recording != other.recording:
            return False
        shared_s = min(self.end_s, other.end_s) - max(self.start_s, other.start_s)
        return shared_s > 0.5 * min(self.duration_s, other.duration_s)


def apart(cuts: Sequence[Cut], reference: Sequence[Audio]) -> list[Cut]:
    """The cuts, the best first, without those that hold much of a better one."""
    chosen: list[Cut] = []
    for cut in sorted(cuts, key=lambda cut: (-worth(cut, reference), cut.recording, cut.start_s)):
        if not any(cut.meets(better) for better in chosen):
            chosen.append(cut)
    return chosen


def cuts_at_pauses(number: int, audio: Audio) -> list[Cut]:
    """Stretches of a good length from one pause to another of the recording with this number, all over it."""
    edges = [0.0, *((start + end) / 2 for start, end in pauses(audio)), audio.duration_s]
    beginnings = edges[:: ceil(len(edges) / _MOST_BEGINNINGS)]
    stretches = (Cut(number, start, end) for start, end in product(beginnings, edges))
    good = [cut for cut in stretches if SHORTEST_S <= cut.duration_s <= LONGEST_S]
    return good or [Cut(number, 0.0, min(audio.duration_s, LONGEST_S))]


def pauses(audio: Audio) -> list[tuple[float, float]]:
    """Start and end in seconds of each stretch without speech, of 0.1 s and more, but for both ends."""
    levels_db = _levels_db(audio)
    if not len(levels_db):
        return []
    quiet = levels_db < np.percentile(levels_db, 90) - _PAUSE_BELOW_LOUD_DB
    found = [(start * _FRAME_S, end * _FRAME_S) for start, end in runs(quiet) if (end - start) * _FRAME_S >= _PAUSE_S]
    return [(start, end) for start, end in found if start > 0 and end < len(levels_db) * _FRAME_S]


def worth(cut: Cut, reference: Sequence[Audio]) -> float:
    """How good a prompt the cut makes, in arbitrary steps: its length, its level and how steady that is, its noise,
    what was cut off."""
    audio = cut.of(reference)
    levels_db = _levels_db(audio)
    if len(levels_db) < 3:
        return -np.inf
    loud_db, quiet_db = np.percentile(levels_db, [90, 5])
    level_dbfs = level_db(rms(audio.samples))
    low_dbfs, high_dbfs = _USUAL_LEVEL_DBFS
    off_db = max(0.0, low_dbfs - level_dbfs, level_dbfs - high_dbfs)
    clean = min(float(loud_db - quiet_db), 40.0) / 10
    thirds_db = [float(np.percentile(third, 90)) for third in np.array_split(levels_db, 3)]
    off_db += max(0.0, max(thirds_db) - min(thirds_db) - _USUAL_SPREAD_DB)
    return clean - 0.3 * abs(cut.duration_s - BEST_S) - 0.2 * off_db - 200 * clipped_share(audio.samples)


def _levels_db(audio: Audio) -> Samples:
    return frame_levels_db(audio.samples, max(1, round(_FRAME_S * audio.sample_rate_hz)))
