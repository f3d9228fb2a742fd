"""Of a recording that is too long a stretch whose words are known: from one mark in the text to another, where the
sound has a pause at both.

Where the two do not agree, because the text is not what is said or the pauses lie elsewhere, there is no such stretch:
a model that is told wrong words clones worse than one that is told none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, pairwise

from hwamei.domain.audio import Audio
from hwamei.domain.language import Language
from hwamei.domain.utterance import Mark, Utterance, Word, WordTiming
from hwamei.dsp.word_times import word_times

_PARTS = re.compile(r"(?P<sign>[\u3400-\u9fff])|(?P<word>[^\W_\u3400-\u9fff]+)|(?P<mark>[,.;:!?…—，。；：！？、])")
_CLEAR_PAUSE_S = 0.12  # longer than the closure of a stop, shorter than the pauses that are left in references


def told_stretch(audio: Audio, text: str, *, shortest_s: float, longest_s: float) -> tuple[Audio, str] | None:
    """The longest such stretch within the limits, and what is said in it; None if there is none."""
    utterance = _utterance(text)
    timings = word_times(utterance, audio)
    if not timings:
        return None
    best: tuple[float, float, str] | None = None
    for (first, start_s), (last, end_s) in combinations(_edges(utterance, timings, audio.duration_s), 2):
        if not shortest_s <= end_s - start_s <= longest_s or (best and end_s - start_s <= best[1] - best[0]):
            continue
        best = (start_s, end_s, text[first:last].strip())
    return None if best is None else (_cut(audio, best[0], best[1]), best[2])


def _utterance(text: str) -> Utterance:
    """The text without knowing how it is read: each sign or word about as long as it is written."""
    parts: list[Word | Mark] = []
    for found in _PARTS.finditer(text):
        if found["mark"]:
            parts.append(Mark(found[0], found.start(), found.end()))
        else:
            language = Language.CHINESE if found["sign"] else Language.ENGLISH
            parts.append(Word(found[0], found.start(), found.end(), language, found[0], (found[0],)))
    return Utterance(tuple(parts), Language.CHINESE)


def _edges(utterance: Utterance, timings: tuple[WordTiming, ...], duration_s: float) -> Iterator[tuple[int, float]]:
    """Where one may cut: offset in the text, and time in the sound."""
    marked = {
        following.start
        for part, following in pairwise(utterance.parts)
        if isinstance(part, Mark) and isinstance(following, Word)
    }
    yield 0, 0.0
    for before, after in pairwise(timings):
        if after.word.start in marked and after.start_s - before.end_s >= _CLEAR_PAUSE_S:
            yield after.word.start, (before.end_s + after.start_s) / 2
    yield utterance.parts[-1].end, duration_s


def _cut(audio: Audio, start_s: float, end_s: float) -> Audio:
    start, end = (round(time_s * audio.sample_rate_hz) for time_s in (start_s, end_s))
    return Audio(audio.samples[start:end], audio.sample_rate_hz)
