"""How many syllables a text has, about: enough to tell how long it takes to say."""

from __future__ import annotations

import re

_CHINESE = re.compile(r"[㐀-䶿一-鿿豈-﫿]")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ'’]+")
_VOWELS = re.compile(r"[aeiouyà-æè-ïò-öø-ýÿ]+", re.IGNORECASE)
_SILENT_E = re.compile(r"[^aeiouyl]e$", re.IGNORECASE)
_DIGIT = re.compile(r"\d")


def syllables(text: str) -> float:
    """One for each Chinese character and digit, and for each group of vowels in other words; at least 1."""
    words = _LATIN.findall(text)
    return max(1.0, len(_CHINESE.findall(text)) + len(_DIGIT.findall(text)) + sum(map(_of_word, words)))


def _of_word(word: str) -> int:
    groups = len(_VOWELS.findall(word))
    if groups > 1 and _SILENT_E.search(word):
        groups -= 1
    if word.isupper() and len(word) > 1:
        return len(word)  # letter by letter
    return max(1, groups)
