"""Readings and pauses in the text: 重复[[pinyin:chong2 fu4]], GIF[[ipa:ʤˈɪf]], SQL[[say:sequel]], [[pause:1s]]."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hwamei.domain.errors import BadMarkup
from hwamei.text.english.phones import PHONES
from hwamei.text.pinyin import parse_reading
from hwamei.text.scripts import HAN

NAMES = ("pinyin", "ipa", "say", "pause")
MAX_PAUSE_MS = 10_000

_OPEN = re.compile(r"\[\[([A-Za-z]+):")
_MARKUP = re.compile(r"\[\[([A-Za-z]+):([^\[\]\n]*)\]\]")
_PAUSE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(ms|s)\s*")
_HAN = re.compile(f"[{HAN}]")
_IPA_SPELLINGS = (
    ("eɪ", "A"), ("aɪ", "I"), ("oʊ", "O"), ("əʊ", "O"), ("aʊ", "W"), ("ɔɪ", "Y"), ("tʃ", "ʧ"), ("dʒ", "ʤ"),
    ("ɝ", "ɜɹ"), ("ɚ", "əɹ"), ("r", "ɹ"), ("g", "ɡ"), ("'", "ˈ"), ("ː", ""), ("e", "ɛ"), ("o", "O"),
    ("ɒ", "ɑ"), (".", ""), ("\u0361", ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Markup:
    """One markup; `start` and `end` include its brackets. Exactly one of the rest is set."""

    start: int
    end: int
    pinyin: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    say: str = ""
    pause_ms: int | None = None


def match_markup(text: str, position: int) -> Markup | None:
    """The markup that begins at this place, None if it is ordinary text. Raises BadMarkup."""
    opening = _OPEN.match(text, position)
    if opening is None:
        return None
    if opening[1].lower() not in NAMES:
        raise BadMarkup(
            given=opening[0], position=position, problem=f"{opening[1]!r} is not known; use one of: {', '.join(NAMES)}"
        )
    match = _MARKUP.match(text, position)
    if match is None:
        raise BadMarkup(given=opening[0], position=position, problem="it has no end; close it with ]] on the same line")
    return _parse(match, match[1].lower(), match[2].strip())


def check_markup(text: str) -> list[Markup]:
    """All markups of a text, in order. Raises BadMarkup for the first that is wrong or stands where it says nothing."""
    found = []
    for opening in _OPEN.finditer(text):
        markup = match_markup(text, opening.start())
        if markup is not None:
            _check_place(text, markup)
            found.append(markup)
    return found


def _parse(match: re.Match[str], name: str, value: str) -> Markup:
    start, end = match.span()
    if name == "pinyin":
        readings = [parse_reading(syllable) for syllable in value.split()]
        if not readings or None in readings:
            raise _bad(match, "write one pinyin syllable a character, with its tone: [[pinyin:chong2 fu4]]")
        return Markup(start, end, pinyin=tuple(reading for reading in readings if reading))
    if name == "ipa":
        phones = tuple(parse_phones(word) for word in value.split())
        if not phones or not all(phones):
            raise _bad(match, "write English phones: [[ipa:ʤˈɪf]]; docs/text.md lists them")
        return Markup(start, end, phones=phones)
    if name == "say":
        if not any(char.isalnum() for char in value):
            raise _bad(match, "write the words to be said: [[say:sequel]]")
        return Markup(start, end, say=value)
    pause = _PAUSE.fullmatch(value)
    pause_ms = round(float(pause[1]) * (1000 if pause[2] == "s" else 1)) if pause else -1
    if not 0 <= pause_ms <= MAX_PAUSE_MS:
        raise _bad(match, f"write 0 to {MAX_PAUSE_MS // 1000} seconds: [[pause:500ms]] or [[pause:1.5s]]")
    return Markup(start, end, pause_ms=pause_ms)


def parse_phones(written: str) -> str:
    """English phones in the product's symbols, also from ordinary IPA; empty if they are none."""
    for ipa, phone in _IPA_SPELLINGS:
        written = written.replace(ipa, phone)
    return written if written and set(written) <= PHONES and set(written) - set("ˈˌ") else ""


def _check_place(text: str, markup: Markup) -> None:
    given = text[markup.start : markup.end]
    if markup.pinyin:
        needed = len(markup.pinyin)
        before = text[max(0, markup.start - needed) : markup.start]
        if len(before) < needed or not all(_HAN.match(char) for char in before):
            problem = f"it has {needed} syllables, so {needed} Chinese characters must stand right before it"
            raise BadMarkup(given=given, position=markup.start, problem=problem)
    elif markup.pause_ms is None and not text[max(0, markup.start - 1) : markup.start].isalnum():
        raise BadMarkup(
            given=given, position=markup.start, problem="it must follow the word that it belongs to at once"
        )


def _bad(match: re.Match[str], problem: str) -> BadMarkup:
    return BadMarkup(given=match[0], position=match.start(), problem=problem)
