"""Values of the domain refuse what they cannot be."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.domain.audio import Audio
from hwamei.domain.errors import BadVoiceName, OutOfRange, TextEmpty, TextTooLong
from hwamei.domain.speech import (
    MAX_TEXT_CHARACTERS,
    PITCH_RANGE_SEMITONES,
    SPEED_RANGE,
    TAKE_PITCH_SEMITONES,
    TAKE_SPEED_SHARE,
    Delivery,
    SpeechOrder,
    another_take,
)
from hwamei.domain.voice import MAX_VOICE_NAME_CHARACTERS, check_voice_name
from hwamei.testing import CHINESE


def test_audio_knows_how_long_it_lasts() -> None:
    assert Audio(np.zeros(12_000, np.float32), 24_000).duration_s == 0.5


@pytest.mark.parametrize("speed", [0.49, 2.01, math.nan])
def test_a_speed_outside_half_to_double_is_refused(speed: float) -> None:
    with pytest.raises(OutOfRange):
        Delivery(speed=speed)


@pytest.mark.parametrize("semitones", [-12.5, 12.5, math.nan])
def test_a_pitch_outside_an_octave_is_refused(semitones: float) -> None:
    with pytest.raises(OutOfRange):
        Delivery(pitch_semitones=semitones)


@given(st.floats(*SPEED_RANGE), st.floats(*PITCH_RANGE_SEMITONES), st.integers(min_value=1, max_value=2**63 - 1))
def test_another_take_is_a_little_otherwise_and_always_the_same(speed: float, semitones: float, take: int) -> None:
    ordered = Delivery(speed, semitones)
    said = another_take(ordered, take)
    assert said == another_take(ordered, take)
    assert said.speed == pytest.approx(speed, rel=TAKE_SPEED_SHARE)
    assert said.pitch_semitones == pytest.approx(semitones, abs=TAKE_PITCH_SEMITONES + 1e-9)


def test_the_first_take_is_as_ordered_and_takes_differ_from_each_other() -> None:
    ordered = Delivery(1.2, -1.0)
    assert another_take(ordered, 0) == ordered
    assert len({another_take(ordered, take) for take in range(20)}) == 20


@pytest.mark.parametrize("text", ["", "  \n\t", "\u3000"])
def test_a_text_of_nothing_is_refused(text: str) -> None:
    with pytest.raises(TextEmpty):
        SpeechOrder(text)


def test_a_text_may_have_a_hundred_thousand_characters_and_no_more() -> None:
    SpeechOrder("好" * MAX_TEXT_CHARACTERS)
    with pytest.raises(TextTooLong, match="100001 characters, at most 100000"):
        SpeechOrder("好" * (MAX_TEXT_CHARACTERS + 1))


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "\x1b[31m", "x" * (MAX_VOICE_NAME_CHARACTERS + 1)])
def test_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    with pytest.raises(BadVoiceName):
        check_voice_name(name)


@pytest.mark.parametrize("name", ["Mei", "画眉", "O'Brien", "a/b", "x" * MAX_VOICE_NAME_CHARACTERS])
def test_a_name_that_can_be_shown_is_fine(name: str) -> None:
    assert check_voice_name(name) == name


def test_the_words_of_an_utterance_are_its_parts_without_the_marks() -> None:
    assert "".join(word.text for word in CHINESE.words) == "你好画眉鸟"
