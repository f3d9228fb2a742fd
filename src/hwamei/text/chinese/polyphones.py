"""Characters whose reading depends on what stands around them, where no word of the dictionary decides it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from hwamei.text.chinese.words import Segment
from hwamei.text.data_files import lines

_CLASSES = {"{N}": "零一二两三四五六七八九十百千万亿几半多数", "{P}": "我你您他她它咱俺谁", "{H}": "\u4e00-\u9fff"}

_MAX_WORD_CHARACTERS = 3  # a longer word is an idiom or a name, and stays as the dictionary has it


@dataclass(frozen=True, slots=True)
class Rule:
    """Where `pattern` matches, the character in its group "here" is read so; `alone`: only as a word of its own."""

    pattern: str
    reading: str
    alone: bool

    def matches(self, text: str, position: int) -> bool:
        """Whether the character at this place is read so."""
        match = _compiled(self.pattern).match(text, position)  # what stands before is in lookbehinds
        return match is not None and match.start("here") == position


def decided(text: str, segments: Sequence[Segment]) -> Iterator[tuple[int, str]]:
    """Positions in a Chinese stretch, and the readings that their surroundings decide; the first for a position counts.

    Longer words of the dictionary are left as they are.
    """
    for segment in segments:
        for position in range(segment.start, segment.end):
            for rule in _rules().get(text[position], ()):
                longest = 1 if rule.alone else _MAX_WORD_CHARACTERS
                if len(segment.text) <= longest and rule.matches(text, position):
                    yield position, rule.reading
                    break


@cache
def _rules() -> Mapping[str, Sequence[Rule]]:
    rules: dict[str, list[Rule]] = {}
    for line in lines("zh_contexts.txt"):
        char, reading, pattern = line.split(" ", 2)
        rules.setdefault(char, []).append(Rule(pattern, reading.rstrip("!"), reading.endswith("!")))
    return rules


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """The pattern of a rule, compiled when its character is first met: all of them take longer than a sentence."""
    for name, characters in _CLASSES.items():
        pattern = pattern.replace(name, characters)
    return re.compile(pattern.replace("‹", "(?P<here>").replace("›", ")"))
