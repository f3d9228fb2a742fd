"""Which readings a Chinese character can have, for a person to choose from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from hwamei.text.chinese.readings import load
from hwamei.text.data_files import lines
from hwamei.text.pinyin import is_reading

MOST = 8


def readings_of(char: str) -> Sequence[str]:
    """The readings of the character before sandhi, the usual one first, then by how many words have them."""
    usual = load().characters.get(char)
    if usual is None:
        return ()
    others = (reading for reading, _ in _seen().get(char, Counter()).most_common())
    return list(dict.fromkeys([usual, *others]))[:MOST]


@cache
def _seen() -> Mapping[str, Counter[str]]:
    """How many words of the dictionaries have each reading of each character."""
    seen: dict[str, Counter[str]] = {}
    for phrase, reading in load().phrases.items():
        for char, syllable in zip(phrase, reading, strict=True):
            if is_reading(syllable):
                seen.setdefault(char, Counter())[syllable] += 1
    for name in ("zh_polyphones.txt", "zh_contexts.txt"):
        for line in lines(name):
            char, decided, *_ = line.split()
            seen.setdefault(char, Counter())[decided.rstrip("!")] += 1
    return seen
