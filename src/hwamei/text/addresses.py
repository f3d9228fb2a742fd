"""Web and mail addresses and versions, said part by part."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hwamei.domain.language import Language
from hwamei.text.chinese import numbers as chinese_numbers
from hwamei.text.english import numbers as english_numbers
from hwamei.text.figures import Figure
from hwamei.text.pieces import Piece

_PART = re.compile(r"[A-Za-z]{1,30}|\d{1,12}|[^A-Za-z0-9]")
_NAMES = {
    ".": ("点", "dot"), "/": ("斜杠", "slash"), "@": ("艾特", "at"), "-": ("杠", "dash"),
    "_": ("下划线", "underscore"), "+": ("加", "plus"), ":": ("冒号", "colon"), "?": ("问号", "question mark"),
    "#": ("井号", "hash"), "&": ("和", "and"), "=": ("等于", "equals"), "~": ("波浪号", "tilde"),
    "%": ("百分号", "percent"),
}  # fmt: skip


def say_address(figure: Figure, language: Language, start: int) -> Iterator[Piece]:
    """The pieces of an address or a version that begins at `start`; what names only the protocol is left out."""
    if figure.name == "version":
        yield from _version(figure, language, start)
        return
    shift = start + figure.match.start("address") - figure.match.start()
    written = figure.part("address").rstrip("/")
    for index, match in enumerate(_PART.finditer(written)):
        said_in, spoken = _part(match[0], language)
        first = start if index == 0 else shift + match.start()
        yield Piece(first, shift + match.end(), said_in, spoken, glued=index > 0)


def _part(written: str, language: Language) -> tuple[Language, str]:
    chinese = language is Language.CHINESE
    if written[0].isdigit():
        return language, chinese_numbers.digit_by_digit(written) if chinese else english_numbers.digit_by_digit(written)
    if written.isalpha():
        return Language.ENGLISH, "WWW" if written.lower() == "www" else written
    return language, _NAMES[written][0 if chinese else 1]


def _version(figure: Figure, language: Language, start: int) -> Iterator[Piece]:
    digits = figure.match.start("digits") - figure.match.start()
    yield Piece(start, start + digits, Language.ENGLISH, "version" if "er" in figure.part("letter") else "V")
    chinese = language is Language.CHINESE
    numbers = chinese_numbers if chinese else english_numbers
    spoken = ("点" if chinese else " point ").join(numbers.cardinal(part) for part in figure.part("digits").split("."))
    yield Piece(start + digits, start + len(figure.text), language, spoken, glued=True)
