"""Where Chinese words begin and end, and what part of speech they are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Segment:
    """A word of a Chinese stretch; `start` counts characters from the beginning of the stretch. `tag`: as jieba's."""

    text: str
    start: int
    tag: str

    @property
    def end(self) -> int:
        """Where the next word starts."""
        return self.start + len(self.text)


def segment(text: str) -> list[Segment]:
    """The words of a stretch of Chinese characters, in order, without gaps."""
    import rjieba  # here, because importing it loads its dictionary, and English texts do not need it

    segments, start = [], 0  # without guessing new words: a wrong guess takes a character out of the word it belongs to
    for word, tag in rjieba.tag(text, False):
        segments.append(Segment(word, start, tag))
        start += len(word)
    return segments
