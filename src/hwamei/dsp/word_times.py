"""When each word of an utterance is heard, for sound of which only its energy is known.

An engine that tells no durations leaves two things to go by: a word takes about as long as it has syllables and phones,
and a pause in the sound belongs to a mark in the text. So time is counted while somebody speaks, and shared among the
words; where the text has a mark, the nearest pause parts the words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from hwamei.domain.audio import Audio
from hwamei.domain.language import Language
from hwamei.domain.utterance import Mark, Utterance, Word, WordTiming
from hwamei.dsp.frames import frame_levels_db

_FRAME_S = 0.01
_SOUNDS_ABOVE_PEAK_DB = -40.0  # ours: softer than that is a pause, or room tone
_SHORTEST_PAUSE_S = 0.08  # longer than the closure of most stops
_FARTHEST_S = 0.4  # from where its mark would be
_OF_A_SYLLABLE = 0.4  # what one English phone takes, of a Mandarin syllable's time; both as people speak them
_STRESS = "ˈˌ "


@dataclass(frozen=True, slots=True)
class _Pause:
    """Frames in which nobody speaks, `end` excluded."""

    start: int
    end: int


def word_times(utterance: Utterance, audio: Audio) -> tuple[WordTiming, ...]:
    """One timing for each word, in order, inside the sound. Of no sound: none."""
    words = utterance.words
    if not words or not len(audio.samples):
        return ()
    speaks = _speaks(audio)
    places = list(_anchored(utterance, speaks))
    timings: list[WordTiming] = []
    for (first, start), (last, end) in pairwise(places):
        timings += _shared(words[first:last], _Pause(start.end, end.start), speaks)
    stretch = audio.duration_s / (len(speaks) * _FRAME_S)  # the last frame may be short
    return tuple(_in_order(timings, stretch, audio.duration_s))


def _in_order(timings: Sequence[WordTiming], stretch: float, duration_s: float) -> Iterator[WordTiming]:
    """The times that much longer; where one word ends and the next begins at once, they may differ by a rounding."""
    before_s = 0.0
    for each in timings:
        start_s, end_s = max(before_s, each.start_s * stretch), min(duration_s, each.end_s * stretch)
        yield WordTiming(each.word, start_s, end_s)
        before_s = end_s


def _speaks(audio: Audio) -> NDArray[np.bool_]:
    """Whether somebody speaks, frame by frame."""
    levels_db = frame_levels_db(audio.samples, max(1, round(_FRAME_S * audio.sample_rate_hz)))
    speaks: NDArray[np.bool_] = levels_db > levels_db.max() + _SOUNDS_ABOVE_PEAK_DB
    return speaks


def _anchored(utterance: Utterance, speaks: NDArray[np.bool_]) -> Iterator[tuple[int, _Pause]]:
    """Which words stand apart and by which pause: (number of words before, pause), both ends of the sound included."""
    loud = np.flatnonzero(speaks)
    begin, end = (int(loud[0]), int(loud[-1]) + 1) if len(loud) else (0, len(speaks))
    yield 0, _Pause(0, begin)
    shares = np.array([0.0, *accumulate(map(_weight, utterance.words))])
    clock = np.cumsum(speaks[begin:end])
    pauses = _pauses(speaks, begin, end)
    taken = begin
    for before in _marked(utterance):
        due = begin + int(np.searchsorted(clock, shares[before] / shares[-1] * clock[-1]))
        near = [each for each in pauses if each.start > taken and _apart_s(each, due) <= _FARTHEST_S]
        if near:
            nearest = min(near, key=lambda pause: _apart_s(pause, due))
            taken = nearest.end
            yield before, nearest
    yield len(utterance.words), _Pause(end, len(speaks))


def _marked(utterance: Utterance) -> Iterator[int]:
    """After how many words a mark stands, but for the first and last place."""
    count, total = 0, len(utterance.words)
    for part, following in pairwise(utterance.parts):
        count += isinstance(part, Word)
        if isinstance(part, Mark) and isinstance(following, Word) and 0 < count < total:
            yield count


def _pauses(speaks: NDArray[np.bool_], begin: int, end: int) -> list[_Pause]:
    steps = np.flatnonzero(np.diff(speaks[begin:end].astype(np.int8))) + begin + 1
    pairs = zip(steps[::2], steps[1::2], strict=False)  # it begins and ends with speech
    return [_Pause(int(a), int(b)) for a, b in pairs if (b - a) * _FRAME_S >= _SHORTEST_PAUSE_S]


def _apart_s(pause: _Pause, frame: int) -> float:
    return max(pause.start - frame, frame - pause.end, 0) * _FRAME_S


def _shared(words: Sequence[Word], within: _Pause, speaks: NDArray[np.bool_]) -> Iterator[WordTiming]:
    """The words over the frames between two pauses, in seconds, of which only those with speech count."""
    clock = np.concatenate([[0], np.cumsum(speaks[within.start : within.end])]).astype(np.float64)
    if clock[-1] < len(words):  # fewer frames than words: nothing to go by
        clock = np.arange(len(clock), dtype=np.float64)
    shares = np.array([0.0, *accumulate(map(_weight, words))])
    edges = shares / shares[-1] * clock[-1]
    for word, (start, end) in zip(words, pairwise(edges), strict=True):
        start_s = (within.start + _after(clock, float(start))) * _FRAME_S
        yield WordTiming(word, start_s, (within.start + _before(clock, float(end))) * _FRAME_S)


def _before(clock: NDArray[np.float64], due: float) -> float:
    """The first time, in frames, at which so much has been spoken."""
    after = max(1, int(np.searchsorted(clock, due, side="left")))
    return after - float((clock[after] - due) / (clock[after] - clock[after - 1]))


def _after(clock: NDArray[np.float64], due: float) -> float:
    """The last one."""
    before = min(int(np.searchsorted(clock, due, side="right")) - 1, len(clock) - 2)
    return before + float((due - clock[before]) / (clock[before + 1] - clock[before]))


def _weight(word: Word) -> float:
    """About how long a word takes, in Mandarin syllables."""
    if word.language is Language.CHINESE:
        return float(max(1, len(word.reading)))
    phones = sum(letter not in _STRESS for reading in word.reading for letter in reading)
    return _OF_A_SYLLABLE * max(1, phones)
