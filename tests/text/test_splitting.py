from __future__ import annotations

import itertools

import pytest

from hwamei.domain.language import Language
from hwamei.domain.utterance import Utterance
from hwamei.text.packing import MAX_TOKENS, cost
from hwamei.text.plan import plan


def texts(text: str) -> list[str]:
    return [text[utterance.parts[0].start : utterance.parts[-1].end] for utterance in plan(text)]


def tokens(utterance: Utterance) -> float:
    return sum(cost(part) for part in utterance.parts)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("你好。再见！真的吗？", ["你好。", "再见！", "真的吗？"]),
        ("他说：“走吧。”然后走了。", ["他说：“走吧。”", "然后走了。"]),
        ("Hello there. How are you?", ["Hello there.", "How are you?"]),
        ("Dr. Lee met Mr. Wu. They spoke.", ["Dr. Lee met Mr. Wu.", "They spoke."]),
        ("It costs 3.14 dollars. Fine.", ["It costs 3.14 dollars.", "Fine."]),
        ("Use e.g. this one. Good.", ["Use e.g. this one.", "Good."]),
        ("The U.S. Army came. It left.", ["The U.S. Army came.", "It left."]),
        ("He moved to the U.S. She did not.", ["He moved to the U.S.", "She did not."]),
        ("See www.example.com. Then go.", ["See www.example.com.", "Then go."]),
        ("Wait... what happened? Oh.", ["Wait... what happened?", "Oh."]),
        ("价格是3.5元。很便宜。", ["价格是3.5元。", "很便宜。"]),
        ("No. 5 is alive. No. That is wrong.", ["No. 5 is alive.", "No.", "That is wrong."]),
        ("标题\n正文开始", ["标题", "正文开始"]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, sentences: list[str]) -> None:
    assert texts(text) == sentences


def test_a_wrapped_line_goes_on_and_a_heading_does_not() -> None:
    wrapped = "This is a rather long line of text that somebody has wrapped\nat sixty characters."
    assert len(texts(wrapped)) == 1
    assert texts("Chapter one\nIt was dark.") == ["Chapter one", "It was dark."]


def test_the_pause_grows_from_clause_to_sentence_to_paragraph() -> None:
    long = "我们沿着河边慢慢地走着，谁也没有说话，只听见水声和风声，远处有人在唱歌，" * 3 + "天渐渐黑了。"
    clause = next(iter(plan(long))).pause_after_ms
    sentence, _ = (utterance.pause_after_ms for utterance in plan("你好。再见。"))
    paragraph, _ = (utterance.pause_after_ms for utterance in plan("你好。\n\n再见。"))
    assert 0 < clause < sentence < paragraph


def test_the_first_utterance_ends_with_the_first_clause_unless_the_sentence_is_short() -> None:
    cut, *_ = plan("Inside, the guides spoke softly, because the new hall carries every sound. Nobody minded.")
    assert cut.words[-1].text == "softly"
    late = "Inside the long hall of the old museum by the northern harbour of the town where nobody had been for years"
    cut, *_ = plan(f"{late} the guides spoke softly, because the new hall carries every sound, and nobody minded.")
    assert cut.words[-1].text == "softly"
    whole, *_ = plan("Yes, the guides spoke softly. Nobody minded.")
    assert whole.words[-1].text == "softly"


def test_the_first_utterance_is_short_and_the_others_prefer_whole_sentences() -> None:
    text = "清早的市场里，卖菜的人大声吆喝着，买菜的人挑来挑去，谁也不肯多花一分钱。" * 3
    first, *rest = plan(text)
    assert len(first.words) <= 20
    assert all(len(utterance.words) > 20 for utterance in rest[1:])


@pytest.mark.parametrize(
    "text",
    ["好" * 3000, "word " * 1500, "a" * 3000, "1" * 3000, "3.14" * 800, "https://x.com/" + "abc/" * 300, "啊，" * 900],
)
def test_a_text_without_any_sentence_end_is_cut_into_pieces_that_an_engine_can_say(text: str) -> None:
    assert all(tokens(utterance) <= 2 * MAX_TOKENS for utterance in plan(text))


def test_words_are_not_cut_between_utterances() -> None:
    for before, after in itertools.pairwise(plan("人工智能正在改变我们的日常生活方式" * 40)):
        assert not after.words[0].joined, (before.words[-1], after.words[0])


def test_a_long_text_is_planned_as_it_is_asked_for() -> None:
    text = "今天天气很好，我们一起去公园散步吧。" * 5500
    utterances = plan(text, language=Language.CHINESE)
    first = next(utterances)
    assert first.parts[0].start == 0
    assert next(utterances).parts[0].start < 100


def test_memory_does_not_grow_with_the_length_of_the_text() -> None:
    import tracemalloc

    def peak_bytes(text: str) -> int:
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        for _ in plan(text, language=Language.CHINESE):
            pass
        return tracemalloc.get_traced_memory()[1] - before

    sentence = "今天天气很好，我们一起去公园散步，晚上再回家吃饭。"
    tracemalloc.start()
    try:
        peak_bytes(sentence * 20)
        short, long = peak_bytes(sentence * 40), peak_bytes(sentence * 800)
    finally:
        tracemalloc.stop()
    assert long - short < 8 * len(sentence) * 760  # no more than the copies of the text itself
