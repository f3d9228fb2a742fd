"""A folded sentence → its tokens, in order: Chinese, Latin words, figures, marks, emoji, symbols, markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from hwamei.domain.utterance import Mark
from hwamei.text.emoji_names import match_emoji
from hwamei.text.english.abbreviations import takes_stop
from hwamei.text.figures import Figure, match_figure
from hwamei.text.lexicon import Entry, Lexicon
from hwamei.text.marks import match_mark
from hwamei.text.markup import Markup, match_markup
from hwamei.text.scripts import HAN, IGNORABLE, LATIN

MAX_WORD_LETTERS = 40
"""Longer runs of letters are cut; no language has such words, and an engine could not say them in one go."""


class Kind(StrEnum):
    """What a token is."""

    HAN = "han"
    WORD = "word"
    FIGURE = "figure"
    MARK = "mark"
    EMOJI = "emoji"
    SYMBOL = "symbol"
    MARKUP = "markup"
    ENTRY = "entry"


@dataclass(frozen=True, slots=True)
class Token:
    """A part of the sentence; what else it is, as its kind says."""

    kind: Kind
    text: str
    start: int
    end: int
    figure: Figure | None = None
    mark: Mark | None = None
    markup: Markup | None = None
    entry: Entry | None = None


_HAN = re.compile(f"[{HAN}]")
_IGNORABLE = re.compile(f"[\\s{IGNORABLE}]+")
_WORD = re.compile(
    r"C\+\+(?!\w)|[CF]#(?!\w)|\.NET\b|[A-Z][a-z]+\.js\b|R&[BD]\b|Q&A\b|AT&T\b"
    r"|(?:[A-Za-z]\.){2,6}(?![A-Za-z])|Ph\.D\.?"
    rf"|[{LATIN}][{LATIN}\u0300-\u036f{IGNORABLE}]{{0,{MAX_WORD_LETTERS}}}"
    rf"(?:(?:'|-(?=[{LATIN}]{{1,{MAX_WORD_LETTERS}}}(?![0-9{LATIN}])))[{LATIN}\u0300-\u036f]{{1,{MAX_WORD_LETTERS}}})"
    r"{0,5}(?:(?<=s)'(?![A-Za-z0-9]))?"
    r"|'(?:tis|twas|em|cause|til)\b"
)


def scan(sentence: str, lexicon: Lexicon) -> Iterator[Token]:
    """The tokens of a folded sentence; blanks and characters that mean nothing to us are left out."""
    position = 0
    while position < len(sentence):
        ignorable = _IGNORABLE.match(sentence, position)
        if ignorable is not None:
            position = ignorable.end()
            continue
        token = _token_at(sentence, position, lexicon)
        yield token
        position = token.end


def _token_at(sentence: str, position: int, lexicon: Lexicon) -> Token:
    for matcher in (_markup, _entry, _han, _emoji, _figure, _word, _mark):
        token = matcher(sentence, position, lexicon)
        if token is not None:
            return token
    return Token(Kind.SYMBOL, sentence[position], position, position + 1)


def _markup(sentence: str, position: int, lexicon: Lexicon) -> Token | None:
    markup = match_markup(sentence, position)
    if markup is None:
        return None
    return Token(Kind.MARKUP, sentence[position : markup.end], position, markup.end, markup=markup)


def _entry(sentence: str, position: int, lexicon: Lexicon) -> Token | None:
    found = lexicon.match(sentence, position)
    if found is None:
        return None
    written, entry = found
    return Token(Kind.ENTRY, written, position, position + len(written), entry=entry)


def _han(sentence: str, position: int, lexicon: Lexicon) -> Token | None:
    """A run of Chinese characters, up to where an entry of the lexicon begins."""
    end = position
    while end < len(sentence) and _HAN.match(sentence, end) and (end == position or not lexicon.match(sentence, end)):
        end += 1
    return Token(Kind.HAN, sentence[position:end], position, end) if end > position else None


def _emoji(sentence: str, position: int, lexicon: Lexicon) -> Token | None:
    written = match_emoji(sentence, position)
    return Token(Kind.EMOJI, written, position, position + len(written)) if written else None


def _figure(sentence: str, position: int, lexicon: Lexicon) -> Token | None:
    figure = match_figure(sentence, position)
    return Token(Kind.FIGURE, figure.text, position, figure.end, figure=figure) if figure else None


def _word(sentence: str, position: int, lexicon: Lexicon) -> Token | None:
    match = _WORD.match(sentence, position)
    if match is None:
        return None
    end = match.end()
    if sentence[end : end + 1] == "." and takes_stop(match[0], sentence[end + 1 : end + 40]):
        end += 1
    return Token(Kind.WORD, sentence[position:end], position, end)


def _mark(sentence: str, position: int, lexicon: Lexicon) -> Token | None:
    mark = match_mark(sentence, position)
    return None if mark is None else Token(Kind.MARK, sentence[position : mark.end], position, mark.end, mark=mark)
