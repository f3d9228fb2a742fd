"""What is said for symbols that are neither letters, figures nor punctuation."""

from __future__ import annotations

import re

from hwamei.domain.language import Language
from hwamei.text.scripts import HAN
from hwamei.text.units import units

_ALWAYS = {
    "&": ("和", "and"), "@": ("艾特", "at"), "%": ("百分号", "percent"), "÷": ("除以", "divided by"),
    "≤": ("小于等于", "less than or equal to"), "≥": ("大于等于", "greater than or equal to"),
    "≠": ("不等于", "is not equal to"), "≈": ("约等于", "is about"), "√": ("根号", "the square root of"),
    "∞": ("无穷", "infinity"), "²": ("的平方", "squared"), "³": ("的立方", "cubed"),
    "℃": ("摄氏度", "degrees Celsius"), "℉": ("华氏度", "degrees Fahrenheit"), "€": ("欧元", "euros"),
    "£": ("英镑", "pounds"), "$": ("美元", "dollars"), "¥": ("元", "yuan"), "°": ("度", "degrees"),
    "×": ("乘", "times"), "±": ("正负", "plus or minus"), "α": ("阿尔法", "alpha"), "β": ("贝塔", "beta"),
    "γ": ("伽马", "gamma"), "δ": ("德尔塔", "delta"), "ε": ("艾普西隆", "epsilon"), "θ": ("西塔", "theta"),
    "λ": ("兰姆达", "lambda"), "μ": ("缪", "mu"), "π": ("派", "pi"), "σ": ("西格玛", "sigma"), "φ": ("斐", "phi"),
    "ω": ("欧米伽", "omega"), "Δ": ("德尔塔", "delta"), "Σ": ("西格玛", "sigma"), "Ω": ("欧姆", "ohm"),
}  # fmt: skip
_BETWEEN = {
    "+": ("加", "plus"), "=": ("等于", "equals"), "<": ("小于", "is less than"), ">": ("大于", "is greater than"),
    "-": ("减", "minus"), "*": ("乘", "times"),
}  # fmt: skip
"""Said only between figures or single letters; elsewhere they are decoration."""
_OPERAND_BEFORE = re.compile(r"(?:[\d)%²³πα-ω]|(?<![A-Za-z])[A-Za-z])\s?$")
_OPERAND_AFTER = re.compile(r"\s?(?:[-\d(√πα-ω¥$€£]|[A-Za-z](?![A-Za-z]))")
_PRICE_BEFORE = re.compile(
    r"\d\s?(?:万|亿|千)?(?:元|块|角|分|美元|欧元|人|次|个|页|字|条|米|公里|千米|步|单|件|帧|[a-z]+)$"
)
_PER_AFTER = re.compile(
    r"(?:[天日月年周人次个斤吨米晚间夜位件分秒台套份平亩课节条张]|小时|公斤|千克|分钟|平方|㎡|kg|day|month|year|week|hour|person|night|second|minute)"
)
_AFTER_NUMBER = re.compile(r"\d$")
_HAN = re.compile(f"[{HAN}]")


def symbol_name(symbol: str, language: Language, *, before: str, after: str) -> str:
    """What is said for a symbol in its place, in the words of the language; empty for decoration."""
    chinese = language is Language.CHINESE
    if not symbol.isalpha() and symbol in units():
        return units()[symbol].chinese if chinese else units()[symbol].english
    return _names(symbol, before, after)[0 if chinese else 1]


def _names(symbol: str, before: str, after: str) -> tuple[str, str]:
    if symbol in _ALWAYS:
        return _ALWAYS[symbol]
    if symbol == "/" and _PRICE_BEFORE.search(before) and _PER_AFTER.match(after):
        return "每", "per"
    if symbol in _BETWEEN and _stands_between(symbol, before, after):
        return _BETWEEN[symbol]
    return ("约", "about") if symbol in "~～" and after[:1].isdigit() else ("", "")


def _stands_between(symbol: str, before: str, after: str) -> bool:
    """Whether a sign stands between operands, and so is more than decoration."""
    if _OPERAND_BEFORE.search(before) and _OPERAND_AFTER.match(after):
        return True
    if symbol == "=":
        return _HAN.match(before[-1:]) is not None and bool(after.strip())
    return symbol == "+" and _AFTER_NUMBER.search(before) is not None and not after[:1].isalnum()
