"""Written expressions with figures in them: found here, spoken by `chinese.figures` and `english.figures`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

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
    names = sorted(units(), key=len, reverse=True)
    unit = "|".join(re.escape(name) for name in names)
    spaced_unit = "|".join(re.escape(name) for name in names if len(name) > 1 or name in _SPACED_LETTERS)
    sources = {
        "email": rf"{_LEFT}(?P<address>[A-Za-z0-9][A-Za-z0-9._+-]{{0,63}}@{_LABEL}(?:\.{_LABEL}){{1,4}})",
        "url": rf"{_LEFT}(?P<scheme>(?:https?|ftp)://)?(?P<address>(?(scheme)|(?=www\.|{_LABEL}(?:\.{_LABEL}){{0,3}}\.(?:{_TOP})"
        rf"(?![A-Za-z0-9.@])|{_LABEL}(?:\.{_LABEL}){{0,3}}\.(?:{_TOP})/)){_LABEL}(?:\.{_LABEL}){{0,5}}(?::\d{{1,5}})?"
        r"(?:/[A-Za-z0-9_./%~+-]*)?(?:[?#][A-Za-z0-9_./%~+=&-]*)?)(?<![.,])",
        "date": rf"{_LEFT}(?P<year>[12]\d{{3}})(?P<mark>[-/.])(?P<month>0?[1-9]|1[0-2])(?P=mark)"
        r"(?P<day>0[1-9]|[12]\d|3[01]|[1-9])(?![\d]|[-/.]\d)",
        "american_date": rf"{_LEFT}(?P<month>0?[1-9]|1[0-2])/(?P<day>0?[1-9]|[12]\d|3[01])/(?P<year>[12]\d{{3}})(?!\d)",
        "time": rf"{_LEFT}(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?"
        r"(?:\s?(?P<half>[AaPp]\.?[Mm](?:\.(?=\s*[a-z,;)])|\b)))?(?![\d:])",
        "hour": rf"{_LEFT}(?P<hour>0?[1-9]|1[0-2])\s?(?P<half>[AaPp]\.?[Mm](?:\.(?=\s*[a-z,;)])|\b))",
        "phone": r"(?<![A-Za-z0-9.])(?P<digits>(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}"
        r"|0\d{2,3}-\d{7,8}|[48]00-?\d{3}-?\d{4}|\(\d{3}\)\s?\d{3}-\d{4}|\d{3}-\d{3}-\d{4}"
        r"|\+\d{1,3}(?:[ -]\d{2,4}){2,5})(?![\d-])",
        "version": rf"{_LEFT}(?P<letter>[vV](?:er\.?\s?)?)(?P<digits>\d{{1,8}}(?:\.\d{{1,8}}){{0,6}})(?![A-Za-z0-9])",
        "dotted": rf"{_LEFT}(?P<digits>\d{{1,8}}(?:\.\d{{1,8}}){{2,6}})(?![\d])",
        "money": rf"(?:(?<![A-Za-z0-9%)])(?P<sign>[-+]))?(?P<currency>US\$|HK\$|NT\$|[$¥€£])\s?(?P<number>{_AMOUNT})"
        r"(?:\s?(?P<scale>万亿|亿|万|千|百万|trillion|billion|million|thousand|bn|[kKMB])(?![A-Za-z]))?(?:元(?!素|旦))?",
        "percent": rf"{_NUMBER}\s?(?P<kind>%|‰)",
        "vulgar": r"(?P<whole>\d{1,9})?(?P<vulgar>[\u00bc-\u00be\u2150-\u215e])",
        "mixed_fraction": rf"{_LEFT}(?P<whole>\d{{1,3}}) (?P<top>\d)/(?P<bottom>\d{{1,2}})(?![\d/])",
        "fraction": rf"{_LEFT}(?P<top>\d{{1,4}})/(?P<bottom>\d{{1,4}})(?![\d/A-Za-z])",
        "decade": rf"(?:{_LEFT}|(?<='))(?P<year>[12]\d\d0|(?:(?<=[a-z] )|(?<=[a-z]-)|(?<='))\d0)'?s(?![A-Za-z])",
        "unit": rf"{_NUMBER}(?:(?P<unit>{unit})|\s(?P<spaced>{spaced_unit}))(?![A-Za-z0-9²³'])",
        "ordinal": rf"{_LEFT}(?P<number>\d{{1,9}})(?:st|nd|rd|th)(?![A-Za-z])",
        "ratio": rf"{_LEFT}(?P<left>\d{{1,4}}):(?P<right>\d{{1,4}})(?![\d:])",
        "minus": r"(?<=\d )-(?= ?\d)|(?<=\d)-(?=\d+(?:\.\d+)?\s?=)",
        "to": r"(?<=[\d%‰℃°])[-–—~～]{1,2}(?=[¥$€£]?\d)|(?<=\d )[–—~～](?= ?\d)",
        "by": r"(?:(?<=\d)|(?<=\d ))[xX×*](?= ?\d)",
        "numbered": r"(?:#|№\s?|(?<![A-Za-z])No\.\s?)(?P<number>\d{1,9})(?!\d)",
        "roman": r"(?P<roman>(?<![A-Za-z])[IVXLC]{1,7}(?![A-Za-z'.-])|[\u2160-\u217f]{1,7})",
        "number": _NUMBER,
    }  # fmt: skip
    return {name: re.compile(source) for name, source in sources.items()}


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
