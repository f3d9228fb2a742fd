"""No word is left out, whatever an engine does."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.domain.errors import EngineFailed
from hwamei.domain.language import Language
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import SpokenUtterance, Utterance, Word
from hwamei.engines.tone.engine import ToneEngine
from hwamei.service.plausible import problem_with, syllables
from hwamei.service.utterances import Mouth, halved
from hwamei.text.plan import plan
from tests.service import faulty_engine as faults
from tests.service.faulty_engine import Fault, FaultyEngine

TEXT = "The ferry leaves at six, and nobody looks."
FAULTS = [faults.without_last_word, faults.cut_short, faults.silent, faults.not_a_number, faults.untimed, faults.empty]


def the_utterance(text: str = TEXT) -> Utterance:
    (utterance,) = plan(text)
    return utterance


def spoken_by(engine: ToneEngine, utterance: Utterance, delivery: Delivery | None = None) -> list[SpokenUtterance]:
    mouth = Mouth(engine, engine.preset(engine.presets()[0]), delivery or Delivery())
    return list(mouth.speak_all([utterance]))


def words_of(spoken: list[SpokenUtterance]) -> list[str]:
    return [timing.word.text for each in spoken for timing in each.timings]


@pytest.mark.parametrize("text", ["好。", "OK", TEXT, "重庆的银行行长长大了。", "It costs $42.50, or 1,250 元。"])
@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
def test_a_sound_engine_is_believed(text: str, speed: float) -> None:
    engine = ToneEngine()
    delivery = Delivery(speed=speed)
    for utterance in plan(text):
        (spoken,) = spoken_by(engine, utterance, delivery)
        assert problem_with(spoken, delivery) is None


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_an_utterance_with_something_missing_is_spoken_in_halves(fault: Fault) -> None:
    utterance = the_utterance()
    engine = FaultyEngine(fault, most_words=len(utterance.words) - 1)
    spoken = spoken_by(engine, utterance)
    assert len(spoken) == 2
    assert words_of(spoken) == [word.text for word in utterance.words]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_what_fails_again_is_an_error_and_not_a_hole(fault: Fault) -> None:
    with pytest.raises(EngineFailed, match="twice"):
        spoken_by(FaultyEngine(fault), the_utterance())


def test_a_single_word_is_spoken_again_more_slowly() -> None:
    engine = FaultyEngine(faults.without_last_word, most_words=1, fastest=0.95)
    (spoken,) = spoken_by(engine, the_utterance("Hello."))
    assert words_of([spoken]) == ["Hello"]
    assert [delivery.speed for _, delivery in engine.asked] == [1.0, 0.9]


def test_a_word_that_is_read_with_the_one_before_needs_no_time_of_its_own() -> None:
    utterance = the_utterance("等一会儿。")
    assert utterance.words[-1].reading == ()
    (spoken,) = spoken_by(FaultyEngine(faults.untimed), utterance)
    assert words_of([spoken]) == ["等", "一", "会"]


def test_the_first_half_ends_at_a_mark_if_there_is_one() -> None:
    halves = halved(the_utterance())
    assert halves is not None
    assert [half.words[-1].text for half in halves] == ["six", "looks"]
    assert [half.pause_after_ms for half in halves] == [0, the_utterance().pause_after_ms]


def test_the_halves_of_a_mixed_utterance_have_languages_of_their_own() -> None:
    halves = halved(the_utterance("Hello there everybody 你好你好你好。"))
    assert halves is not None
    assert [half.language for half in halves] == [Language.ENGLISH, Language.CHINESE]


def test_one_word_has_no_halves() -> None:
    assert halved(the_utterance("Hello.")) is None


@given(st.text("天地人行银 ab,。", min_size=1).filter(lambda text: any(map(str.isalnum, text))))
def test_halves_are_the_whole_and_part_no_word(text: str) -> None:
    for utterance in plan(text):
        halves = halved(utterance)
        if halves is None:
            continue
        first, second = halves
        assert first.parts + second.parts == utterance.parts
        assert first.words
        assert isinstance(second.parts[0], Word)
        assert not second.parts[0].joined


def test_utterances_are_spoken_one_at_a_time_as_they_are_asked_for() -> None:
    engine = FaultyEngine(lambda spoken: spoken)
    mouth = Mouth(engine, engine.preset(engine.presets()[0]), Delivery())
    stream = mouth.speak_all(plan("One sentence here. Another sentence there. A third sentence too."))
    counts = [len(engine.asked) for _ in stream]
    assert all(after - before == 1 for before, after in pairwise([0, *counts]))


@pytest.mark.parametrize(
    ("text", "count"), [("好", 1), ("hello", 2), ("university", 5), ("strength", 1), ("1250", 5), ("OK", 2)]
)
def test_syllables_are_counted_about_right(text: str, count: int) -> None:
    language = Language.CHINESE if text == "1250" else None
    (utterance,) = plan(text, language=language)
    assert sum(map(syllables, utterance.words)) == pytest.approx(count, abs=1)
