"""How Chinese says written expressions with figures."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from hwamei.text.chinese.numbers import cardinal, decimal, digit_by_digit
from hwamei.text.figures import Figure
from hwamei.text.roman import value_of_roman
from hwamei.text.units import units

_SIGNS = {"-": "负", "+": "正", "±": "正负", "": ""}
_CURRENCIES = {"$": "美元", "US$": "美元", "HK$": "港元", "NT$": "新台币", "¥": "元", "€": "欧元", "£": "英镑"}
_SCALES = {
    "thousand": "千", "million": "百万", "billion": "十亿", "trillion": "万亿", "bn": "十亿", "k": "千", "K": "千",
    "M": "百万", "B": "十亿",
}  # fmt: skip
_LIANG = re.compile(
    r"\s?(?:[个只本张条件次天岁周秒位名家间套台辆部座棵朵头匹双对种类场份瓶杯碗块片颗粒支枝把根句段遍趟排队组门面幅首篇封顿口道步元角人者万亿千"
    r"米吨倍克升斤两斗里]|小时|分钟|公里|公斤|点(?!\d{3})|年(?!级|\d)|成|毛|下|回|星期|礼拜|车间|千米|英|平方|立方|厘米|毫|层(?!楼)|笔|架|艘|则|具|处|番|拨)"
)  # fmt: skip
_YEAR_AFTER = re.compile(r"\s?年(?!级|后|前|来|历史|以)|[-–—~～至到][12]\d{3}\s?年")
_YEARS_RANGE = re.compile(r"[-–—~～](?:19|20)\d{2}(?!\d)")
_SCORE = re.compile(r"比分|战胜|击败|获胜|取胜|大胜|险胜|惜败|不敌|逼平|大比分|领先|落后")
_EMERGENCY = re.compile(r"(?:拨打|拨|打|电话|热线|报警|急救|火警)(?:了|过|号码)?\s?$")


def say(figure: Figure) -> str:
    """The expression in Chinese characters."""
    return _SAYERS[figure.name](figure)


def _number(figure: Figure) -> str:
    written = figure.part("number").replace(",", "")
    sign = _SIGNS[figure.part("sign")]
    if "." in written:
        return sign + decimal(written)
    if _is_year(figure, written) or _is_label(figure, written):
        return digit_by_digit(written)
    if written in ("110", "119", "120", "122", "12345", "12306", "10086", "10010", "10000") and _EMERGENCY.search(
        figure.before
    ):
        return digit_by_digit(written, one="幺")
    if written == "2" and not sign and _LIANG.match(figure.after) and not re.search(r"[第初十周期第-]$", figure.before):
        return "两"
    return sign + cardinal(written)


def _is_year(figure: Figure, written: str) -> bool:
    if len(written) == 4 and written[0] in "12":
        before = figure.before[-5:]
        return bool(
            _YEAR_AFTER.match(figure.after)
            or _YEARS_RANGE.match(figure.after)
            or re.search(r"(?:19|20)\d{2}[-–—~～]$", before)
        )
    return len(written) == 2 and re.match(r"年\d{1,2}月", figure.after) is not None


def _is_label(figure: Figure, written: str) -> bool:
    """Whether the digits name something and count nothing: 007, A380, a long number."""
    if len(written) > 1 and written[0] == "0":
        return True
    if len(written) >= 3 and re.search(r"[A-Za-z]-?$", figure.before):
        return True
    if len(written) >= 3 and re.match(r"\s?(?:房间|室|航班|次列车)", figure.after):
        return True
    return len(written) >= 9 and not written.endswith("0000")


def _percent(figure: Figure) -> str:
    whole = "百分之" if figure.part("kind") == "%" else "千分之"
    return whole + _SIGNS[figure.part("sign")].replace("正负", "正负") + decimal(figure.part("number"))


def _money(figure: Figure) -> str:
    scale = figure.part("scale")
    amount = figure.part("number").replace(",", "")
    amount = amount.rstrip("0").rstrip(".") if "." in amount else amount
    spoken = "两" if amount == "2" else decimal(amount)
    return _SIGNS[figure.part("sign")] + spoken + _SCALES.get(scale, scale) + _CURRENCIES[figure.part("currency")]


def _unit(figure: Figure) -> str:
    unit = figure.part("unit") or figure.part("spaced")
    number = figure.part("number").replace(",", "")
    spoken = "两" if number == "2" and unit not in ("℃", "°C", "℉", "°F", "°") else decimal(number)
    sign = "零下" if figure.part("sign") == "-" and unit in ("℃", "°C") else _SIGNS[figure.part("sign")]
    return sign + spoken + units()[unit].chinese


def _date(figure: Figure) -> str:
    return f"{digit_by_digit(figure.part('year'))}年{cardinal(figure.part('month'))}月{cardinal(figure.part('day'))}日"


def _time(figure: Figure) -> str:
    hour, minute, second = int(figure.part("hour")), figure.part("minute"), figure.part("second")
    if not figure.part("half") and (_SCORE.search(figure.before[-12:]) or _SCORE.match(figure.after.lstrip())):
        return f"{cardinal(str(hour))}比{cardinal(minute)}"
    spoken = _half(figure, hour) + _hour(hour)
    if minute != "00" or second:
        spoken += ("零" if minute[0] == "0" and minute != "00" else "") + cardinal(minute) + "分"
    if second:
        spoken += cardinal(second) + "秒"
    return spoken


def _half(figure: Figure, hour: int) -> str:
    half = figure.part("half").lower().replace(".", "")
    if half == "am":
        return "凌晨" if hour < 6 or hour == 12 else "上午"
    if half == "pm":
        return "中午" if hour == 12 else "下午" if hour < 6 else "晚上"
    return ""


def _hour(hour: int) -> str:
    return "两点" if hour == 2 else f"{cardinal(str(hour))}点"


def _fraction(figure: Figure) -> str:
    top, bottom = figure.part("top"), figure.part("bottom")
    if (top, bottom) == ("24", "7"):
        return "二十四七"
    return f"{cardinal(bottom)}分之{cardinal(top)}"


def _mixed_fraction(figure: Figure) -> str:
    return f"{cardinal(figure.part('whole'))}又{_fraction(figure)}"


def _vulgar(figure: Figure) -> str:
    top, _, bottom = unicodedata.normalize("NFKC", figure.part("vulgar")).partition("\u2044")
    spoken = f"{cardinal(bottom)}分之{cardinal(top)}"
    return f"{cardinal(figure.part('whole'))}又{spoken}" if figure.part("whole") else spoken


def _dotted(figure: Figure) -> str:
    parts = figure.part("digits").split(".")
    address = len(parts) == 4
    return "点".join(digit_by_digit(part) if address or part.startswith("0") else cardinal(part) for part in parts)


def _phone(figure: Figure) -> str:
    return digit_by_digit(re.sub(r"\D", "", figure.part("digits")), one="幺")


def _decade(figure: Figure) -> str:
    year = figure.part("year")
    return (digit_by_digit(year) if len(year) == 4 else cardinal(year)) + "年代"


def _to(figure: Figure) -> str:
    near = figure.before[-14:] + "|" + figure.after[:8]
    return "比" if _SCORE.search(near) else "到"


def _roman(figure: Figure) -> str:
    return cardinal(str(value_of_roman(figure.part("roman")) or 0))


_SAYERS: dict[str, Callable[[Figure], str]] = {
    "american_date": _date,
    "by": lambda figure: "乘",
    "date": _date,
    "decade": _decade,
    "dotted": _dotted,
    "fraction": _fraction,
    "hour": lambda figure: _half(figure, int(figure.part("hour"))) + _hour(int(figure.part("hour"))),
    "minus": lambda figure: "减",
    "mixed_fraction": _mixed_fraction,
    "money": _money,
    "number": _number,
    "numbered": lambda figure: cardinal(figure.part("number")) + "号",
    "ordinal": lambda figure: "第" + cardinal(figure.part("number")),
    "percent": _percent,
    "phone": _phone,
    "ratio": lambda figure: f"{cardinal(figure.part('left'))}比{cardinal(figure.part('right'))}",
    "roman": _roman,
    "time": _time,
    "to": _to,
    "unit": _unit,
    "version": _dotted,
    "vulgar": _vulgar,
}
