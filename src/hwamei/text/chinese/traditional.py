"""Traditional characters → simplified ones, character by character, so that no offset moves."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

OWN_READINGS = {
    "髮": "fa4", "隻": "zhi1", "乾": "gan1", "幹": "gan4", "儘": "jin3", "捲": "juan3", "臟": "zang4", "髒": "zang1",
    "縴": "qian4", "瞭": "liao3", "彆": "bie4", "籲": "yu4", "颱": "tai2", "鬥": "dou4", "蔔": "bo5", "穀": "gu3",
}  # fmt: skip
"""Readings that the traditional character tells and the simplified one, shared by several words, does not."""


def simplified(text: str) -> str:
    """The text in simplified characters, exactly as long."""
    if _is_simplified(text):
        return text
    converted: str = _converter().convert(text)
    if len(converted) == len(text):
        return converted
    return "".join(one if len(one := _converter().convert(char)) == 1 else char for char in text)


def own_reading(written: str, neighbours: str) -> str | None:
    """The reading that a traditional character has whatever stands beside it, None for all others."""
    if written == "乾" and ("乾坤" in neighbours or "乾隆" in neighbours):
        return None
    return OWN_READINGS.get(written)


def _is_simplified(text: str) -> bool:
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")
