"""Roman numerals."""

from __future__ import annotations

import re
import unicodedata

_VALID = re.compile(r"(?:C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def value_of_roman(written: str) -> int | None:
    """What a Roman numeral below 400 stands for (also one of the Unicode ones), None if it is none."""
    letters = unicodedata.normalize("NFKC", written).upper()
    if not letters or _VALID.fullmatch(letters) is None:
        return None
    values = [_VALUES[letter] for letter in letters]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))
