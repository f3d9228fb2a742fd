"""Numbers as American English says them."""

from __future__ import annotations

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
).split()
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
_SCALES = ("", "thousand", "million", "billion", "trillion", "quadrillion")
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_MAX_DIGITS = 18


def digit_by_digit(digits: str) -> str:
    """Each digit by itself: "208" → two zero eight."""
    return " ".join(_SMALL[int(digit)] for digit in digits)


def cardinal(digits: str) -> str:
    """A whole number: "1250" → one thousand two hundred fifty; with more than 18 digits, digit by digit."""
    digits = digits.lstrip("0")
    if not digits:
        return "zero"
    if len(digits) > _MAX_DIGITS:
        return digit_by_digit(digits)
    groups = [int(digits[max(0, end - 3) : end]) for end in range(len(digits), 0, -3)]
    words = [
        f"{_below_thousand(groups[power])} {_SCALES[power]}".strip()
        for power in reversed(range(len(groups)))
        if groups[power]
    ]
    return " ".join(words)


def decimal(number: str) -> str:
    """A number with a decimal point: "2.88" → two point eight eight; without one, as `cardinal`."""
    whole, point, fraction = number.replace(",", "").partition(".")
    spoken = cardinal(whole or "0")
    return f"{spoken} point {digit_by_digit(fraction)}" if point and fraction else spoken


def ordinal(digits: str) -> str:
    """An ordinal: "21" → twenty first."""
    head, _, last = cardinal(digits).rpartition(" ")
    if last in _ORDINALS:
        last = _ORDINALS[last]
    elif last.endswith("y"):
        last = last[:-1] + "ieth"
    else:
        last += "th"
    return f"{head} {last}".strip()


def year(digits: str) -> str:
    """A year: "2026" → twenty twenty six, "1905" → nineteen oh five, "2007" → two thousand seven."""
    if len(digits) != 4 or digits[1:3] == "00" or digits[0] == "0":
        return cardinal(digits)
    century, rest = digits[:2], digits[2:]
    if rest == "00":
        return f"{cardinal(century)} hundred"
    if rest[0] == "0":
        return f"{cardinal(century)} oh {cardinal(rest)}"
    return f"{cardinal(century)} {cardinal(rest)}"


def plural(word: str) -> str:
    """The plural of the last word: nineteen ninety → nineteen nineties."""
    if word.endswith("y") and word[-2:-1] not in tuple("aeiou"):
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("x", "s", "ch", "sh")) else "s")


def _below_thousand(number: int) -> str:
    words = []
    if number >= 100:
        words += [_SMALL[number // 100], "hundred"]
        number %= 100
    if number >= 20:
        words.append(_TENS[number // 10])
        number %= 10
        if number:
            words.append(_SMALL[number])
    elif number:
        words.append(_SMALL[number])
    return " ".join(words)
