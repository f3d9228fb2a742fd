"""Tokens → what is said for each, in the language of its surroundings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hwamei.domain.language import Language
from hwamei.domain.utterance import Mark
from hwamei.text.chinese import figures as chinese_figures
from hwamei.text.english import figures as english_figures
from hwamei.text.language import detect
from hwamei.text.pieces import Item, Piece
from hwamei.text.scan import Kind, Token, scan


def normalise(sentence: str, *, offset: int, language: Language | None) -> list[Item]:
    """What is said for a folded sentence that stands at `offset` in the user's text."""
    tokens = list(scan(sentence))
    main = detect(sentence) if language is None else language
    items: list[Item] = []
    for token, said_in in zip(tokens, _languages(tokens, main), strict=True):
        items.extend(_say(token, said_in, offset))
    return items


def _languages(tokens: Sequence[Token], main: Language) -> Iterator[Language]:
    for token in tokens:
        if token.kind is Kind.HAN:
            yield Language.CHINESE
        elif token.kind is Kind.WORD:
            yield Language.ENGLISH
        else:
            yield main


def _say(token: Token, language: Language, offset: int) -> Iterator[Item]:
    start, end = offset + token.start, offset + token.end
    if token.mark is not None:
        if token.mark.symbol:
            yield Mark(token.mark.symbol, start, end)
    elif token.kind is Kind.HAN:
        for index, char in enumerate(token.text):
            yield Piece(start + index, start + index + 1, language, char)
    elif token.kind is Kind.WORD:
        yield Piece(start, end, language, token.text)
    elif token.figure is not None:
        chinese = language is Language.CHINESE
        yield Piece(
            start, end, language, chinese_figures.say(token.figure) if chinese else english_figures.say(token.figure)
        )
