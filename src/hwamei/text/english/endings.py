"""How the endings -s, -ed and -ing sound, and which words they may hang on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hwamei.text.english.phones import FLAPPING

_DOUBLED = re.compile(r"([bcdgklmnprstvxz])\1ing$|cking$")
_DOUBLED_ED = re.compile(r"([bdgklmnprtvz])\1ed$")


def stems(word: str) -> Iterator[tuple[str, str]]:
    """The words that this one may be made of, each with its ending: "cities" → ("city", "s")."""
    if word.endswith("'s"):
        yield word[:-2], "s"
    elif word.endswith("'"):
        yield word[:-1], ""
    elif word.endswith("s") and len(word) > 2:
        yield from _stems_of_s(word)
    elif word.endswith("ed") and len(word) > 3:
        yield from _stems_of_ed(word)
    elif word.endswith("ing") and len(word) > 4:
        yield from _stems_of_ing(word)
    elif word.endswith("'d"):
        yield word[:-2], "ed"
    elif word.endswith("in'") and len(word) > 4:
        yield word[:-1] + "g", ""


def ended(reading: str, ending: str) -> str:
    """The reading of a stem with an ending ("s", "ed", "ing" or none)."""
    if ending == "s":
        return _with_s(reading)
    if ending == "ed":
        return _with_ed(reading)
    if ending == "ing":
        return _with_ing(reading)
    return reading


def _stems_of_s(word: str) -> Iterator[tuple[str, str]]:
    if not word.endswith("ss"):
        yield word[:-1], "s"
    if word.endswith("ies") and len(word) > 4:
        yield word[:-3] + "y", "s"
    elif word.endswith("es") and len(word) > 4:
        yield word[:-2], "s"


def _stems_of_ed(word: str) -> Iterator[tuple[str, str]]:
    yield word[:-1], "ed"
    if word.endswith("ied") and len(word) > 4:
        yield word[:-3] + "y", "ed"
    elif not word.endswith("eed"):
        yield word[:-2], "ed"
    if _DOUBLED_ED.search(word):
        yield word[:-3], "ed"


def _stems_of_ing(word: str) -> Iterator[tuple[str, str]]:
    if len(word) > 5:
        yield word[:-3], "ing"
    yield word[:-3] + "e", "ing"
    if _DOUBLED.search(word):
        yield word[:-4], "ing"


def _with_s(reading: str) -> str:
    if reading[-1:] in tuple("ptkfθ"):
        return reading + "s"
    if reading[-1:] in tuple("szʃʒʧʤ"):
        return reading + "ᵻz"
    return reading + "z"


def _with_ed(reading: str) -> str:
    last = reading[-1:]
    if last in tuple("pkfθʃsʧ"):
        return reading + "t"
    if last == "d":
        return reading + "ᵻd"
    if last != "t":
        return reading + "d"
    if reading[-2:-1] in FLAPPING:
        return reading[:-1] + "ɾᵻd"
    return reading + "ᵻd"


def _with_ing(reading: str) -> str:
    if reading[-1:] == "t" and reading[-2:-1] in FLAPPING:
        return reading[:-1] + "ɾɪŋ"
    return reading + "ɪŋ"
