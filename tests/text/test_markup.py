from __future__ import annotations

import pytest

from hwamei.domain.errors import BadMarkup
from hwamei.text.plan import plan
from tests.text.spoken import pinyin, said, words


def test_pinyin_belongs_to_the_characters_right_before_it() -> None:
    assert pinyin("重复[[pinyin:zhong4 fu4]]一遍") == "zhong4 fu4 yi2 bian4"
    assert [word.text for word in words("重复[[pinyin:zhong4 fu4]]")] == ["重", "复"]


def test_a_given_reading_is_not_changed_by_sandhi() -> None:
    assert pinyin("你[[pinyin:ni3]]好") == "ni3 hao3"


def test_ipa_and_say_belong_to_the_word_right_before_them() -> None:
    assert words("a GIF[[ipa:ʤˈɪf]] file")[1].reading == ("ʤˈɪf",)
    assert said("use SQL[[say:sequel]] here") == "use sequel here"
    assert words("use SQL[[say:sequel]] here")[1].text == "SQL"


def test_ordinary_ipa_is_understood() -> None:
    assert words("say day[[ipa:deɪ]]")[1].reading == ("dA",)


def test_a_pause_ends_an_utterance_and_is_as_long_as_asked() -> None:
    first, second = plan("你好[[pause:1.5s]]世界。")
    assert first.pause_after_ms == 1500
    assert [word.text for word in second.words] == ["世", "界"]


def test_a_pause_behind_a_sentence_follows_that_sentence() -> None:
    first, second = plan("你好。[[pause:700ms]]世界。")
    assert first.pause_after_ms == 700
    assert [word.text for word in second.words] == ["世", "界"]


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("你好[[pinyin:ni3 hao3 ma5]]", 2),
        ("你好[[pinyin:ni3 xyz3]]", 2),
        ("你好[[pinyin:]]", 2),
        ("hello[[pinyin:ni3]]", 5),
        ("hello[[ipa:###]]", 5),
        ("hello [[say:hi]]", 6),
        ("你好[[pause:11s]]", 2),
        ("你好[[pause:soon]]", 2),
        ("你好[[pause:1s", 2),
        ("你好[[volume:3]]", 2),
    ],
)
def test_wrong_markup_is_refused_with_its_place_before_anything_is_spoken(text: str, position: int) -> None:
    with pytest.raises(BadMarkup) as refusal:
        plan(text)
    assert refusal.value.position == position


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadMarkup, match="pinyin, ipa, say, pause"):
        plan("你好[[loud:3]]")


def test_double_brackets_that_are_no_markup_are_ordinary_text() -> None:
    assert said("see [[notes]] here") == "see notes here"
