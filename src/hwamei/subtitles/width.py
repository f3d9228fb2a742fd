"""How much of a line a text takes."""

from __future__ import annotations

from unicodedata import combining, east_asian_width

MAX_CHINESE_CHARACTERS = 20  # of one cue
MAX_LATIN_LETTERS = 42  # of one cue; the usual limit for a line of subtitles in Latin script
FULL = MAX_CHINESE_CHARACTERS * MAX_LATIN_LETTERS  # a full cue, in units that make both shares whole numbers


def width(text: str) -> int:
    """Units of `text`: a Chinese character or a full-width mark takes 1/20 of FULL, any other character 1/42 of it."""
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if combining(character):
        return 0
    wide = east_asian_width(character) in "WF"
    return FULL // (MAX_CHINESE_CHARACTERS if wide else MAX_LATIN_LETTERS)
