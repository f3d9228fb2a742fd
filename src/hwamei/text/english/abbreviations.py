"""Written short forms and what is said for them."""

from __future__ import annotations

import re

TITLES = {
    "dr": "Doctor", "mr": "Mister", "mrs": "Mrs", "ms": "Ms", "prof": "Professor", "st": "Saint", "rev": "Reverend",
    "hon": "Honorable", "gen": "General", "col": "Colonel", "lt": "Lieutenant", "capt": "Captain", "sgt": "Sergeant",
    "gov": "Governor", "sen": "Senator", "rep": "Representative", "pres": "President", "mt": "Mount", "ft": "Fort",
}  # fmt: skip
"""Written with a capital, before a name."""
BEFORE_FIGURES = {
    "no": "number", "vol": "volume", "fig": "figure", "figs": "figures", "eq": "equation", "sec": "section",
    "ch": "chapter", "p": "page", "pp": "pages", "ext": "extension", "tel": "telephone", "est": "established",
    "approx": "approximately", "jan": "January", "feb": "February", "mar": "March", "apr": "April", "jun": "June",
    "jul": "July", "aug": "August", "sep": "September", "sept": "September", "oct": "October", "nov": "November",
    "dec": "December", "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday",
    "sat": "Saturday", "sun": "Sunday",
}  # fmt: skip
"""Short forms only where a figure follows; elsewhere some of them are words (sat, sun)."""
ANYWHERE = {
    "vs": "versus", "etc": "et cetera", "cf": "compare", "viz": "namely", "dept": "department", "jr": "Junior",
    "sr": "Senior", "inc": "incorporated", "ltd": "limited", "corp": "corporation", "ave": "Avenue",
    "blvd": "Boulevard", "rd": "Road", "al": "al", "eds": "editors",
}  # fmt: skip
"""Short forms wherever a full stop follows."""
_WITHOUT_STOP = frozenset("dr mr mrs ms prof vs etc".split())
_DOTTED = {"e.g.": "for example", "i.e.": "that is", "a.k.a.": "also known as", "ph.d.": "P H D", "ph.d": "P H D"}
_SPECIAL = {
    "C++": "C plus plus", "C#": "C sharp", "F#": "F sharp", ".NET": "dot net", "R&D": "R and D", "R&B": "R and B",
    "Q&A": "Q and A", "AT&T": "A T and T",
}  # fmt: skip
_CAPITALISED = re.compile(r"[A-Z][a-z]+\s+$")
_NAME_AFTER = re.compile(r"\s*[A-Z][a-z]")


def takes_stop(word: str, after: str) -> bool:
    """Whether the full stop behind the word belongs to it and ends no sentence; `after` is what follows that stop."""
    lower, following = word.lower(), after.lstrip(" ")[:1]
    if lower in TITLES:
        return (word[0].isupper() and following.isupper()) or (lower == "st" and following.islower())
    if lower in BEFORE_FIGURES:
        return following.isdigit()
    if len(word) == 1 and word.isupper() and word != "I":
        return following.isupper()  # an initial
    return lower in ANYWHERE and bool(following)


def spoken(written: str, *, before: str, after: str) -> str:
    """What is said for a written Latin word: "Dr." → Doctor, "C++" → C plus plus, other words as they are."""
    lower = written.lower()
    if written in _SPECIAL or lower in _DOTTED:
        return _SPECIAL.get(written) or _DOTTED[lower]
    stem = lower.rstrip(".")
    if written.endswith(".js"):
        return f"{written[:-3]} JS"
    if "." in written.rstrip("."):
        return "".join(letter.upper() for letter in written if letter.isalpha())
    if written.endswith(".") or stem in _WITHOUT_STOP:
        return _by_place(stem, before, after) or written.rstrip(".")
    return written


def _by_place(stem: str, before: str, after: str) -> str:
    """Saint before a name, Street after one; Doctor before a name, Drive after one."""
    follows_name = _CAPITALISED.search(before) is not None and _NAME_AFTER.match(after) is None
    if stem in ("st", "dr") and follows_name:
        return "Street" if stem == "st" else "Drive"
    return TITLES.get(stem) or BEFORE_FIGURES.get(stem) or ANYWHERE.get(stem) or ""
