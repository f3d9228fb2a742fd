"""Characters whose reading depends on what stands around them, where no word of the dictionary decides it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from hwamei.text.chinese.readings import data_lines
from hwamei.text.chinese.words import Segment

_CLASSES = {"{N}": "零一二两三四五六七八九十百千万亿几半多数", "{P}": "我你您他她它咱俺谁", "{H}": "\u4e00-\u9fff"}

_MAX_WORD_CHARACTERS = 3  # a longer word is an idiom or a name, and stays as the dictionary has it


@dataclass(frozen=True, slots=True)
class Rule:
    """Where `pattern` matches, the character in its group "here" is read so; `alone`: only as a word of its own."""

    pattern: re.Pattern[str]
    reading: str
    alone: bool


def decided(text: str, segments: Sequence[Segment]) -> Iterator[tuple[int, str]]:
    """Positions in a Chinese stretch, and the readings that their surroundings decide; the first for a position counts.

    Longer words of the dictionary are left as they are.
    """
    rules = _rules()
    for segment in segments:
        for position in range(segment.start, segment.end):
            for rule in rules.get(text[position], ()):
                if len(segment.text) > (1 if rule.alone else _MAX_WORD_CHARACTERS):
                    continue
                if _matches_at(rule.pattern, text, position):
                    yield position, rule.reading
                    break


def _matches_at(pattern: re.Pattern[str], text: str, position: int) -> bool:
    match = pattern.match(text, position)  # what stands before is in lookbehinds, so a match begins at the character
    return match is not None and match.start("here") == position


@cache
def _rules() -> Mapping[str, Sequence[Rule]]:
    rules: dict[str, list[Rule]] = {}
    for line in data_lines("zh_contexts.txt"):
        char, reading, pattern = line.split(" ", 2)
        for name, characters in _CLASSES.items():
            pattern = pattern.replace(name, characters)
        pattern = pattern.replace("‹", "(?P<here>").replace("›", ")")
        rules.setdefault(char, []).append(Rule(re.compile(pattern), reading.rstrip("!"), reading.endswith("!")))
    return rules
