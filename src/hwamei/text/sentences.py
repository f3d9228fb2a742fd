"""Where sentences end. Looks at one sentence at a time, whatever the length of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hwamei.text.english.abbreviations import takes_stop
from hwamei.text.pieces import Stretch

SENTENCE_PAUSE_MS = 250
PARAGRAPH_PAUSE_MS = 500
MAX_SENTENCE_CHARACTERS = 1000
"""Longer ones are cut, at a blank or a clause mark if there is one, so that memory and time stay bounded."""

PAUSE_MASK, READING_MASK = "\ue000", "\ue001"
"""What stands in for the characters of markup while sentences are looked for."""

_MAYBE_LAST = frozenset("etc a.m p.m inc ltd co corp u.s u.k u.n d.c b.c a.d ph.d m.d b.a m.a ave blvd rd".split())
"""Abbreviations that a sentence may end with."""
_STARTERS = frozenset(
    "the a an he she it they we you i this that these those but and so in on at when if after before there"
    " his her its their our my however then what who why how where yes no as for with from".split()
)
_END = re.compile(r"[。！？!?…\n]|\.")
_CLOSERS = "\"'”’」』）)】》]" + READING_MASK
_PAUSES = re.compile(rf"\s*{PAUSE_MASK}+")
_LAST_WORD = re.compile(r"[A-Za-z](?:[A-Za-z.]*[A-Za-z])?$")
_BLANK_LINE = re.compile(r"\s*\n\s*\n")


def sentences(text: str) -> Iterator[Stretch]:
    """The sentences of the folded text, in order; together they cover it except for blanks between them."""
    start = 0
    while start < len(text):
        if text[start].isspace():
            start += 1
            continue
        end, pause_ms = _sentence_end(text, start)
        yield Stretch(start, end, pause_ms)
        start = end


def _sentence_end(text: str, start: int) -> tuple[int, int]:
    limit = min(len(text), start + MAX_SENTENCE_CHARACTERS)
    position = start
    while (match := _END.search(text, position, limit)) is not None:
        position = match.end()
        if _ends_here(text, start, match.start()):
            return _after_closers(text, position, limit)
    if limit < len(text):
        return _cut(text, start, limit), 0
    return len(text), SENTENCE_PAUSE_MS


def _ends_here(text: str, start: int, position: int) -> bool:
    mark = text[position]
    if mark == "\n":
        return not _wraps(text, start, position)
    if mark in "!?":
        return position + 1 == len(text) or not (text[position + 1].isascii() and text[position + 1].isalnum())
    if mark == ".":
        return _full_stop(text, start, position)
    if mark == "…":
        return re.match(r"…*[" + _CLOSERS + r"]*\s+(?![a-z])", text[position : position + 40]) is not None
    return True


def _after_closers(text: str, position: int, limit: int) -> tuple[int, int]:
    while position < limit and text[position] in "。！？!?…." + _CLOSERS:
        position += 1
    while (pauses := _PAUSES.match(text, position)) is not None:
        position = pauses.end()
    if _BLANK_LINE.match(text, position - 1 if text[position - 1] == "\n" else position):
        return position, PARAGRAPH_PAUSE_MS
    return position, SENTENCE_PAUSE_MS


def _full_stop(text: str, start: int, position: int) -> bool:
    after = text[position + 1 : position + 2]
    if after and not after.isspace() and after not in _CLOSERS:
        return not after.isascii()  # "3.5", "www.x.org"; but "ends.然后" ends
    rest = text[position + 1 : position + 40].lstrip(" " + _CLOSERS)
    word = _LAST_WORD.search(text, max(start, position - 24), position)
    if word is None or after == "":
        return not rest[:1].islower()
    written = word[0].lower()
    if written in _MAYBE_LAST or "." in written:
        return _starts_sentence(rest)
    return not takes_stop(word[0], text[position + 1 : position + 40]) and not rest[:1].islower()


def _starts_sentence(rest: str) -> bool:
    first = re.match(r"[A-Za-z]+", rest)
    if first is None:
        return not rest or not rest[0].isascii()
    return first[0][0].isupper() and first[0].lower() in _STARTERS


def _wraps(text: str, start: int, position: int) -> bool:
    """Whether the line break only wraps a long line of Latin text."""
    line_start = text.rfind("\n", max(0, position - 200), position) + 1
    before, after = text[max(line_start, start) : position].rstrip(), text[position + 1 : position + 2]
    wide = position - line_start >= 50
    return wide and before[-1:].isascii() and (before[-1:].isalnum() or before[-1:] in tuple(",;-")) and after.isalnum()


def _cut(text: str, start: int, limit: int) -> int:
    """Where to cut a stretch without any sentence end: after a clause mark, at a blank, or between two characters."""
    for pattern in (r"[，、；：,;:](?=\s|[^\x00-\x7f])", r"\s", r"(?<![A-Za-z0-9.,:/@_-])|(?![A-Za-z0-9.,:/@_-])"):
        cuts = [match.end() for match in re.finditer(pattern, text[start:limit])]
        if cuts and cuts[-1] > MAX_SENTENCE_CHARACTERS // 4:
            return start + cuts[-1]
    return limit
