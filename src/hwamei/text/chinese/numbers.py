"""Numbers as Chinese says them."""

from __future__ import annotations

DIGITS = "零一二三四五六七八九"
_SMALL_UNITS = ("", "十", "百", "千")
_MAX_DIGITS = 16


def digit_by_digit(digits: str, *, one: str = "一") -> str:
    """Each digit by itself: "208" → 二零八. `one` is 幺 in telephone numbers."""
    return "".join(one if digit == "1" else DIGITS[int(digit)] for digit in digits)


def cardinal(digits: str) -> str:
    """A whole number: "1250" → 一千二百五十; with more than 16 digits, digit by digit."""
    digits = digits.lstrip("0")
    if not digits:
        return "零"
    if len(digits) > _MAX_DIGITS:
        return digit_by_digit(digits)
    return _with_liang(_short_ten(_spoken(digits)))


def decimal(number: str) -> str:
    """A number with a decimal point: "2.88" → 二点八八; without one, as `cardinal`."""
    whole, point, fraction = number.replace(",", "").partition(".")
    spoken = cardinal(whole or "0")
    return f"{spoken}点{digit_by_digit(fraction)}" if point and fraction else spoken


def _spoken(digits: str) -> str:
    """A number without leading zeros; what stands before 亿 and 万 is a number of its own."""
    for places, unit in ((8, "亿"), (4, "万")):
        if len(digits) > places:
            low = digits[-places:]
            gap = "零" if low[0] == "0" and low.strip("0") else ""
            return _spoken(digits[:-places]) + unit + gap + _spoken(low.lstrip("0"))
    return _group(digits.zfill(4))


def _group(digits: str) -> str:
    """Four digits without what stands before them: "0250" → 二百五十."""
    spoken = ""
    for position, digit in enumerate(digits):
        if digit != "0":
            spoken += DIGITS[int(digit)] + _SMALL_UNITS[3 - position]
        elif spoken and digits[position + 1 :].strip("0") and not spoken.endswith("零"):
            spoken += "零"
    return spoken


def _short_ten(spoken: str) -> str:
    """十二 and not 一十二 at the beginning of a number."""
    return spoken[1:] if spoken.startswith("一十") else spoken


def _with_liang(spoken: str) -> str:
    """两千, 两万, 两亿 at the beginning of a number, where that is how people say it."""
    return "两" + spoken[1:] if spoken[:2] in ("二千", "二万", "二亿") else spoken
