"""What stands between two spoken words of the user's text, and what it means for subtitles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from unicodedata import category, east_asian_width

from hwamei.domain.utterance import WordTiming

_MARKUP = re.compile(r"\[\[[A-Za-z]+:[^\[\]\n]*\]\]")  # as the text front end writes it
_SENTENCE_ENDS = re.compile(r"[.。！？!?…\n\u2028\u2029]")
_CLAUSE_ENDS = re.compile(r"[,，、;；:：—–]|\s-+\s")
_ONE_ASCII_MARK = re.compile(r"[.,:;!?]")
_OPENING = "([{<\"'“‘「『（【《〈〔［｛¿¡*_#~`"
_DROPPED_AT_A_CHINESE_END = "，、。；：,.;: "  # subtitles in Chinese end in no comma, no stop

_LONG_PAUSE_S = 0.5  # a silence that parts two clauses though no mark does: one that the user asked for
_MAX_GAP_CHARACTERS = 8  # of one gap are shown: more is decoration, and would not fit beside the words


class Break(IntEnum):
    """How strongly two words are parted: INSIDE a word not at all, BETWEEN words only where a line is full."""

    INSIDE = 0
    BETWEEN = 1
    CLAUSE = 2
    SENTENCE = 3


@dataclass(frozen=True, slots=True)
class Gap:
    """The text between two words: `tail` is written after the word before, `head` before the word after it, and
    `whole` where both stand in one cue."""

    whole: str
    tail: str
    head: str
    strength: Break


def gaps_between(text: str, timings: Sequence[WordTiming]) -> list[Gap]:
    """One gap before each word and one after the last: len(timings) + 1 in all. Inline markup is taken out."""
    edges = [0, *(edge for timing in timings for edge in (timing.word.start, timing.word.end)), len(text)]
    raw = [text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
    before = [None, *timings]
    after = [*timings, None]
    return [_gap(part, left, right) for part, left, right in zip(raw, before, after, strict=True)]


def _gap(raw: str, left: WordTiming | None, right: WordTiming | None) -> Gap:
    written = _MARKUP.sub("", raw)
    plain = _one_line(written)
    if len(plain) > 2 * _MAX_GAP_CHARACTERS:
        plain = plain[:_MAX_GAP_CHARACTERS] + plain[-_MAX_GAP_CHARACTERS:]
    tail, head = _parted(plain)
    return Gap(plain, _shortened(tail, left), head, _strength(written, left, right))


def _one_line(text: str) -> str:
    """The text with controls and separators of any number as one space, since a cue is one line."""
    spaced = "".join(" " if category(c) in ("Cc", "Zl", "Zp", "Zs", "Cs") else c for c in text)
    return re.sub(" +", " ", spaced)


def _parted(plain: str) -> tuple[str, str]:
    """What of a gap belongs to the words before it, and what to the words after it."""
    body = plain.rstrip(_OPENING)
    if not body:  # nothing but quotes or brackets: straight ones close rather than open
        body = plain if plain.strip("\"'*_~`") == "" else ""
    return body.rstrip(), plain[len(body) :]


def _shortened(tail: str, left: WordTiming | None) -> str:
    if left is None or not _is_wide(left.word.text[-1:]):
        return tail
    return tail.rstrip(_DROPPED_AT_A_CHINESE_END)


def _strength(written: str, left: WordTiming | None, right: WordTiming | None) -> Break:
    if left is None or right is None:
        return Break.SENTENCE
    wide = _is_wide(left.word.text[-1:]) or _is_wide(right.word.text[:1])
    if not wide and _ONE_ASCII_MARK.fullmatch(written):
        return Break.INSIDE  # the stop of "example.com", the colon of "6:45"
    if _SENTENCE_ENDS.search(written):
        return Break.SENTENCE
    if _CLAUSE_ENDS.search(written) or right.start_s - left.end_s >= _LONG_PAUSE_S:
        return Break.CLAUSE
    if right.word.joined or not (wide or any(map(str.isspace, written))):
        return Break.INSIDE
    return Break.BETWEEN


def _is_wide(character: str) -> bool:
    return character != "" and east_asian_width(character) in "WF"
