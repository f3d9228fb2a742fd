"""Written short forms and what is said for them."""

from __future__ import annotations

import re

ABBREVIATIONS = {
    "dr": "Doctor", "mr": "Mister", "mrs": "Mrs", "ms": "Ms", "prof": "Professor", "st": "Saint", "sr": "Senior",
    "jr": "Junior", "rev": "Reverend", "hon": "Honorable", "gen": "General", "col": "Colonel", "lt": "Lieutenant",
    "capt": "Captain", "sgt": "Sergeant", "gov": "Governor", "sen": "Senator", "rep": "Representative", "pres": "President",
    "mt": "Mount", "ft": "Fort", "vol": "volume", "fig": "figure", "figs": "figures", "eq": "equation", "sec": "section",
    "ch": "chapter", "pp": "pages", "vs": "versus", "approx": "approximately", "est": "established", "dept": "department",
    "ext": "extension", "tel": "telephone", "etc": "et cetera", "inc": "incorporated", "ltd": "limited", "co": "company",
    "corp": "corporation", "ave": "Avenue", "blvd": "Boulevard", "rd": "Road", "jan": "January", "feb": "February",
    "mar": "March", "apr": "April", "jun": "June", "jul": "July", "aug": "August", "sep": "September", "sept": "September",
    "oct": "October", "nov": "November", "dec": "December", "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday",
    "thu": "Thursday", "fri": "Friday", "sat": "Saturday", "sun": "Sunday", "no": "number", "min": "minutes", "max": "maximum",
    "ed": "editor", "eds": "editors", "al": "al", "cf": "compare", "viz": "namely",
}  # fmt: skip
"""Short forms that a full stop follows. Without one only those in `ALWAYS` are taken as such."""
ALWAYS = frozenset("dr mr mrs prof vs etc ltd".split())
DOTTED = {"e.g.": "for example", "i.e.": "that is", "a.k.a.": "also known as", "ph.d.": "P H D", "ph.d": "P H D"}
SPECIAL = {
    "C++": "C plus plus", "C#": "C sharp", "F#": "F sharp", ".NET": "dot net", "R&D": "R and D", "R&B": "R and B",
    "Q&A": "Q and A", "AT&T": "A T and T", "w/": "with", "w/o": "without", "&": "and",
}  # fmt: skip
_CAPITALISED = re.compile(r"[A-Z][a-z]+\s+$")
_NAME_AFTER = re.compile(r"\s*[A-Z][a-z]")


def spoken(written: str, *, before: str, after: str) -> str:
    """What is said for a written Latin word: "Dr." → Doctor, "C++" → C plus plus, other words as they are."""
    if written in SPECIAL:
        return SPECIAL[written]
    lower = written.lower()
    if lower in DOTTED:
        return DOTTED[lower]
    if written.endswith(".js"):
        return f"{written[:-3]} J S"
    if "." in written.rstrip("."):
        return " ".join(letter.upper() for letter in written if letter.isalpha())
    stem = lower.rstrip(".")
    if stem in ABBREVIATIONS and (written.endswith(".") or (stem in ALWAYS and not after.startswith("."))):
        return _by_place(stem, before, after)
    if stem in ALWAYS or (stem == "etc"):
        return ABBREVIATIONS[stem]
    return written


def _by_place(stem: str, before: str, after: str) -> str:
    """Saint before a name, Street after one; Doctor before a name, Drive after one."""
    follows_name = _CAPITALISED.search(before) is not None and _NAME_AFTER.match(after) is None
    if stem == "st" and follows_name:
        return "Street"
    if stem == "dr" and follows_name:
        return "Drive"
    return ABBREVIATIONS[stem]
