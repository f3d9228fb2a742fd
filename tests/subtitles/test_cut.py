"""Words in time become cues that a person can read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.domain.utterance import WordTiming
from hwamei.subtitles.cue import Cue
from hwamei.subtitles.cut import MIN_CUE_MS, cut_into_cues
from hwamei.subtitles.width import FULL, width
from tests.subtitles.timed_text import CHINESE, TimedText, a_word, spread, timed, timed_texts


def cut(text: TimedText) -> list[Cue]:
    return cut_into_cues(text.text, text.timings, duration_s=text.duration_s)


def texts(text: TimedText) -> list[str]:
    return [cue.text for cue in cut(text)]


def test_clauses_become_cues_and_chinese_ones_lose_their_comma_and_stop() -> None:
    assert texts(spread("今天天气很好，我们去公园吧。好不好呀？")) == ["今天天气很好", "我们去公园吧", "好不好呀？"]


def test_english_clauses_keep_their_marks() -> None:
    spoken = spread("The ferry leaves at sunrise, and nobody looks up. Why is that?")
    assert texts(spoken) == ["The ferry leaves at sunrise,", "and nobody looks up.", "Why is that?"]


def test_a_cue_lasts_from_its_first_word_to_its_last() -> None:
    first, second = cut(timed([("one", 0.5), " ", ("two", 0.5), ". ", ("three", 1.0)], pause_s=0.1))
    assert (first.start_ms, first.end_ms) == (100, 1200)
    assert (second.start_ms, second.end_ms) == (1300, 2300)


def test_quotes_and_brackets_go_with_what_they_hold() -> None:
    spoken = spread("他大声说：“我们上山看雪，不怕下雨！”然后他就上山了（一个人）。")
    assert texts(spoken) == ["他大声说", "“我们上山看雪", "不怕下雨！”", "然后他就上山了（一个人）"]
    spoken = spread('She asked me, "Are you coming with us?" "Certainly not today," he said.')
    assert texts(spoken) == ["She asked me,", '"Are you coming with us?"', '"Certainly not today," he said.']


def test_a_long_clause_is_cut_evenly_between_words() -> None:
    spoken = spread("This clause has not a single mark in it and is much too long for one line of subtitles")
    cues = texts(spoken)
    assert len(cues) == 3
    assert max(map(len, cues)) - min(map(len, cues)) <= 8
    assert " ".join(cues) == spoken.text


def test_a_long_clause_is_cut_where_the_speaker_parted_the_words() -> None:
    words: list[str | tuple[str, float]] = [(character, 0.2) for character in CHINESE * 2]
    parted = timed([*words[:16], "～", *words[16:30]], pause_s=0.2)
    assert [len(text.rstrip("～")) for text in texts(parted)] == [16, 14]


def test_the_characters_of_one_word_stay_together() -> None:
    text = "天" * 25
    for tied in (frozenset({12, 13}), frozenset(range(5, 15))):
        lengths = [len(cue) for cue in texts(spread(text, joined=tied))]
        assert lengths[0] not in tied
        assert sum(lengths) == 25


def test_a_word_wider_than_a_cue_stays_whole() -> None:
    address = "verylongword" * 5
    assert address in texts(spread(f"天天天天天天天天天天天天{address}地地地地地地地地地地"))


def test_the_stop_inside_an_address_is_no_end() -> None:
    assert texts(spread("Write to info@example.com at 6:45 please.")) == ["Write to info@example.com at 6:45 please."]


def test_a_clause_too_short_to_read_joins_its_neighbour() -> None:
    assert texts(spread("好，我们上山去看雪。")) == ["好，我们上山去看雪"]
    assert texts(spread("flour, sugar, two lemons")) == ["flour, sugar, two lemons"]


@pytest.mark.parametrize(
    ("silences_s", "expected"), [((0.3, 0.1), ["one:", "two, three"]), ((0.1, 0.3), ["one: two,", "three"])]
)
def test_a_short_clause_joins_the_neighbour_that_is_nearer_in_time(
    silences_s: tuple[float, float], expected: list[str]
) -> None:
    text = "one: two, three"
    starts_s = [0.0, 1.0 + silences_s[0], 1.4 + sum(silences_s)]
    words = [a_word("one", 0), a_word("two", 5), a_word("three", 10)]
    lengths_s = [1.0, 0.4, 1.0]
    timings = [WordTiming(w, s, s + d) for w, s, d in zip(words, starts_s, lengths_s, strict=True)]
    assert [cue.text for cue in cut_into_cues(text, timings, duration_s=4)] == expected


def test_two_sentences_are_never_in_one_cue() -> None:
    assert texts(spread("好。我们上山。")) == ["好", "我们上山"]


def test_a_long_silence_parts_cues_where_no_mark_does() -> None:
    spoken = timed([("one", 1.0), " [[pause:900]] ", ("two", 1.0)], pause_s=0.9)
    assert texts(spoken) == ["one", "two"]


def test_inline_markup_is_not_shown() -> None:
    assert texts(timed([("重", 0.6), ("复", 0.6), "[[pinyin:chong2 fu4]]", ("它", 0.6)])) == ["重复它"]


def test_decoration_does_not_fill_a_cue() -> None:
    (cue,) = cut(timed([("one", 1.0), "*" * 500]))
    assert len(cue.text) < 20


def test_no_words_make_no_cues() -> None:
    assert cut_into_cues("……", [], duration_s=1.0) == []


def test_a_clause_of_twenty_thousand_characters_is_cut() -> None:
    cues = cut(spread("天" * 20_000))
    assert len(cues) == 1_000


@given(timed_texts())
def test_cues_are_in_order_and_inside_the_sound(spoken: TimedText) -> None:
    cues = cut(spoken)
    edges = [edge for cue in cues for edge in (cue.start_ms, cue.end_ms)]
    assert edges == sorted(edges)
    assert all(cue.start_ms < cue.end_ms for cue in cues) or len(cues) == 1
    assert edges[0] >= 0
    assert edges[-1] <= spoken.duration_s * 1000


@given(timed_texts())
def test_every_word_is_shown_once_in_the_cue_that_times_it(spoken: TimedText) -> None:
    cues = cut(spoken)
    shown = [word for cue in cues for word in cue.words]
    assert [word.text for word in shown] == [timing.word.text for timing in spoken.timings]
    for cue in cues:
        at = 0
        for word in cue.words:
            at = cue.text.index(word.text, at) + len(word.text)
            assert cue.start_ms <= word.start_ms <= word.end_ms <= cue.end_ms


@given(timed_texts())
def test_a_cue_is_one_line(spoken: TimedText) -> None:
    for cue in cut(spoken):
        assert cue.text == cue.text.strip()
        assert len(cue.text.splitlines()) == 1


@given(st.lists(st.sampled_from([*CHINESE, "word ", "longer words ", "，", ", ", "。", ". ", "（", ") ", "、"])))
def test_a_cue_fits_where_there_are_places_to_cut(pieces: list[str]) -> None:
    assert all(width(cue.text) <= FULL for cue in cut(spread("".join(pieces))))


def test_limits_are_twenty_chinese_characters_or_forty_two_letters() -> None:
    assert width("天" * 20) == width("a" * 42) == FULL
    assert width("e\N{COMBINING ACUTE ACCENT}") == width("e")
    assert MIN_CUE_MS < 1000
    assert a_word("a", 0).end == 1
