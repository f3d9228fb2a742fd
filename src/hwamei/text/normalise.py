"""Tokens → what is said for each, in the language of its surroundings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hwamei.domain.language import Language
from hwamei.domain.utterance import Mark
from hwamei.text.addresses import say_address
from hwamei.text.chinese import figures as chinese_figures
from hwamei.text.chinese.traditional import own_reading, simplified
from hwamei.text.emoji_names import emoji_name
from hwamei.text.english import figures as english_figures
from hwamei.text.english.abbreviations import spoken as spoken_abbreviation
from hwamei.text.language import detect
from hwamei.text.lexicon import Entry, Lexicon
from hwamei.text.markup import Markup
from hwamei.text.pieces import Item, Pause, Piece
from hwamei.text.scan import Kind, Token, scan
from hwamei.text.scripts import HAN, IGNORABLE
from hwamei.text.symbols import symbol_name

_HAN = re.compile(f"[{HAN}]")
_INVISIBLE = re.compile(f"[{IGNORABLE}]")
_QUOTED_ENGLISH_WORDS = 4
"""With so many English words in a row around it, a figure in a Chinese sentence is read in English."""


class Normaliser:
    """Turns sentences of one text into what is said. `language`: how figures are read that nothing else decides."""

    def __init__(self, language: Language, lexicon: Lexicon) -> None:
        self._language = language
        self._lexicon = lexicon

    def normalise(self, sentence: str, offset: int) -> list[Item]:
        """What is said for a folded sentence that stands at `offset` in the user's text."""
        tokens = list(scan(sentence, self._lexicon))
        items: list[Item] = []
        for token, language in zip(tokens, _languages(tokens, self._language), strict=True):
            if token.markup is not None:
                _apply(token.markup, items, offset)
            else:
                items.extend(_say(token, language, sentence, offset))
        return items


def _languages(tokens: Sequence[Token], usual: Language) -> Iterator[Language]:
    """The language that each token is said in: its own if it has one, else that of what stands around it."""
    own = [_own_language(token) for token in tokens]
    words = [token.text for token, language in zip(tokens, own, strict=True) if language is not None]
    main = detect(" ".join(words)) if words else usual
    if len(words) < _QUOTED_ENGLISH_WORDS and Language.CHINESE not in own:
        main = usual
    before, after = list(_english_runs(own)), list(_english_runs(own[::-1]))[::-1]
    for language, english_before, english_after in zip(own, before, after, strict=True):
        yield language or _around(english_before, english_after, main)


def _around(english_before: int | None, english_after: int | None, main: Language) -> Language:
    """The main language, unless the token stands in the middle of words of the other one."""
    if main is Language.ENGLISH:
        return Language.CHINESE if english_before == english_after == 0 else main
    english = (english_before or 0) + (english_after or 0)
    return Language.ENGLISH if english >= _QUOTED_ENGLISH_WORDS else main


def _english_runs(own: Sequence[Language | None]) -> Iterator[int | None]:
    """For each token, how many English words stand before it since the last Chinese one; None: no words at all."""
    count: int | None = None
    for language in own:
        yield count
        if language is Language.CHINESE:
            count = 0
        elif language is Language.ENGLISH:
            count = (count or 0) + 1


def _own_language(token: Token) -> Language | None:
    if token.kind is Kind.HAN:
        return Language.CHINESE
    if token.kind is Kind.WORD:
        return Language.ENGLISH
    if token.entry is not None:
        chinese = token.entry.pinyin or (not token.entry.phones and _HAN.search(token.entry.say))
        return Language.CHINESE if chinese else Language.ENGLISH
    return None


def _say(token: Token, language: Language, sentence: str, offset: int) -> Iterator[Item]:
    start, end = offset + token.start, offset + token.end
    if token.mark is not None:
        if token.mark.symbol:
            yield Mark(token.mark.symbol, start, end)
    elif token.kind is Kind.HAN:
        yield from _chinese(token.text, start)
    elif token.kind is Kind.WORD:
        written = _INVISIBLE.sub("", token.text)
        spoken = spoken_abbreviation(written, before=sentence[: token.start], after=sentence[token.end :])
        glued = token.start > 0 and sentence[token.start - 1].isascii() and sentence[token.start - 1].isalnum()
        yield Piece(start, end, Language.ENGLISH, spoken, glued=glued)
    elif token.entry is not None:
        yield from _entered(token.entry, token.text, start)
    elif token.figure is not None and token.figure.name in ("url", "email", "version"):
        yield from say_address(token.figure, language, start)
    else:
        spoken = _spoken(token, language, sentence)
        if spoken:
            yield Piece(start, end, language, spoken)


def _spoken(token: Token, language: Language, sentence: str) -> str:
    if token.figure is not None:
        chinese = language is Language.CHINESE
        return chinese_figures.say(token.figure) if chinese else english_figures.say(token.figure)
    if token.kind is Kind.EMOJI:
        return emoji_name(token.text, language)
    return symbol_name(token.text, language, before=sentence[: token.start], after=sentence[token.end :])


def _chinese(written: str, start: int) -> Iterator[Piece]:
    for index, char in enumerate(simplified(written)):
        reading = own_reading(written[index], written[max(0, index - 1) : index + 2])
        given = None if reading is None else (reading,)
        yield Piece(start + index, start + index + 1, Language.CHINESE, char, given)


def _entered(entry: Entry, written: str, start: int) -> Iterator[Piece]:
    if entry.pinyin:
        for index, (char, reading) in enumerate(zip(simplified(written), entry.pinyin, strict=True)):
            yield Piece(start + index, start + index + 1, Language.CHINESE, char, (reading,))
    elif entry.phones:
        yield Piece(start, start + len(written), Language.ENGLISH, written, entry.phones)
    else:
        yield _instead(entry.say, start, start + len(written))


def _instead(say: str, start: int, end: int) -> Piece:
    """One piece for what a user wants said; of a mixture only the main language is kept."""
    chinese = "".join(_HAN.findall(say))
    if chinese and detect(say) is Language.CHINESE:
        return Piece(start, end, Language.CHINESE, simplified(chinese))
    return Piece(start, end, Language.ENGLISH, " ".join(re.findall(r"[A-Za-zÀ-ɏ'-]+", say)))


def _apply(markup: Markup, items: list[Item], offset: int) -> None:
    """Put a reading on the pieces before it, or a pause after them. Its place has been checked."""
    if markup.pause_ms is not None:
        items.append(Pause(offset + markup.start, offset + markup.end, markup.pause_ms))
    elif markup.pinyin:
        for index, reading in enumerate(markup.pinyin, len(items) - len(markup.pinyin)):
            piece = items[index]
            if isinstance(piece, Piece):
                items[index] = Piece(piece.start, piece.end, piece.language, piece.spoken, (reading,))
    elif items and isinstance(piece := items[-1], Piece):
        while piece.glued and len(items) > 1 and isinstance(before := items[-2], Piece):
            items.pop()
            piece = Piece(before.start, piece.end, before.language, before.spoken, glued=before.glued)
        if markup.phones:
            items[-1] = Piece(piece.start, piece.end, Language.ENGLISH, piece.spoken, markup.phones)
        else:
            items[-1] = _instead(markup.say, piece.start, piece.end)
