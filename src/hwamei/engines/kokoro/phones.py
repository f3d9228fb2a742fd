"""Words and marks to the symbols that the model was trained on, and the symbols to its token numbers.

Chinese: the IPA with tone arrows of misaki's `ZHG2P`, one space between words. English: misaki's US phones, as they
come.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from hwamei.domain.errors import EngineFailed
from hwamei.domain.language import Language
from hwamei.domain.utterance import Mark, Utterance, Word
from hwamei.engines.kokoro.vocabulary import TOKENS

MAX_TOKENS = 510  # rows of a style pack; the model's context without the two pads
TONES = {"1": "→", "2": "↗", "3": "↓", "4": "↘", "5": ""}
TONE_PLACE = "0"
ER = "ɚ"
YO = "jɔ"  # 哟: pinyin_to_ipa gives what it gives for wo
CODAS_LOST_BEFORE_R = "nŋi"


@dataclass(frozen=True, slots=True)
class TokenSpan:
    """Tokens `first` to `last` (exclusive; the pad before the first token is number 0) belong to the word."""

    word: Word
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class TokenLine:
    """What the model is given: token numbers without the pads, and which of them are which word."""

    tokens: tuple[int, ...]
    spans: tuple[TokenSpan, ...]


def token_line(utterance: Utterance) -> TokenLine:
    """The utterance in the model's tokens. Raises EngineFailed if nothing in it has a sound."""
    tokens: list[int] = []
    spans: list[TokenSpan] = []
    for part in utterance.parts:
        if isinstance(part, Mark):
            tokens += _numbers(part.symbol)
        elif symbols := _numbers(word_symbols(part)):
            if tokens and not part.joined:
                tokens.append(TOKENS[" "])
            spans.append(TokenSpan(part, len(tokens) + 1, len(tokens) + 1 + len(symbols)))
            tokens += symbols
    if not spans:
        raise EngineFailed(engine="kokoro", problem="the utterance has no word with a reading")
    return TokenLine(tuple(tokens), tuple(spans))


def word_symbols(word: Word) -> str:
    """The word's sounds in the model's symbols; empty for a word that has none of its own (the 儿 of 花儿)."""
    if word.language is Language.CHINESE:
        return "".join(syllable_symbols(syllable) for syllable in word.reading)
    return " ".join(word.reading)


@lru_cache(maxsize=2048)
def syllable_symbols(pinyin: str) -> str:
    """One pinyin syllable with its tone digit; r before the digit stands for erhua (`huar1`)."""
    if pinyin[:-1].endswith("r") and pinyin[:-1] != "er":
        plain = syllable_symbols(pinyin[:-2] + pinyin[-1])
        return _without_coda(plain) + ER
    if pinyin[:-1] == "yo":
        return YO + syllable_symbols(f"o{pinyin[-1]}")[1:]
    syllable, tone = pinyin[:-1], pinyin[-1]
    return _syllables()[syllable].replace(TONE_PLACE, TONES[tone])


@cache
def _syllables() -> dict[str, str]:
    """The model's symbols for each toneless syllable, 0 where the tone goes (made by tools/build_syllables.py)."""
    table = (files("hwamei.engines.kokoro") / "syllables.txt").read_text(encoding="utf-8")
    return dict(line.split("\t") for line in table.splitlines())


def _without_coda(symbols: str) -> str:
    """What is left of a syllable when 儿 is drawn into it: pán → pá, hái → há; the tone stays with the vowel."""
    tone = next((symbol for symbol in symbols if symbol in "→↗↓↘"), "")
    toneless = symbols.replace(tone, "") if tone else symbols
    has_coda = len(toneless) > 1 and toneless[-1] in CODAS_LOST_BEFORE_R and toneless[-2] in "aɛəei"
    return (toneless[:-1] if has_coda else toneless) + tone


def _numbers(symbols: str) -> list[int]:
    return [TOKENS[symbol] for symbol in symbols if symbol in TOKENS]
