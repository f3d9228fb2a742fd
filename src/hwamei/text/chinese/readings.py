"""What each Chinese word and character is read, before tone sandhi."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

MAX_PHRASE_CHARACTERS = 12


@dataclass(frozen=True, slots=True)
class Readings:
    """`characters`: the usual reading of each; `phrases`: readings that do not follow from those."""

    characters: Mapping[str, str]
    phrases: Mapping[str, tuple[str, ...]]


@cache
def load() -> Readings:
    """The dictionary that ships with the package (made by tools/build_chinese_readings.py), corrections applied."""
    data = files("hwamei.text") / "data"
    built = json.loads((data / "zh_readings.json").read_text(encoding="utf-8"))
    characters = {char: reading for reading, chars in built["characters"].items() for char in chars}
    phrases = {phrase: tuple(reading.split(" ")) for phrase, reading in built["phrases"].items()}
    for line in (data / "zh_corrections.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            word, reading = line.split("\t")
            if len(word) == 1:
                characters[word] = reading
            else:
                phrases[word] = tuple(reading.split(" "))
    return Readings(characters, phrases)
