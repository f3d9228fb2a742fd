"""How English says written expressions with figures."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from hwamei.text.english.numbers import cardinal, decimal, digit_by_digit, ordinal, plural, year
from hwamei.text.figures import Figure
from hwamei.text.roman import value_of_roman
from hwamei.text.units import units

_SIGNS = {"-": "minus ", "+": "plus ", "±": "plus or minus ", "": ""}
_CURRENCIES = {
    "$": ("dollar", "cent"), "US$": ("US dollar", "cent"), "HK$": ("Hong Kong dollar", "cent"),
    "NT$": ("Taiwan dollar", "cent"), "¥": ("yuan", "fen"), "€": ("euro", "cent"), "£": ("pound", "penny"),
}  # fmt: skip
_PLURALS = {"penny": "pence", "yuan": "yuan", "fen": "fen", "foot": "feet", "hertz": "hertz"}
_SCALES = {
    "k": "thousand", "K": "thousand", "M": "million", "B": "billion", "bn": "billion", "万": "ten thousand",
    "亿": "hundred million", "千": "thousand", "百万": "million", "万亿": "trillion",
}  # fmt: skip
_FRACTIONS = {"2": "half", "4": "quarter"}
_MONTHS = (
    "January February March April May June July August September October November December".split()
)  # fmt: skip
_AFTER_MONTH = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?\s$"
)
_BEFORE_MONTH = re.compile(
    r"\s(?:of\s)?(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
_YEAR_BEFORE = re.compile(
    r"(?:\b(?:in|since|by|from|until|till|year|during|before|after|around|circa|early|late|spring|summer|autumn|fall|winter|to"
    r"|and|January|February|March|April|May|June|July|August|September|October|November|December|©|class of|of)\s"
    r"|\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s"
    r"|[(–—-])$",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\s(?:[a-z]+\s){0,2}?[a-z]+s\b")
_STREET = re.compile(
    r"\s(?:[NSEW]\.?\s)?[A-Z][a-z]+\s(?:Street|St|Avenue|Ave|Road|Rd|Drive|Dr|Lane|Ln|Boulevard|Blvd|Way)\b"
)
_ROOM = re.compile(r"\b(?:room|flight|apartment|apt\.?|suite|route|highway|bus|gate)\s$", re.IGNORECASE)
_MONARCH = re.compile(
    r"\b(?:henry|louis|elizabeth|george|edward|charles|james|william|richard|philip|catherine|napoleon|nicholas|alexander|frederick"
    r"|peter|ramses|paul|john|pius|benedict|leo|gregory|innocent|mary|ivan|otto|ferdinand|carl|gustav|felipe|francis|robert|david"
    r"|malcolm|ptolemy|darius|wilhelm|haakon|olaf|christian|rama|victor|leopold|albert)\s$",
    re.IGNORECASE,
)  # fmt: skip


def say(figure: Figure) -> str:
    """The expression in English words."""
    return _SAYERS[figure.name](figure)


def _number(figure: Figure) -> str:
    written = figure.part("number")
    plain = written.replace(",", "")
    sign = _SIGNS[figure.part("sign")]
    if plain.isdigit() and plain == written and not sign:
        return _name(figure, plain) or cardinal(plain)
    return sign + decimal(plain)


def _name(figure: Figure, written: str) -> str:
    """What is said for plain digits that count nothing: a day, a year, a code, a room; empty if they may count."""
    if len(written) <= 2 and _AFTER_MONTH.search(figure.before):
        return ordinal(written)
    if len(written) <= 2 and _BEFORE_MONTH.match(figure.after):
        return f"the {ordinal(written)} of"
    if _is_label(figure, written):
        return digit_by_digit(written)
    if _is_year(figure, written):
        return year(written)
    return _in_pairs(written) if _STREET.match(figure.after) or _ROOM.search(figure.before) else ""


def _is_year(figure: Figure, written: str) -> bool:
    if len(written) != 4 or not 1100 <= int(written) < 2100 or re.match(r"\s?[%°]", figure.after):
        return False
    if _YEAR_BEFORE.search(figure.before) or re.match(r"\s(?:BC|AD|BCE|CE)\b|[–—-]\d{2,4}\b", figure.after):
        return True
    return int(written) >= 1900 and _COUNTED.match(figure.after) is None


def _is_label(figure: Figure, written: str) -> bool:
    """Whether the digits name something and count nothing: 007, CA1234, a long number."""
    if len(written) > 1 and written[0] == "0":
        return True
    if len(written) > 3 and re.search(r"[A-Za-z]-?$", figure.before):
        return True
    return len(written) >= 9 and not written.endswith("000")


def _in_pairs(digits: str) -> str:
    """A house or a room: 1250 → twelve fifty, 302 → three oh two, 21 → twenty-one."""
    if len(digits) not in (3, 4) or digits.endswith("00"):
        return cardinal(digits)
    head, tail = digits[:-2], digits[-2:]
    return f"{cardinal(head)} {'oh ' if tail[0] == '0' else ''}{cardinal(tail)}"


def _percent(figure: Figure) -> str:
    whole = "percent" if figure.part("kind") == "%" else "per thousand"
    return f"{_SIGNS[figure.part('sign')]}{decimal(figure.part('number'))} {whole}"


def _money(figure: Figure) -> str:
    amount, scale = figure.part("number").replace(",", ""), figure.part("scale")
    unit, small = _CURRENCIES[figure.part("currency")]
    sign = _SIGNS[figure.part("sign")]
    if scale:
        return f"{sign}{decimal(amount)} {_SCALES.get(scale, scale)} {_plural(unit)}"
    whole, _, cents = amount.partition(".")
    if len(cents) > 2:
        return f"{sign}{decimal(amount)} {_plural(unit)}"
    cents = cents.ljust(2, "0") if cents else ""
    parts = []
    if whole.strip("0") or not cents.strip("0"):
        parts.append(_counted(whole, unit))
    if cents.strip("0"):
        parts.append(_counted(cents, small))
    return sign + " and ".join(parts)


def _counted(number: str, noun: str) -> str:
    return f"{cardinal(number)} {noun if number.lstrip('0') == '1' else _plural(noun)}"


def _plural(noun: str) -> str:
    """The plural of a unit: "kilometer per hour" → kilometers per hour, "degree Celsius" → degrees Celsius."""
    for joint in (" per ", " Celsius", " Fahrenheit"):
        head, found, tail = noun.partition(joint)
        if found:
            return _plural(head) + found + tail
    head, _, last = noun.rpartition(" ")
    plural_form = last if last.endswith("hertz") else _PLURALS.get(last) or plural(last)
    return f"{head} {plural_form}".strip()


def _unit(figure: Figure) -> str:
    number = figure.part("number").replace(",", "")
    noun = units()[figure.part("unit") or figure.part("spaced")].english
    noun = noun if number == "1" else _plural(noun)
    return f"{_SIGNS[figure.part('sign')]}{decimal(number)} {noun}"


def _date(figure: Figure) -> str:
    return f"{_MONTHS[int(figure.part('month')) - 1]} {ordinal(figure.part('day'))} {year(figure.part('year'))}"


def _time(figure: Figure) -> str:
    hour, minute, half = figure.part("hour"), figure.part("minute"), figure.part("half")
    spoken = cardinal(hour)
    if minute != "00":
        spoken += f" {'oh ' if minute[0] == '0' else ''}{cardinal(minute)}"
    elif not half:
        spoken += " o'clock" if 0 < int(hour) <= 12 else " hundred hours"
    if figure.part("second"):
        spoken += f" and {_counted(figure.part('second'), 'second')}"
    return f"{spoken} {_half(half)}".strip()


def _half(half: str) -> str:
    return "".join(letter.upper() for letter in half if letter.isalpha())


def _fraction(figure: Figure) -> str:
    top, bottom = figure.part("top"), figure.part("bottom")
    if (top, bottom) == ("24", "7"):
        return "twenty four seven"
    if (top, bottom) == ("9", "11"):
        return "nine eleven"
    return _of_fraction(top, bottom)


def _of_fraction(top: str, bottom: str) -> str:
    if not bottom.strip("0") or int(bottom) == 1 or (int(bottom) > 20 and bottom not in ("100", "1000")):
        return f"{cardinal(top)} over {cardinal(bottom)}"
    noun = _FRACTIONS.get(bottom) or ordinal(bottom)
    if int(top) != 1:
        noun = "halves" if noun == "half" else plural(noun)
    return f"{cardinal(top)} {noun}"


def _mixed_fraction(figure: Figure) -> str:
    return f"{cardinal(figure.part('whole'))} and {_of_fraction(figure.part('top'), figure.part('bottom'))}"


def _vulgar(figure: Figure) -> str:
    top, _, bottom = unicodedata.normalize("NFKC", figure.part("vulgar")).partition("\u2044")
    spoken = _of_fraction(top or "0", bottom or "0") if bottom else top
    return f"{cardinal(figure.part('whole'))} and {spoken}" if figure.part("whole") else spoken


def _dotted(figure: Figure) -> str:
    parts = figure.part("digits").split(".")
    address = len(parts) == 4
    return " point ".join(digit_by_digit(part) if address or part.startswith("0") else cardinal(part) for part in parts)


def _decade(figure: Figure) -> str:
    written = figure.part("year")
    head, _, last = year(written).rpartition(" ") if len(written) == 4 else cardinal(written).rpartition(" ")
    return f"{head} {plural(last)}".strip()


def _roman(figure: Figure) -> str:
    value = str(value_of_roman(figure.part("roman")) or 0)
    return f"the {ordinal(value)}" if _MONARCH.search(figure.before) else cardinal(value)


_SAYERS: dict[str, Callable[[Figure], str]] = {
    "american_date": _date,
    "by": lambda figure: "times" if "=" in figure.after else "by",
    "date": _date,
    "decade": _decade,
    "dotted": _dotted,
    "fraction": _fraction,
    "hour": lambda figure: f"{cardinal(figure.part('hour'))} {_half(figure.part('half'))}",
    "minus": lambda figure: "minus",
    "mixed_fraction": _mixed_fraction,
    "money": _money,
    "number": _number,
    "numbered": lambda figure: "number " + cardinal(figure.part("number")),
    "ordinal": lambda figure: ordinal(figure.part("number")),
    "percent": _percent,
    "phone": lambda figure: digit_by_digit(re.sub(r"\D", "", figure.part("digits"))),
    "ratio": lambda figure: f"{cardinal(figure.part('left'))} to {cardinal(figure.part('right'))}",
    "roman": _roman,
    "time": _time,
    "to": lambda figure: "to",
    "unit": _unit,
    "version": _dotted,
    "vulgar": _vulgar,
}
