"""Forty syllables of Mandarin that are words in each of the four tones, such as 妈 麻 马 骂."""

from __future__ import annotations

SYLLABLES = (
    "ma shi fei ying tang wei qian hui guo bao ju tong xie wu fang yan chou mi zhu xiang"
    " ba di chuan you mao yu fen ke qing xiao cai tu wan zhi pao xing yuan hu jie wen"
).split()
TONES = (1, 2, 3, 4)


def carrier(syllable: str, tone: int) -> str:
    """A sentence with the syllable in its middle, whatever character stands there. The fourth tone after it leaves a
    third tone low: only before another third tone would it rise."""
    return f"我说字[[pinyin:{syllable}{tone}]]这个字。"


POSITION = 2  # of the syllable, among the words of the carrier
