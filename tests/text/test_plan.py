"""Properties of whatever a user may write."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hwamei.domain.errors import BadMarkup, TextEmpty
from hwamei.domain.language import Language
from hwamei.domain.utterance import Mark, Utterance, Word
from hwamei.text.english.phones import PHONES
from hwamei.text.language import detect
from hwamei.text.packing import MAX_TOKENS, cost
from hwamei.text.pinyin import is_reading
from hwamei.text.plan import plan
from tests.text.spoken import said, words

PIECES = st.sampled_from(
    "银行 ， 。 1250 3.14 ¥ % - https://a.b/c?d=1 a@b.co Dr. U.S. iPhone 15 😂 👍🏽 🇨🇳 \u200d \ufe0f 第 Ⅲ IV Chapter ½"
    " [[ ]] [[pause:1s]] [[pinyin:hao3]] 頭髮 カタ мир \u0301 é 's – ~ 3:2 14:30 2026-03-15 v1.2 C++ ... “ ” ( ）"
    " 1/2 #1 & @ x °C kg \x00 儿 花 一 不 得 了 the read NASA word. 你好".split(" ")
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.one_of(PIECES, st.sampled_from(" \n")), max_size=25).map("".join))
MARKS = set(',.?!;:…—"()')


def planned(text: str, language: Language | None = None) -> list[Utterance]:
    try:
        return list(plan(text, language=language))
    except (TextEmpty, BadMarkup):
        return []


@given(TEXTS, st.sampled_from([None, *Language]))
@settings(max_examples=300)
def test_words_and_marks_are_in_order_inside_the_text_and_say_what_is_written(
    text: str, language: Language | None
) -> None:
    last = 0
    for utterance in planned(text, language):
        assert utterance.words
        for part in utterance.parts:
            assert last <= part.start < part.end <= len(text)
            last = part.end
            if isinstance(part, Word):
                assert text[part.start : part.end] == part.text
                assert part.spoken


@given(TEXTS)
@settings(max_examples=300)
def test_readings_are_known_syllables_and_phones_and_marks_are_known_symbols(text: str) -> None:
    for utterance in planned(text):
        for part in utterance.parts:
            if isinstance(part, Mark):
                assert part.symbol in MARKS
            elif part.language is Language.CHINESE:
                assert all(is_reading(syllable) for syllable in part.reading)
                assert part.reading or part.text in "儿兒"
            else:
                assert part.reading
                assert all(set(phones) <= PHONES for phones in part.reading)


@given(TEXTS)
@settings(max_examples=200)
def test_an_utterance_is_never_longer_than_an_engine_can_say(text: str) -> None:
    assert all(sum(cost(part) for part in utterance.parts) <= 2 * MAX_TOKENS for utterance in planned(text * 5))


@given(st.text(alphabet="你好世界银行长大hello world ，。,.!?！？\n", max_size=200))
@settings(max_examples=200)
def test_every_character_that_can_be_spoken_is_in_exactly_one_word(text: str) -> None:
    covered = [
        position for utterance in planned(text) for word in utterance.words for position in range(word.start, word.end)
    ]
    assert [position for position in covered if text[position].isalnum()] == [
        position for position, char in enumerate(text) if char.isalnum()
    ]


@given(TEXTS, TEXTS)
@settings(max_examples=200)
def test_paragraphs_are_said_the_same_together_and_apart(one: str, other: str) -> None:
    text = f"好。\n\n{one}\n\n{other}"
    start = len(text) - len(other)
    apart = [(word.text, word.reading) for u in planned(f"好。\n\n{other}", Language.CHINESE) for word in u.words][1:]
    together = [
        (word.text, word.reading) for u in planned(text, Language.CHINESE) for word in u.words if word.start >= start
    ]
    assert not together or together == apart


@given(st.integers(0, 10**15), st.integers(1, 300))
@settings(max_examples=100)
def test_a_number_is_never_cut(number: int, before: int) -> None:
    text = "好" * before + f"{number:,}" + "个"
    assert any(f"{number:,}" == word.text for utterance in plan(text) for word in utterance.words)


@pytest.mark.parametrize("text", ["", "   \n", "。，！", "……", "\u200b\u200d", "\x00\x01", "[]{}", "مرحبا", "ﾊ゛"])
def test_a_text_with_nothing_to_say_is_refused(text: str) -> None:
    with pytest.raises(TextEmpty):
        list(plan(text))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("今天天气很好", Language.CHINESE),
        ("The weather is nice", Language.ENGLISH),
        ("请打开 Wi-Fi 和 GitHub", Language.CHINESE),
        ("The word 重要 means important", Language.ENGLISH),
    ],
)
def test_the_language_is_the_one_whose_grammar_holds_the_sentence(text: str, language: Language) -> None:
    assert detect(text) is language
    assert next(iter(plan(text))).language is language


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("太好笑了😂", "太好笑了笑哭了"),
        ("👍👍👍好", "拇指向上好"),
        ("Great 👍🏽", "Great thumbs up"),
        ("加油🇨🇳", "加油中国"),
        ("一家人👨‍👩‍👧", "一家人家庭男人女人女孩"),
    ],
)
def test_emoji_are_said_once_in_the_language_around_them(text: str, spoken: str) -> None:
    assert said(text) == spoken


def test_full_width_letters_and_figures_are_said_as_ordinary_ones() -> None:
    assert said("ＡＢＣ公司有１２３人") == "ABC 公司有一百二十三人"
    assert words("ＡＢＣ公司")[0].text == "ＡＢＣ"


def test_both_languages_meet_in_one_utterance() -> None:
    (utterance,) = plan("请打开GitHub。")
    assert utterance.language is Language.CHINESE
    assert [word.language for word in utterance.words] == [Language.CHINESE] * 3 + [Language.ENGLISH]


def test_marks_have_one_symbol_whatever_the_user_wrote() -> None:
    (utterance,) = plan("「你好」，世界……")
    assert [part.symbol for part in utterance.parts if isinstance(part, Mark)] == ['"', '"', ",", "…"]
