"""Which language a text is in."""

from __future__ import annotations

import re

from hwamei.domain.language import Language
from hwamei.text.scripts import HAN, LATIN

_HAN = re.compile(f"[{HAN}]")
_LATIN_WORD = re.compile(f"[{LATIN}]+")
_WORDS_PER_HAN = 1.0  # a Chinese sentence full of English terms is still Chinese: its grammar is


def detect(text: str) -> Language:
    """The language that most of the words are in; English if there are none in either."""
    han = len(_HAN.findall(text))
    latin = len(_LATIN_WORD.findall(text))
    return Language.CHINESE if han * _WORDS_PER_HAN >= latin and han else Language.ENGLISH
