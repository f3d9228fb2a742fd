"""One spelling for characters that look different and mean the same, without moving any offset."""

from __future__ import annotations

import unicodedata

_SAME = {
    "\u3000": " ", "\u00a0": " ", "\u2007": " ", "\u202f": " ", "\t": " ", "\u0085": "\n", "\u2028": "\n", "\u2029": "\n",
    "\r": "\n", "\v": "\n", "\f": "\n",
    "\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u201b": "'", "\u00b4": "'", "`": "'",
    "\u2010": "-", "\u2011": "-", "\u2212": "-", "\ufe63": "-",
    "\u2012": "–", "\u2043": "•", "\u00a5": "¥", "\uffe5": "¥", "\u2044": "/", "\u2215": "/", "\u2236": ":",
    "。": "。", "．": ".", "｡": "。",
}  # fmt: skip
_KEPT = frozenset("，。！？；：（）、“”《》【】「」『』～—…·²³¹⁰⁴⁵⁶⁷⁸⁹ªº℃℉")


def fold(text: str) -> str:
    """The text with full-width and compatibility forms made ordinary; exactly as long as the text."""
    if text.isascii() and "\t" not in text and "\r" not in text and "`" not in text:
        return text
    return "".join(_fold_character(char) for char in text)


def _fold_character(char: str) -> str:
    if char in _SAME:
        return _SAME[char]
    if char in _KEPT or (char.isascii() and char.isprintable()):
        return char
    normal = unicodedata.normalize("NFKC", char)
    if len(normal) == 1 and normal.isprintable():
        return normal
    return char
