"""Written expressions with figures in them: found here, spoken by `chinese.figures` and `english.figures`."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """An expression in a folded sentence. `name` says which kind; `match` has its parts as named groups."""

    name: str
    match: re.Match[str]

    @property
    def text(self) -> str:
        """What is written."""
        return self.match[0]

    @property
    def end(self) -> int:
        """Where it ends in the sentence."""
        return self.match.end()


_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_PATTERNS = {
    "number": re.compile(rf"(?P<number>{_NUMBER})"),
}


def match_figure(sentence: str, position: int) -> Figure | None:
    """The expression that begins at this place, or None."""
    for name, pattern in _PATTERNS.items():
        match = pattern.match(sentence, position)
        if match is not None:
            return Figure(name, match)
    return None
