"""The pronouncing dictionaries of `misaki` (Apache-2.0), read without importing the package, which needs spaCy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from hwamei.text.english.phones import PRIMARY, SECONDARY, lightly_stressed

Entry = str | Mapping[str, str | None]
"""One reading, or readings by part of speech with a DEFAULT. None: spell it out."""


@cache
def gold() -> Mapping[str, Entry]:
    """The checked dictionary, with parts of speech."""
    entries: Mapping[str, Entry] = json.loads((_data() / "us_gold.json").read_bytes())
    return entries


@cache
def silver() -> Mapping[str, str]:
    """The larger, unchecked dictionary."""
    entries: Mapping[str, str] = json.loads((_data() / "us_silver.json").read_bytes())
    return entries


def find(word: str) -> Entry | None:
    """What is known of the word as it is written, or with its first letter in the other case."""
    for entries in (gold, silver):
        for spelling in _spellings(word):
            if spelling in entries():
                return entries()[spelling]
    return None


def letters(word: str) -> str | None:
    """The reading of the word's letters one by one (GPS → ʤˌipˌiˈɛs); None if one of them has no name."""
    names = [gold().get(letter.upper()) for letter in word if letter.isalpha()]
    spelled = [lightly_stressed(name.replace(PRIMARY, SECONDARY)) for name in names if isinstance(name, str)]
    if not spelled or len(spelled) != len(names):
        return None
    return PRIMARY.join("".join(spelled).rsplit(SECONDARY, 1))


def _spellings(word: str) -> tuple[str, ...]:
    if len(word) < 2:
        return (word,)
    if word == word.lower():
        return word, word.capitalize()
    if word == word.capitalize():
        return word, word.lower()
    return (word,)


def _data() -> Path:
    spec = find_spec("misaki")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("misaki")
    return Path(spec.submodule_search_locations[0]) / "data"
