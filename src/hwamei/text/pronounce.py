"""Pieces → words with readings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from hwamei.domain.language import Language
from hwamei.domain.utterance import Mark, Word
from hwamei.text.chinese import speaker as chinese
from hwamei.text.english import speaker as english
from hwamei.text.pieces import Item, Pause, Piece

Part = Word | Mark | Pause


class Pronouncer:
    """Gives words their readings. Safe to share between threads."""

    def __init__(self, text: str) -> None:
        self._text = text

    def pronounce(self, items: Sequence[Item]) -> Iterator[Part]:
        """The items with pieces turned into words; pieces that cannot be said are left out."""
        for language, group in groupby(items, key=_language):
            stretch = list(group)
            pieces = [item for item in stretch if isinstance(item, Piece)]
            if language is Language.CHINESE:
                yield from self._in_chinese(pieces)
            elif language is Language.ENGLISH:
                yield from self._in_english(pieces)
            else:
                yield from (item for item in stretch if not isinstance(item, Piece))

    def _in_chinese(self, pieces: Sequence[Piece]) -> Iterator[Word]:
        given: dict[int, str] = {}
        position = 0
        for piece in pieces:
            for index, syllable in enumerate(piece.reading or ()):
                given[position + index] = syllable
            position += len(piece.spoken)
        said = chinese.read("".join(piece.spoken for piece in pieces), given)
        position = 0
        for piece in pieces:
            chars = said[position : position + len(piece.spoken)]
            reading = tuple(char.syllable for char in chars if char.syllable)
            if reading or all(char.curled for char in chars):
                yield self._word(piece, reading, joined=chars[0].joined or piece.glued)
            position += len(piece.spoken)

    def _in_english(self, pieces: Sequence[Piece]) -> Iterator[Word]:
        words = [piece.spoken.split() for piece in pieces]
        readings = iter(english.read([word for spoken in words for word in spoken]))
        for piece, spoken in zip(pieces, words, strict=True):
            reading = tuple(filter(None, (phones for _ in spoken for phones in next(readings))))
            if piece.reading or reading:
                yield self._word(piece, piece.reading or reading, joined=piece.glued)

    def _word(self, piece: Piece, reading: tuple[str, ...], *, joined: bool) -> Word:
        written = self._text[piece.start : piece.end]
        return Word(written, piece.start, piece.end, piece.language, piece.spoken, reading, joined)


def _language(item: Item) -> Language | None:
    return item.language if isinstance(item, Piece) else None
