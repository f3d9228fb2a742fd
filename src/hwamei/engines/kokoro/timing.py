"""When each word is heard: from the frames that its tokens last, corrected at pauses by what is audible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hwamei.domain.audio import Audio, Samples
from hwamei.domain.utterance import WordTiming
from hwamei.dsp.trim import sounding
from hwamei.engines.kokoro.frames import FRAME_SAMPLES, SAMPLE_RATE_HZ
from hwamei.engines.kokoro.phones import TokenSpan

LEAD_S = 0.04  # sound begins this long before its token's frames do; median over onsets after a pause
LEVEL_HOP_S = 0.005
QUIET_DB = 30.0  # a pause is this far under the loudest 5 ms
SHORTEST_PAUSE_S = 0.06  # the closure of a plosive is shorter
SHORTEST_WORD_S = 0.02
LONGEST_REACH_S = 0.15  # what sounds longer between a word and a pause may be a breath
SHORT_TOKENS = 24  # a word or two alone: the decoder hurries ahead of the frames, by a third of the whole
SHORTEST_LAST_WORD_S = 0.08  # less is left to the last word only where the decoder hurried


def word_timings(spans: Sequence[TokenSpan], counts: NDArray[np.int64], audio: Audio) -> tuple[WordTiming, ...]:
    """Times of the words in the sound that the frames became, in order, without overlap, inside it."""
    edges_s = np.concatenate([[0], np.cumsum(counts)]) * FRAME_SAMPLES / SAMPLE_RATE_HZ - LEAD_S
    edges_s = np.clip(edges_s, 0, audio.duration_s)
    timings = [WordTiming(span.word, float(edges_s[span.first]), float(edges_s[span.last])) for span in spans]
    pauses = _pauses(audio)
    timings = [_begin_after(timing, pauses) for timing in timings]
    timings = [_end_before(timing, pauses) for timing in timings]
    timed = _up_to_pauses(_without_overlap(timings), pauses)
    heard_s = _heard(audio)
    hurried = (
        len(counts) <= SHORT_TOKENS and min(timed[-1].end_s, heard_s[1]) - timed[-1].start_s < SHORTEST_LAST_WORD_S
    )
    return _over(heard_s, spans, counts) if hurried else tuple(timed)


def _heard(audio: Audio) -> tuple[float, float]:
    """From where to where there is sound, in seconds."""
    start, end = sounding(audio, below_peak_db=QUIET_DB) or (0, len(audio.samples))
    return start / audio.sample_rate_hz, end / audio.sample_rate_hz


def _over(
    heard_s: tuple[float, float], spans: Sequence[TokenSpan], counts: NDArray[np.int64]
) -> tuple[WordTiming, ...]:
    """The words one after the other in what is heard, each as long as its tokens are among all."""
    edges = np.concatenate([[0], np.cumsum(counts)]).astype(float)
    first, last = edges[spans[0].first], edges[spans[-1].last]
    edges_s = np.interp(edges, [first, last], heard_s)
    return tuple(WordTiming(span.word, float(edges_s[span.first]), float(edges_s[span.last])) for span in spans)


def shifted(timings: Sequence[WordTiming], by_s: float, duration_s: float) -> tuple[WordTiming, ...]:
    """The same times in a cut of the sound that begins `-by_s` into it and lasts duration_s."""

    def inside(time_s: float) -> float:
        return min(max(0.0, time_s + by_s), duration_s)

    return tuple(WordTiming(t.word, inside(t.start_s), inside(t.end_s)) for t in timings)


def _pauses(audio: Audio) -> list[tuple[float, float]]:
    """Stretches of quiet, from and to in seconds; the sound's two ends count as quiet."""
    hop = round(LEVEL_HOP_S * audio.sample_rate_hz)
    levels_db = _levels_db(audio.samples, hop)
    quiet = levels_db < levels_db.max() - QUIET_DB
    changes = np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]]).astype(np.int8)))
    runs_s = [(start * LEVEL_HOP_S, end * LEVEL_HOP_S) for start, end in changes.reshape(-1, 2)]
    return [(start, end) for start, end in runs_s if end - start >= SHORTEST_PAUSE_S]


def _levels_db(samples: Samples, hop: int) -> NDArray[np.float64]:
    frames = np.pad(samples, (0, -len(samples) % hop)).reshape(-1, hop)
    levels: NDArray[np.float64] = 10 * np.log10(np.mean(np.square(frames, dtype=np.float64), axis=1) + 1e-10)
    return levels


def _begin_after(timing: WordTiming, pauses: Sequence[tuple[float, float]]) -> WordTiming:
    """A word that seems to begin in a pause begins at its end."""
    for start_s, end_s in pauses:
        if start_s <= timing.start_s < end_s <= timing.end_s - SHORTEST_WORD_S:
            return replace(timing, start_s=end_s)
    return timing


def _end_before(timing: WordTiming, pauses: Sequence[tuple[float, float]]) -> WordTiming:
    """A word that seems to last into a pause ends at its start."""
    for start_s, end_s in pauses:
        if timing.start_s + SHORTEST_WORD_S <= start_s < timing.end_s <= end_s + SHORTEST_WORD_S:
            return replace(timing, end_s=start_s)
    return timing


def _without_overlap(timings: list[WordTiming]) -> list[WordTiming]:
    ends = [min(one.end_s, next_one.start_s) for one, next_one in pairwise(timings)] + [timings[-1].end_s]
    return [replace(timing, end_s=max(timing.start_s, end_s)) for timing, end_s in zip(timings, ends, strict=True)]


def _up_to_pauses(timings: list[WordTiming], pauses: Sequence[tuple[float, float]]) -> list[WordTiming]:
    """What is heard between two words with a pause between them belongs to the word that it adjoins."""
    reached = list(timings)
    for index, (one, next_one) in enumerate(pairwise(timings)):
        between = [pause for pause in pauses if one.end_s <= pause[0] and pause[1] <= next_one.start_s]
        if between and between[0][0] - one.end_s <= LONGEST_REACH_S:
            reached[index] = replace(reached[index], end_s=between[0][0])
        if between and next_one.start_s - between[-1][1] <= LONGEST_REACH_S:
            reached[index + 1] = replace(reached[index + 1], start_s=between[-1][1])
    return reached
