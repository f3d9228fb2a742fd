"""Texts in the tokens that ZipVoice was taught with."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin.contrib.tone_convert import to_finals_tone3, to_initials

from hwamei.engines.zipvoice.reading import espeak, of_syllable, syllables_in, tokens_of_text
from hwamei.engines.zipvoice.speaking import halved

SYLLABLES = [
    line.split()[0] for line in files("hwamei.engines.kokoro").joinpath("syllables.txt").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("tone", "12345")
def test_syllables_are_cut_as_pypinyin_cuts_them_for_the_published_lexicon(tone: str) -> None:
    for syllable in (f"{plain}{tone}" for plain in SYLLABLES if plain[0] not in "mn" or len(plain) > 2):
        initial = to_initials(syllable, strict=False)
        final = to_finals_tone3(syllable, strict=False, neutral_tone_with_five=True)
        assert of_syllable(syllable) == ([f"{initial}0"] if initial else []) + [final]


def test_erhua_is_a_syllable_of_its_own() -> None:
    assert of_syllable("huar1") == ["h0", "ua1", "er5"]
    assert of_syllable("er2") == ["er2"]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("həlˈO", "həlˈoʊ"),
        ("ɡˈɑɹdᵊn", "ɡˈɑːɹdən"),
        ("sˈi", "sˈiː"),
        ("hˈæpi", "hˈæpi"),
        ("bˈɜɹdz", "bˈɜːdz"),
        ("ʤˈʌʤ", "dʒˈʌdʒ"),
        ("ʧˈInə", "tʃˈaɪnə"),
        ("wˈɔTəɹ", "wˈɔːɾɚ"),
        ("mˈun", "mˈuːn"),
    ],
)
def test_english_is_written_as_espeak_ng_writes_it(ours: str, theirs: str) -> None:
    assert espeak(ours) == theirs


def test_a_mixed_text_has_marks_and_spaces_where_the_model_knows_them() -> None:
    tokens = tokens_of_text("你好，hello world……好（吗）？")
    text = "".join(tokens)
    assert text.startswith("n0i2h0ao3,h")
    assert " wˈɜː" in text
    assert text.endswith("?")
    assert not {"…", "(", ")"} & set(tokens)
    assert tokens_of_text("——") == []


@pytest.mark.parametrize(
    ("text", "count"), [("你好画眉鸟", 5), ("Hello from a garden.", 6), ("The birds began to sing.", 6), ("花儿", 2)]
)
def test_syllables_are_counted(text: str, count: int) -> None:
    assert abs(syllables_in(tokens_of_text(text)) - count) <= 1


@given(st.text("你好画眉鸟，。 helo", min_size=1, max_size=40))
def test_halves_join_to_the_whole(text: str) -> None:
    tokens = tokens_of_text(text)
    halves = halved(tokens)
    if halves is None:
        return
    assert [*halves[0], *halves[1]] == tokens
    assert all(syllables_in(half) for half in halves)
