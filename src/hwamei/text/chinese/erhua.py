"""Where 儿 only colours the syllable before it."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SYLLABIC_AFTER = "子童歌科媳孙女时戏郎茶马"
_SYLLABIC_BEFORE = "女婴幼孤少胎健宠男孙侄妻育小患弃乞产生乳二哪吒应早狗猫托团混血院妇少院"
_PLACE = re.compile(rf"(?<=[\u4e00-\u9fff])儿(?![{_SYLLABIC_AFTER}])")
_COLOURED_AFTER_SMALL = frozenset(("小孩儿", "小猫儿", "小狗儿", "小花儿"))


def coloured(text: str) -> Iterator[int]:
    """The positions of the 儿 that make one syllable with the character before them."""
    for match in _PLACE.finditer(text):
        position = match.start()
        if text[position - 1] not in _SYLLABIC_BEFORE or text[position - 2 : position + 1] in _COLOURED_AFTER_SMALL:
            yield position
