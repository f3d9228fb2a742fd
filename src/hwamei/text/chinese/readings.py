"""What Chinese words and characters are read, before tone sandhi."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from hwamei.text.data_files import data_file, lines

MAX_PHRASE_CHARACTERS = 12


@dataclass(frozen=True, slots=True)
class Readings:
    """`characters`: the usual reading of each; `phrases`: readings that do not follow from those."""

    characters: Mapping[str, str]
    phrases: Mapping[str, tuple[str, ...]]


@cache
def load() -> Readings:
    """The general dictionary (made by tools/build_chinese_readings.py) with the product's own corrections applied."""
    built = json.loads(data_file("zh_readings.json").read_text(encoding="utf-8"))
    characters = {char: reading for reading, chars in built["characters"].items() for char in chars}
    characters |= dict(line.split("\t") for line in lines("zh_corrections.txt"))
    phrases = {phrase: tuple(reading.split(" ")) for phrase, reading in built["phrases"].items()}
    for line in lines("zh_polyphones.txt"):
        char, reading, *words = line.split()
        for word in words:
            usual = phrases.get(word) or tuple(characters.get(other, "") for other in word)
            phrases[word] = tuple(reading if other == char else r for other, r in zip(word, usual, strict=True))
    neutral = {word for line in lines("zh_neutral.txt") for word in line.split()}
    for word in neutral:
        phrases.setdefault(word, tuple(characters.get(other, "") for other in word))
    for word, usual in phrases.items():
        if word in neutral or (len(word) > 2 and word[-2:] in neutral):
            phrases[word] = (*usual[:-1], usual[-1][:-1] + "5")
    return Readings(characters, phrases)
