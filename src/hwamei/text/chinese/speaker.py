"""Chinese characters → pinyin as it is spoken."""

from __future__ import annotations

from collections.abc import Sequence

from hwamei.text.chinese.readings import MAX_PHRASE_CHARACTERS, Readings, load
from hwamei.text.chinese.words import Segment, segment


class ChineseSpeaker:
    """Knows how Chinese stretches sound. Safe to share between threads."""

    def read(self, text: str) -> tuple[list[tuple[str, ...]], list[bool]]:
        """For each character of a stretch without a pause: its reading (none or one syllable); whether a word goes on."""
        segments = segment(text)
        syllables = cited(text, segments, load())
        joined = [True] * len(text)
        for word in segments:
            joined[word.start] = False
        return [(syllable,) if syllable else () for syllable in syllables], joined


def cited(text: str, segments: Sequence[Segment], readings: Readings) -> list[str]:
    """The citation reading of each character: phrases first, the longest that begins and ends with a word."""
    starts = [word.start for word in segments]
    ends = {word.end for word in segments}
    syllables = [readings.characters.get(char, "") for char in text]
    done = 0
    for start in starts:
        if start < done:
            continue
        for end in sorted((e for e in ends if start + 1 < e <= start + MAX_PHRASE_CHARACTERS), reverse=True):
            phrase = readings.phrases.get(text[start:end])
            if phrase is not None:
                syllables[start:end] = phrase
                done = end
                break
    return syllables
