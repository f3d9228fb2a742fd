"""Words in capitals, and words that capitals divide: which are spelled out, which are said."""

from __future__ import annotations

import re
from collections.abc import Sequence

SAID_SHORT = frozenset(
    "the and not but you all can her was one our out day get has him his how man new now old see two way who"
    " boy did its let put say she too use yes no do so we he if my up go be by or as at on an is me am big"
    " top off hot fun win run ask are for any bad bed best buy car cat cut dad dog don't eat end far few fix"
    " fly got guy hit job key law lay leg lie lot low map may men mix mom nor oil own pay per pop red set sit"
    " six sky ten try war why won yet sale ok hey oh".split()
)
"""Short words that are said as words when somebody shouts them; other short ones in capitals are spelled."""
_HUMP = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[^A-Za-z]+")
_VOWEL = re.compile(r"[AEIOUY]")
_MAX_SPELLED = 5


def humps(word: str) -> Sequence[str]:
    """The parts that inner capitals divide a word into: GitHub → Git Hub, ChatGPT → Chat GPT, iPhone → i Phone."""
    parts = _HUMP.findall(word)
    return parts if len(parts) > 1 and "".join(parts) == word else (word,)


def is_shouted(words: Sequence[str]) -> bool:
    """Whether the words are all in capitals, so that capitals say nothing about any of them."""
    longer = [word for word in words if len(word) > 1 and any(char.isalpha() for char in word)]
    return len(longer) > 2 and all(word.upper() == word for word in longer)


def is_spelled(word: str) -> bool:
    """Whether an unknown word in capitals is read letter by letter."""
    return len(word) <= _MAX_SPELLED or _VOWEL.search(word) is None
