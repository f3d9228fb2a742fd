"""English words → readings, with the weak forms and the heteronyms that their neighbours decide."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from hwamei.text.english.dictionary import Dictionary, Entry
from hwamei.text.english.endings import ended, stems
from hwamei.text.english.phones import engine_phones, starts_with_vowel


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a word stands: its part of speech, and whether the next sound is a vowel (None: a pause)."""

    tag: str = ""
    before_vowel: bool | None = None


class EnglishSpeaker:
    """Knows how English words sound. Safe to share between threads."""

    def __init__(self) -> None:
        self._dictionary = Dictionary()

    def read(self, words: Sequence[str]) -> list[str]:
        """One reading for each word of a stretch without a pause in it."""
        readings: list[str] = []
        before_vowel: bool | None = None
        for word in reversed(words):
            reading = self._read_word(word, Spot("", before_vowel))
            before_vowel = starts_with_vowel(reading)
            readings.append(engine_phones(reading))
        return readings[::-1]

    def _read_word(self, word: str, spot: Spot) -> str:
        word = unicodedata.normalize("NFC", word)
        weak = weak_form(word, spot)
        if weak is not None:
            return weak
        for spelling in (word, _without_accents(word)):
            reading = self._known(spelling, spot)
            if reading is not None:
                return reading
        if "-" in word:
            return self._compound(word.split("-"), spot)
        return self._dictionary.letters(word) or ""

    def _known(self, word: str, spot: Spot) -> str | None:
        reading = self._whole(word, spot)
        if reading is not None:
            return reading
        for stem, ending in stems(word):
            reading = self._whole(stem, spot)
            if reading is not None:
                return ended(reading, ending)
        return None

    def _whole(self, word: str, spot: Spot) -> str | None:
        if len(word) == 1 and word.isalpha():
            return self._dictionary.letters(word)
        entry = self._dictionary.find(word)
        if entry is None and word.isupper():
            entry = self._dictionary.find(word.lower())
        return None if entry is None else self._choose(entry, word, spot)

    def _choose(self, entry: Entry, word: str, spot: Spot) -> str | None:
        if isinstance(entry, str):
            return entry
        key = "None" if spot.before_vowel is None and "None" in entry else spot.tag
        chosen = entry.get(key, entry["DEFAULT"])
        return self._dictionary.letters(word) if chosen is None else chosen

    def _compound(self, parts: Sequence[str], spot: Spot) -> str:
        readings = [self._read_word(part, spot) for part in parts if part]
        return "".join(readings)


def weak_form(word: str, spot: Spot) -> str | None:
    """The reading of a function word in running speech, None for all others."""
    lower = word.lower()
    if lower == "the":
        return "ði" if spot.before_vowel else "ðə"
    if lower == "a" and word != "A":
        return "ɐ"
    if lower == "an":
        return "ɐn"
    if lower == "to":
        return {None: "tu", False: "tə", True: "tʊ"}[spot.before_vowel]
    if word == "I":
        return "ˌI"
    if lower == "in":
        return "ˈɪn" if spot.before_vowel is None else "ɪn"
    return None


def _without_accents(word: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))
