"""Where 儿 only colours the syllable before it."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SYLLABIC_AFTER = "子童歌科媳孙女时戏郎茶马"
_SYLLABIC_BEFORE = "女婴幼孤少胎健宠男孙侄妻育患弃乞产乳血托二小"
_PLACE = re.compile(rf"(?<=[\u4e00-\u9fff])(?<!儿)儿(?![{_SYLLABIC_AFTER}])")


def coloured(text: str) -> Iterator[int]:
    """The positions of the 儿 that make one syllable with the character before them."""
    for match in _PLACE.finditer(text):
        position = match.start()
        if text[position - 1] not in _SYLLABIC_BEFORE:
            yield position
