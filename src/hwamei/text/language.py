"""Which language a text is in."""

from __future__ import annotations

import re

from hwamei.domain.language import Language
from hwamei.text.scripts import HAN, LATIN

_HAN = re.compile(f"[{HAN}]")
_LATIN_WORD = re.compile(f"[{LATIN}]+")
_CHINESE_MARKS = re.compile("[\u3000-\u303f\uff01-\uff60\uffe5¥℃]")


def detect(text: str) -> Language:
    """The language that most of the words are in; without words, Chinese if the punctuation is, else English."""
    han = len(_HAN.findall(text))
    latin = len(
        _LATIN_WORD.findall(text)
    )  # a Chinese sentence with many English terms is still Chinese: its grammar is
    if not han and not latin:
        return Language.CHINESE if _CHINESE_MARKS.search(text) else Language.ENGLISH
    return Language.CHINESE if han and han >= latin else Language.ENGLISH
