"""One spelling for characters that look different and mean the same, without moving any offset."""

from __future__ import annotations

import re
import unicodedata

_SAME = {
    "\u3000": " ", "\u00a0": " ", "\u2007": " ", "\u202f": " ", "\t": " ", "\r": "\n", "\v": "\n", "\f": "\n",
    "\u0085": "\n", "\u2028": "\n", "\u2029": "\n", "\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u201b": "'",
    "\u00b4": "'", "`": "'", "\u2010": "-", "\u2011": "-", "\u2212": "-", "\ufe63": "-", "\u2012": "–", "\u2043": "•",
    "\uffe5": "¥", "\u2044": "/", "\u2215": "/", "\u2236": ":", "．": ".", "｡": "。",
}  # fmt: skip
_KEPT = frozenset("，。！？；：（）、“”《》【】「」『』～—…·²³¹⁰⁴⁵⁶⁷⁸⁹ªº℃℉")


def fold(text: str) -> str:
    """The text with full-width and compatibility forms made ordinary; exactly as long as the text."""
    if text.isascii() and "\t" not in text and "\r" not in text and "`" not in text:
        return text
    folded = text.translate(_FOLDS)
    folded = _COLON_IN_FIGURE.sub(":", folded)
    return _COMMA_IN_FIGURE.sub(",", folded)


class _Folds(dict[int, str]):
    """What each character is folded to, worked out when it is first met; for `str.translate`."""

    def __missing__(self, code: int) -> str:
        self[code] = _fold_character(chr(code))
        return self[code]


_FOLDS = _Folds()
_COLON_IN_FIGURE = re.compile(r"(?<=\d)：(?=\d)")
_COMMA_IN_FIGURE = re.compile(r"(?<=\d)，(?=\d{3}(?!\d))")


def _fold_character(char: str) -> str:
    if char in _SAME:
        return _SAME[char]
    if char in _KEPT or (char.isascii() and char.isprintable()):
        return char
    normal = unicodedata.normalize("NFKC", char)
    if len(normal) == 1 and normal.isprintable():
        return normal
    return char
