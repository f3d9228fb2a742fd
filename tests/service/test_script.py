"""Segments as one sequence of lines, and lines as bytes."""

from __future__ import annotations

from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.domain.errors import BadMarkup, TextEmpty
from hwamei.domain.speech import Delivery, SpeechOrder
from hwamei.domain.speech_task import Segment
from hwamei.engines.tone.engine import ToneEngine
from hwamei.service.script import Line, OpenScripts, check_script, script
from hwamei.service.spoken_line import from_bytes, joined, to_bytes
from hwamei.service.utterances import Mouth
from hwamei.text.lexicon import Lexicon

TEXTS = ("第一句。第二句！", "One sentence. Another one, with a clause.", "好。")
SEGMENTS = tuple(Segment(SpeechOrder(text), "low", pause_after_ms=500 * i) for i, text in enumerate(TEXTS))


def lines() -> list[Line]:
    return list(script(SEGMENTS, Lexicon()))


def test_all_segments_are_spoken_in_order_and_only_the_last_line_is_last() -> None:
    spoken = lines()
    assert [line.segment for line in spoken] == sorted(line.segment for line in spoken)
    assert {line.segment for line in spoken} == {0, 1, 2}
    assert [line.is_last for line in spoken] == [False] * (len(spoken) - 1) + [True]


def test_the_pause_after_a_segment_follows_its_last_line() -> None:
    ends = [max(i for i, line in enumerate(lines()) if line.segment == segment) for segment in range(3)]
    alone = [list(script([Segment(SpeechOrder(text), "low")], Lexicon()))[-1].utterance for text in TEXTS]
    pauses = [lines()[end].utterance.pause_after_ms for end in ends]
    assert pauses == [utterance.pause_after_ms + 500 * i for i, utterance in enumerate(alone)]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=8))
def test_the_line_of_a_number_is_the_same_whatever_was_asked_before(numbers: list[int]) -> None:
    opened, expected = OpenScripts(), lines()
    for number in numbers:
        line = opened.line(UUID(int=7), number, lambda: script(SEGMENTS, Lexicon()))
        assert line == expected[number]


def test_what_cannot_be_read_is_refused_before_anything_is_spoken() -> None:
    with pytest.raises(BadMarkup):
        check_script([*SEGMENTS, Segment(SpeechOrder("[[pinyin:zzz]]"), "low")], Lexicon())
    with pytest.raises(TextEmpty):
        check_script([Segment(SpeechOrder("。。。"), "low")], Lexicon())


def test_a_spoken_line_comes_back_from_its_bytes_with_sound_and_times() -> None:
    engine = ToneEngine()
    mouth = Mouth(engine, engine.preset(engine.presets()[0]), Delivery())
    for line in lines():
        spoken = joined(line.segment, mouth.speak_all([line.utterance]))
        again = from_bytes(to_bytes(spoken), list(TEXTS))
        assert again.segment == spoken.segment
        assert again.audio.sample_rate_hz == spoken.audio.sample_rate_hz
        np.testing.assert_array_equal(again.audio.samples, spoken.audio.samples)
        assert [(w.word.text, w.word.start, w.word.end, w.word.language) for w in again.words] == [
            (w.word.text, w.word.start, w.word.end, w.word.language) for w in spoken.words
        ]
        for one, other in zip(again.words, spoken.words, strict=True):
            assert one.start_s == pytest.approx(other.start_s, abs=1e-5)
            assert one.end_s == pytest.approx(other.end_s, abs=1e-5)
