"""How tones change in running speech: 一, 不, and third tones in a row.

Words are the domain: inside a word from its smallest parts outwards, between words from right to left (after Duanmu,
The Phonology of Standard Chinese, 2nd ed., 2007).
"""

from __future__ import annotations

from collections.abc import Sequence

from hwamei.text.chinese.words import Segment

_ORDINAL_AFTER = frozenset("月号日楼班级等世")
_DIGITS = frozenset("零一二三四五六七八九十百千万亿点")


def apply_sandhi(text: str, syllables: Sequence[str], segments: Sequence[Segment]) -> list[str]:
    """The syllables of a stretch as they are spoken; `syllables` has one (or "") for each character."""
    spoken = list(syllables)
    for position, char in enumerate(text):
        if char == "一" and spoken[position] == "yi1":
            spoken[position] = _yi(text, spoken, position, segments)
        elif char == "不" and spoken[position] == "bu4":
            spoken[position] = _bu(text, spoken, position)
    _third_tones(spoken, segments)
    return spoken


def _yi(text: str, syllables: Sequence[str], position: int, segments: Sequence[Segment]) -> str:
    before, after = text[position - 1 : position] if position else "", text[position + 1 : position + 2]
    tone = syllables[position + 1][-1:] if after else ""
    if not tone or before in _DIGITS | {"第", "初", "周", "期"} or after in frozenset("零一二三四五六七八九"):
        return "yi1"
    if before and before == after:
        return "yi5"
    if after in _ORDINAL_AFTER and not (after == "等" and before):
        return "yi1"
    if _ends_word(position, segments):
        return "yi1"
    return "yi2" if tone in "45" and _underlying_fourth(after, tone) else "yi4"


def _underlying_fourth(after: str, tone: str) -> bool:
    return tone == "4" or after == "个"


def _ends_word(position: int, segments: Sequence[Segment]) -> bool:
    """Whether the character closes a word of several, as in 唯一, 统一."""
    return any(word.start < position and word.end == position + 1 for word in segments)


def _bu(text: str, syllables: Sequence[str], position: int) -> str:
    after = text[position + 1 : position + 2]
    if position and after and text[position - 1] == after:
        return "bu5"
    return "bu2" if after and syllables[position + 1][-1:] == "4" else "bu4"


def _third_tones(syllables: list[str], segments: Sequence[Segment]) -> None:
    for word in segments:
        _inside(syllables, word.start, word.end, word.text)
    starts = [word.start for word in segments]
    for start in reversed(starts[1:]):
        if _third(syllables[start]) and _third(syllables[start - 1]):
            syllables[start - 1] = _raised(syllables[start - 1])
            _ripple(syllables, start - 1, max(s for s in starts if s < start))


def _inside(syllables: list[str], start: int, end: int, text: str) -> None:
    """Third tones inside a word: 展览|馆 2 2 3, 小|老虎 3 2 3, longer words in pairs."""
    length = end - start
    if length == 3 and all(_third(syllables[index]) for index in range(start, end)) and _prefix(text[0]):
        syllables[start + 1] = _raised(syllables[start + 1])
        return
    if length == 4:
        _inside(syllables, start, start + 2, text[:2])
        _inside(syllables, start + 2, end, text[2:])
        if _third(syllables[start + 1]) and _third(syllables[start + 2]):
            syllables[start + 1] = _raised(syllables[start + 1])
        return
    for index in range(start, end - 1):
        if _third(syllables[index]) and _third(syllables[index + 1]):
            syllables[index] = _raised(syllables[index])


def _ripple(syllables: list[str], position: int, start: int) -> None:
    """A third tone before one just raised was raised for it already (览 in 展览馆 does not undo 展)."""
    for index in range(position - 1, start - 1, -1):
        if _third(syllables[index]) and _third(syllables[index + 1]):
            syllables[index] = _raised(syllables[index])


def _prefix(char: str) -> bool:
    return char in "小老好很纸总副女母买有写洗请打很我你"


def _third(syllable: str) -> bool:
    return syllable.endswith("3")


def _raised(syllable: str) -> str:
    return syllable[:-1] + "2"
