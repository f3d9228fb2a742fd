"""A folded sentence → its tokens, in order: Chinese, Latin words, figures, marks, symbols, markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from hwamei.domain.utterance import Mark
from hwamei.text.figures import Figure, match_figure
from hwamei.text.marks import match_mark

MAX_WORD_LETTERS = 40
"""Longer runs of letters are cut; no language has such words, and an engine could not say them in one go."""


class Kind(StrEnum):
    """What a token is."""

    HAN = "han"
    WORD = "word"
    FIGURE = "figure"
    MARK = "mark"
    SYMBOL = "symbol"


@dataclass(frozen=True, slots=True)
class Token:
    """A part of the sentence; `figure` and `mark` are set for tokens of that kind."""

    kind: Kind
    text: str
    start: int
    end: int
    figure: Figure | None = None
    mark: Mark | None = None


_HAN = re.compile(r"[\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_IGNORED = "\u00ad\u200b-\u200d\u2060\ufeff"
_LETTER = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_WORD = re.compile(
    r"(?:[A-Za-z]\.){2,}(?![A-Za-z])"
    rf"|[{_LETTER}][{_LETTER}\u0300-\u036f{_IGNORED}]{{0,{MAX_WORD_LETTERS}}}"
    rf"(?:(?:'|-(?=[{_LETTER}]{{1,{MAX_WORD_LETTERS}}}(?![0-9])))[{_LETTER}\u0300-\u036f]{{1,{MAX_WORD_LETTERS}}}){{0,6}}"
    r"(?:(?<=[sn])'(?![A-Za-z0-9]))?"
)


def scan(sentence: str) -> Iterator[Token]:
    """The tokens of a folded sentence; blanks and characters that mean nothing to us are left out."""
    position = 0
    while position < len(sentence):
        token = _token_at(sentence, position)
        if token is not None:
            yield token
        position = position + 1 if token is None else token.end


def _token_at(sentence: str, position: int) -> Token | None:
    if sentence[position].isspace():
        return None
    han = _HAN.match(sentence, position)
    if han is not None:
        return Token(Kind.HAN, han[0], position, han.end())
    figure = match_figure(sentence, position)
    if figure is not None:
        return Token(Kind.FIGURE, figure.text, position, figure.end, figure=figure)
    word = _WORD.match(sentence, position)
    if word is not None:
        return Token(Kind.WORD, word[0], position, word.end())
    mark = match_mark(sentence, position)
    if mark is not None:
        return Token(Kind.MARK, sentence[position : mark.end], position, mark.end, mark=mark)
    return Token(Kind.SYMBOL, sentence[position], position, position + 1)
