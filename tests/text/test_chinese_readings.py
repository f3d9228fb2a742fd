from __future__ import annotations

from pathlib import Path

import pytest

from hwamei.domain.language import Language
from hwamei.text.chinese.readings import load
from hwamei.text.data_files import data_file
from hwamei.text.pinyin import is_reading
from tests.text.spoken import pinyin, reading_of, words
from tools import build_chinese_readings

CASES = [
    tuple(line.split("\t"))
    for line in Path(__file__).with_name("polyphones.tsv").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize(("sentence", "word", "reading"), CASES)
def test_characters_with_several_readings_are_read_by_their_context(sentence: str, word: str, reading: str) -> None:
    assert reading_of(word, sentence, language=Language.CHINESE) == reading


def test_every_reading_of_the_dictionary_is_a_pinyin_syllable_for_each_character() -> None:
    readings = load()
    assert all(is_reading(reading) for reading in readings.characters.values())
    for phrase, syllables in readings.phrases.items():
        assert len(syllables) == len(phrase), phrase
        assert all(is_reading(syllable) for syllable in syllables), phrase


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("你好", "ni2 hao3"),
        ("我很好", "wo3 hen2 hao3"),
        ("展览馆", "zhan2 lan2 guan3"),
        ("小老虎", "xiao3 lao2 hu3"),
        ("买雨伞", "mai3 yu2 san3"),
        ("可以", "ke2 yi3"),
        ("老师", "lao3 shi1"),
    ],
)
def test_third_tones_in_a_row_change_by_words(text: str, spoken: str) -> None:
    assert pinyin(text) == spoken


def test_third_tones_do_not_change_across_a_comma() -> None:
    assert pinyin("你走，我走") == "ni2 zou3 wo2 zou3"
    assert pinyin("好，好") == "hao3 hao3"


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("一个", "yi2 ge4"),
        ("一天", "yi4 tian1"),
        ("一年", "yi4 nian2"),
        ("一起", "yi4 qi3"),
        ("一次", "yi2 ci4"),
        ("第一", "di4 yi1"),
        ("第一次", "di4 yi1 ci4"),
        ("十一", "shi2 yi1"),
        ("一九九八年", "yi1 jiu2 jiu3 ba1 nian2"),
        ("一百", "yi4 bai3"),
        ("一万", "yi2 wan4"),
        ("唯一的办法", "wei2 yi1 de5 ban4 fa3"),
        ("看一看", "kan4 yi5 kan4"),
        ("一月一号", "yi1 yue4 yi1 hao4"),
    ],
)
def test_one_changes_its_tone_before_others(text: str, spoken: str) -> None:
    assert pinyin(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("不要", "bu2 yao4"),
        ("不好", "bu4 hao3"),
        ("不来", "bu4 lai2"),
        ("我不", "wo3 bu4"),
        ("好不好", "hao3 bu5 hao3"),
    ],
)
def test_not_changes_its_tone_before_a_fourth(text: str, spoken: str) -> None:
    assert pinyin(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("妈妈", "ma1 ma5"),
        ("奶奶", "nai3 nai5"),
        ("看看", "kan4 kan5"),
        ("想想", "xiang2 xiang5"),
        ("我们", "wo3 men5"),
        ("桌子", "zhuo1 zi5"),
        ("石头", "shi2 tou5"),
        ("朋友", "peng2 you5"),
        ("先生", "xian1 sheng5"),
        ("买东西", "mai3 dong1 xi5"),
        ("慢慢", "man4 man4"),
    ],
)
def test_light_syllables_are_neutral(text: str, spoken: str) -> None:
    assert pinyin(text) == spoken


def test_erhua_colours_the_syllable_before_it_and_leaves_its_own_character_without_one() -> None:
    flower, curl = words("花儿开了。")[:2]
    assert (flower.text, flower.reading) == ("花", ("huar1",))
    assert (curl.text, curl.reading) == ("儿", ())


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("儿子", "er2 zi5"),
        ("女儿", "nv3 er2"),
        ("儿童", "er2 tong2"),
        ("婴儿", "ying1 er2"),
        ("幼儿园", "you4 er2 yuan2"),
    ],
)
def test_a_child_is_a_syllable_of_its_own(text: str, spoken: str) -> None:
    assert pinyin(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("銀行", "yin2 hang2"),
        ("行走", "xing2 zou3"),
        ("長大", "zhang3 da4"),
        ("長度", "chang2 du4"),
        ("發展", "fa1 zhan3"),
        ("頭髮", "tou2 fa4"),
        ("重複", "chong2 fu4"),
        ("三隻貓", "san1 zhi1 mao1"),
        ("皇后後來", "huang2 hou4 hou4 lai2"),
        ("乾淨", "gan1 jing5"),
        ("著名的音樂", "zhu4 ming2 de5 yin1 yue4"),
    ],
)
def test_traditional_characters_are_read_as_what_they_mean(text: str, spoken: str) -> None:
    assert pinyin(text) == spoken


def test_the_words_of_traditional_text_are_the_users_own_characters() -> None:
    assert [word.text for word in words("頭髮很長")] == ["頭", "髮", "很", "長"]


def test_a_character_that_goes_on_a_word_is_joined_to_the_one_before() -> None:
    assert [word.joined for word in words("银行门口")] == [False, True, False, True]


@pytest.mark.long("makes the dictionary anew")
def test_the_general_dictionary_is_what_its_tool_builds() -> None:
    assert data_file("zh_readings.json").read_text(encoding="utf-8") == build_chinese_readings.built()
