"""Texts that are spoken to measure."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin

from bench.syllables import POSITION, SYLLABLES, TONES, carrier
from bench.texts import long_text
from hwamei.text.plan import plan

READINGS = {
    # Of the characters that have their usual reading in the dictionary of pypinyin.
    reading
    for character in map(chr, range(0x4E00, 0x9FA6))
    for reading in lazy_pinyin(character, Style.TONE3)
}


@given(st.integers(1, 100_000))
def test_a_text_has_the_length_asked_for_and_begins_as_every_longer_one(characters: int) -> None:
    text = long_text(characters)
    assert len(text) == characters
    assert long_text(100_000).startswith(text)


def test_there_are_forty_syllables_each_with_a_word_for_every_tone() -> None:
    assert len(set(SYLLABLES)) == 40
    for syllable in SYLLABLES:
        assert {f"{syllable}{tone}" for tone in TONES} <= READINGS, syllable


def test_a_carrier_is_one_utterance_with_the_syllable_in_its_place_as_a_word_of_its_own() -> None:
    for syllable in SYLLABLES:
        for tone in TONES:
            (utterance,) = plan(carrier(syllable, tone))
            before, heard, after = utterance.words[POSITION - 1 : POSITION + 2]
            assert heard.reading == (f"{syllable}{tone}",)
            assert (heard.joined, after.joined) == (False, False)
            # Nothing on either side changes its tone: a level tone before it, a fourth after it.
            assert (before.reading, after.reading) == (("shuo1",), ("zhe4",))
