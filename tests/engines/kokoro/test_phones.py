"""Every reading that the text side can give has symbols that the model knows."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from hwamei.domain.errors import EngineFailed
from hwamei.domain.language import Language
from hwamei.domain.utterance import Mark, Utterance, Word
from hwamei.engines.kokoro.phones import syllable_symbols, token_line, word_symbols
from hwamei.engines.kokoro.vocabulary import TOKENS
from hwamei.testing import a_word, an_utterance
from hwamei.text.marks import SYMBOLS
from hwamei.text.pinyin import SYLLABLES

ARROWS = {"1": "→", "2": "↗", "3": "↓", "4": "↘"}
VOWELS = set("aeiouyɑəɛɤɚɨʊɔ")


@pytest.mark.parametrize("tone", "12345")
def test_every_syllable_in_every_tone_is_known_to_the_model(tone: str) -> None:
    for syllable in SYLLABLES:
        symbols = syllable_symbols(syllable + tone)
        assert symbols, syllable
        assert set(symbols) <= set(TOKENS), (syllable, symbols)
        assert [symbol for symbol in symbols if symbol in "→↗↓↘"] == list(ARROWS.get(tone, "")), (syllable, symbols)


def test_different_syllables_sound_different() -> None:
    by_sound: dict[str, set[str]] = {}
    for syllable in SYLLABLES:
        by_sound.setdefault(syllable_symbols(f"{syllable}1"), set()).add(syllable)
    assert {frozenset(group) for group in by_sound.values() if len(group) > 1} <= SAME


SAME = {frozenset({"lo", "luo"})}
"""Spellings of the same sound."""


def test_a_syllable_drawn_together_with_er_ends_in_its_sound_and_keeps_its_tone() -> None:
    for syllable in SYLLABLES - {"er", "e"}:  # er is a syllable of its own
        symbols = syllable_symbols(f"{syllable}r4")
        assert symbols.endswith("ɚ"), (syllable, symbols)
        assert symbols.count("↘") == 1, (syllable, symbols)
        assert set(symbols) <= set(TOKENS)
        assert VOWELS & set(symbols[:-1]) or syllable in {"m", "n", "ng", "hm", "hng"}, (syllable, symbols)


def test_yo_is_not_wo() -> None:
    assert syllable_symbols("yo1") == "jɔ→"
    assert syllable_symbols("yo5") == "jɔ"


def test_every_english_phone_of_the_pronouncing_dictionary_is_known_to_the_model() -> None:
    """misaki's, whose readings the text side gives."""
    phones: set[str] = set()
    for name in ("us_gold.json", "us_silver.json"):
        entries = json.loads((files("misaki") / "data" / name).read_text("utf-8"))
        for reading in entries.values():
            readings = reading.values() if isinstance(reading, dict) else [reading]
            phones.update(*(each for each in readings if each))
    assert phones
    assert phones <= set(TOKENS), phones - set(TOKENS)


def test_every_mark_is_known_to_the_model() -> None:
    assert set("".join(SYMBOLS.values())) <= set(TOKENS)


def test_words_are_parted_by_spaces_and_joined_characters_are_not() -> None:
    line = token_line(
        Utterance(
            (
                a_word("银", "yin2"),
                a_word("行", "hang2", start=1, joined=True),
                a_word("开", "kai1", start=2),
                Mark(",", 3, 4),
                a_word("open", "ˈOpᵊn", start=4),
            ),
            Language.CHINESE,
        )
    )
    symbols = {number: symbol for symbol, number in TOKENS.items()}
    text = "".join(symbols[token] for token in line.tokens)
    assert text == f"{syllable_symbols('yin2')}{syllable_symbols('hang2')} {syllable_symbols('kai1')}, ˈOpᵊn"
    # Number 0 is the pad before the first token.
    assert [text[span.first - 1 : span.last - 1] for span in line.spans] == [
        word_symbols(span.word) for span in line.spans
    ]


def test_a_word_without_a_sound_of_its_own_has_no_tokens() -> None:
    flower = a_word("花", "huar1")
    silent = Word("儿", 1, 2, Language.CHINESE, "儿", (), joined=True)
    line = token_line(an_utterance(flower, silent))
    assert [span.word for span in line.spans] == [flower]


def test_an_utterance_without_any_sound_is_refused() -> None:
    with pytest.raises(EngineFailed):
        token_line(Utterance((Mark(",", 0, 1),), Language.CHINESE))
