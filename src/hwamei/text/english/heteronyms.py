"""Words whose reading hangs on their meaning and not on their part of speech alone, with the words that tell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from hwamei.text.data_files import lines

_REACH = 3  # words looked at on either side


@dataclass(frozen=True, slots=True)
class _Rule:
    before: re.Pattern[str]
    after: re.Pattern[str]
    reading: str


def by_meaning(words: Sequence[str], index: int) -> str | None:
    """The reading that the neighbours of a word tell, None if it is none of these words or they do not tell."""
    word = words[index]
    if word == "Polish" and index > 0:
        return "pˈOlɪʃ"
    rules = _rules().get(word.lower(), ())
    before = " ".join(words[max(0, index - _REACH) : index]).lower()
    after = " ".join(words[index + 1 : index + 1 + _REACH]).lower()
    return next((rule.reading for rule in rules if rule.before.search(before) and rule.after.search(after)), None)


@cache
def _rules() -> Mapping[str, Sequence[_Rule]]:
    rules: dict[str, list[_Rule]] = {}
    for line in lines("en_heteronyms.txt"):
        word, reading, before, after = line.split("\t")
        rules.setdefault(word, []).append(_Rule(re.compile(before), re.compile(after), reading))
    return rules
