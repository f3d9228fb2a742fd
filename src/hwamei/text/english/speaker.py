"""English words → readings, with the weak forms and the heteronyms that their neighbours decide."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from hwamei.text.english import dictionary
from hwamei.text.english.capitals import SAID_SHORT, humps, is_shouted, is_spelled
from hwamei.text.english.dictionary import Entry
from hwamei.text.english.endings import ended, stems
from hwamei.text.english.grammar import tags
from hwamei.text.english.heteronyms import by_meaning
from hwamei.text.english.letter_to_sound import letter_to_sound
from hwamei.text.english.names import OWN_READINGS
from hwamei.text.english.phones import (
    PRIMARY,
    engine_phones,
    fully_stressed,
    lightly_stressed,
    starts_with_vowel,
    weakened,
    weight,
)

_CAPITALS_WITH_ENDING = re.compile(r"([A-Z]{2,})('?s)")
_NOT_LETTERS = re.compile(r"[^a-z']")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a word stands among the words of its stretch; `before_vowel`: the next sound is one (None: a pause)."""

    words: Sequence[str]
    index: int
    before_vowel: bool | None
    shouted: bool

    @property
    def alone(self) -> bool:
        """Whether the word is read for itself, as a part of another one."""
        return not self.words


def read(words: Sequence[str]) -> list[tuple[str, ...]]:
    """The readings of each word of a stretch without a pause in it: mostly one, more for ChatGPT, none for "…"."""
    words = [unicodedata.normalize("NFC", word) for word in words]
    shouted = is_shouted(words)
    readings: list[tuple[str, ...]] = []
    before_vowel: bool | None = None
    for index in reversed(range(len(words))):
        spot = Spot(words, index, before_vowel, shouted)
        reading = tuple(filter(None, _read_word(words[index], spot)))
        if reading:
            before_vowel = starts_with_vowel(reading[0])
        readings.append(tuple(engine_phones(phones) for phones in reading))
    return readings[::-1]


def _read_word(word: str, spot: Spot) -> tuple[str, ...]:
    weak = weak_form(word, spot)
    if weak is not None:
        return (weak,)
    reading = _known(word, spot) or _known(_without_accents(word), spot)
    if reading is not None:
        return (reading,)
    if "-" in word.strip("-"):
        return (_compound([part for part in word.split("-") if part]),)
    parts = humps(word)
    if len(parts) > 1:
        return _divided(parts)
    return (_guessed(_without_accents(word)),)


def _known(word: str, spot: Spot) -> str | None:
    """The reading of a word that a dictionary has, or of one made from such a word by an ending."""
    reading = _whole(word, spot)
    if reading is not None:
        return reading
    capitals = _CAPITALS_WITH_ENDING.fullmatch(word)
    if capitals is not None:
        return ended(_whole(capitals[1], spot) or _guessed(capitals[1]), "s")
    for stem, ending in stems(word):
        reading = _whole(stem, spot)
        if reading is not None:
            return ended(reading, ending)
    return None


def _whole(word: str, spot: Spot) -> str | None:
    if len(word) == 1 and word.isalpha():
        return dictionary.letters(word)
    if word.lower() in OWN_READINGS:
        return OWN_READINGS[word.lower()]
    if word.isupper() and len(word) > 1:
        return _capitals(word, spot)
    entry = dictionary.find(word)
    return None if entry is None else _choose(entry, word, spot)


def _capitals(word: str, spot: Spot) -> str | None:
    """NASA as it is known, STOP as a shout, GPS by its letters."""
    entry = dictionary.gold().get(word)
    if isinstance(entry, str):
        return entry
    lower = word.lower()
    if not spot.shouted and (entry is not None or (len(word) < 4 and lower not in SAID_SHORT)):
        return dictionary.letters(word)
    known = dictionary.gold().get(lower) or (spot.shouted and dictionary.find(lower)) or None
    if known is not None:
        return fully_stressed(_choose(known, lower, spot) or "")
    return None


def _choose(entry: Entry, word: str, spot: Spot) -> str | None:
    meant = None if spot.alone else by_meaning(spot.words, spot.index)
    if meant is not None and word == spot.words[spot.index]:
        return meant
    if isinstance(entry, str):
        return entry
    keys: tuple[str, ...] = () if spot.alone else tags(spot.words, spot.index)
    if spot.before_vowel is None and not spot.alone:
        keys = ("None", *keys)
    chosen = next((entry[key] for key in keys if key in entry), entry["DEFAULT"])
    return dictionary.letters(word) if chosen is None else chosen


def _compound(parts: Sequence[str]) -> str:
    """One reading for words joined by hyphens: half of them, the lighter ones, give up their main stress."""
    readings = ["".join(_alone(part)) for part in parts]
    stressed = [index for index, reading in enumerate(readings) if PRIMARY in reading]
    lighter = sorted(stressed, key=lambda index: (weight(readings[index]), index))[: len(stressed) // 2]
    for index in lighter:
        readings[index] = weakened(readings[index])
    return "".join(readings)


def _divided(parts: Sequence[str]) -> tuple[str, ...]:
    """GitHub as one word, ChatGPT as two."""
    readings = [phones for part in parts for phones in _alone(part)]
    if all(len(part) > 1 and not part.isupper() for part in parts) and len(parts) == 2:
        return (readings[0] + "".join(weakened(reading) for reading in readings[1:]),)
    return tuple(readings)


def _alone(word: str) -> tuple[str, ...]:
    spot = Spot((), 0, None, shouted=False)
    reading = _known(word, spot)
    return (reading,) if reading is not None else (_guessed(_without_accents(word)),)


def _guessed(word: str) -> str:
    """The reading of a word that no dictionary has, from its letters."""
    if word.isupper() and is_spelled(word):
        return dictionary.letters(word) or ""
    for stem, ending in ((word[:-2], "s") if word.endswith("'s") else (word, ""),):
        letters = _NOT_LETTERS.sub("", stem.lower())
        if not letters.strip("'"):
            return ""
        if not re.search(r"[aeiouy]", letters):
            return ended(dictionary.letters(letters) or "", ending)
        return ended(letter_to_sound(letters), ending)
    return ""


def weak_form(word: str, spot: Spot) -> str | None:
    """The reading of a function word in running speech, None for all others."""
    lower = word.lower()
    following = {None: 0, False: 1, True: 2}[spot.before_vowel]
    forms = {
        "the": ("ðə", "ðə", "ði"),
        "an": ("ɐn", "ɐn", "ɐn"),
        "to": ("tu", "tə", "tʊ"),
        "in": ("ˈɪn", "ɪn", "ɪn"),
    }
    if lower in forms and not (word.isupper() and not spot.shouted):
        return forms[lower][following]
    if word == "I":
        return "ˌI"
    if word == "a" or (word == "A" and spot.index == 0 and len(spot.words) > 1):
        return "ɐ"
    return lightly_stressed("æm") if lower == "am" and spot.before_vowel is None else None


def _without_accents(word: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))
