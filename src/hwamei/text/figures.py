"""Written expressions with figures in them: found here, spoken by `chinese.figures` and `english.figures`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from hwamei.text.data_files import lines
from hwamei.text.roman import value_of_roman
from hwamei.text.units import units


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

    @property
    def before(self) -> str:
        """What stands before it in the sentence."""
        return self.match.string[: self.match.start()]

    @property
    def after(self) -> str:
        """What stands after it in the sentence."""
        return self.match.string[self.match.end() :]

    def part(self, name: str) -> str:
        """A named part, empty if it is not written."""
        return self.match[name] or ""


_LEFT = r"(?<![A-Za-z0-9])"
_SIGN = r"(?:(?<![A-Za-z0-9%‰℃°元)])(?P<sign>[-+±]))?"
_AMOUNT = r"(?:(?:\d{1,3}(?:,\d{3}){1,8}(?![\d,])|\d{1,24})(?:\.\d{1,20})?|(?<![\w.])\.\d{1,20})"
_NUMBER = rf"{_SIGN}(?P<number>{_AMOUNT})"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?"
_TOP = "com|org|net|edu|gov|cn|io|ai|co|dev|app|info|me|tv|uk|us|de|fr|jp|hk|tw|xyz|top|site|cc"


_PARTS = {"«left»": _LEFT, "«amount»": _AMOUNT, "«number»": _NUMBER, "«label»": _LABEL, "«top»": _TOP}
_SPACED_LETTERS = "mgL℃°㎡"  # a single letter after a blank is seldom a unit
_STARTS = re.compile(r"[.0-9A-Za-z+\-±$¥€£#№\u00bc-\u00be\u2150-\u217f–—~～×*(]")
_LETTER_STARTS = frozenset(("email", "url", "version", "money", "by", "numbered", "roman"))
_BEFORE_ROMAN = re.compile(
    r"(?:\b(?:chapter|part|section|volume|vol\.|act|scene|war|type|class|phase|grade|level|stage|appendix|article|book|episode|season"
    r"|figure|table|unit|title|mark|bowl|olympiad|century|step|pope|king|queen)|第) ?$",
    re.IGNORECASE,
)  # fmt: skip
_NAME_BEFORE_ROMAN = re.compile(r"\b[A-Z][a-z]+ $")
_AFTER_ROMAN = re.compile(r"[型期级类度世代章节卷部届条]")


def match_figure(sentence: str, position: int) -> Figure | None:
    """The expression that begins at this place, or None."""
    char = sentence[position]
    if _STARTS.match(char) is None:
        return None
    for name, pattern in _patterns().items():
        if char.isalpha() and char.isascii() and name not in _LETTER_STARTS:
            continue
        match = pattern.match(sentence, position)
        if match is not None and match.end() > position:
            figure = Figure(name, match)
            if name != "roman" or _is_roman(figure):
                return figure
    return None


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    """The kinds of expressions, in the order in which they are tried."""
    names = sorted(map(re.escape, units()), key=len, reverse=True)
    spaced = [name for name in names if len(name) > 1 or name in _SPACED_LETTERS]
    parts = _PARTS | {"«unit»": "|".join(names), "«spaced»": "|".join(spaced)}
    patterns = {}
    for line in lines("figures.txt"):
        name, source = line.split("\t")
        patterns[name] = re.compile(re.sub("«[a-z]+»", lambda part: parts[part[0]], source))
    return patterns


def _is_roman(figure: Figure) -> bool:
    written = figure.part("roman")
    if not written.isascii():
        return True
    if value_of_roman(written) is None:
        return False
    if _BEFORE_ROMAN.search(figure.before):
        return True
    if len(written) > 1 or written in "VX":
        return bool(_AFTER_ROMAN.match(figure.after)) or (
            written != "X"
            and _NAME_BEFORE_ROMAN.search(figure.before) is not None
            and not written.startswith(("C", "L"))
        )
    return False
