"""Which few seconds of the recordings are kept."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import hwamei
from hwamei.domain.audio import Audio
from hwamei.domain.errors import EngineFailed
from hwamei.dsp.joins import silence
from hwamei.engines.remote.prompt import RATE_HZ, best_prompt
from hwamei.engines.remote.told_stretch import told_stretch
from hwamei.testing import a_reference
from tests.serving import settings_of


def recording(duration_s: float, f0_hz: float = 170.0) -> Audio:
    return a_reference(f0_hz, duration_s=duration_s, sample_rate_hz=RATE_HZ)


def test_a_short_recording_is_kept_whole_with_its_words() -> None:
    prompt = best_prompt([recording(6)], [" What is said. "], longest_s=10)
    assert prompt.text == "What is said."
    assert prompt.samples.dtype == np.float32
    assert np.abs(prompt.samples - recording(6).samples).max() <= 1 / 32_768


def test_recordings_with_words_are_put_together_as_far_as_they_fit() -> None:
    parts = [recording(2), recording(4), recording(5)]
    prompt = best_prompt(parts, ["Two.", "Four.", "Five."], longest_s=10)
    assert prompt.text == "Five. Four."
    assert prompt.audio.duration_s == pytest.approx(9.25)


def test_recordings_with_words_go_before_others_if_they_are_enough() -> None:
    assert best_prompt([recording(9), recording(3)], [None, "Three."], longest_s=10).text == "Three."
    assert best_prompt([recording(9), recording(2)], [None, "Two."], longest_s=10).text is None


def spoken(folder: Path, text: str) -> tuple[Audio, list[tuple[float, float, str]]]:
    """The text in tones, pauses as in a reference that has been heard; and when each of its words is said."""
    samples, times, at = np.zeros(0, np.float32), [], 0.0
    with hwamei.open(settings_of(folder)) as studio:
        for each in studio.stream(text):
            times += [(at + word.start_s, at + word.end_s, word.word.text) for word in each.timings]
            pause = silence(0.25, each.audio.sample_rate_hz)
            samples = np.concatenate([samples, each.audio.samples, pause.samples])
            at = len(samples) / each.audio.sample_rate_hz
    return speech_like(Audio(samples, 24_000)), times


def speech_like(audio: Audio) -> Audio:
    """With the noise of a room, so that no pause is perfect."""
    noise = np.random.default_rng(0).normal(0, 1e-4, len(audio.samples))
    return Audio((audio.samples + noise).astype(np.float32), audio.sample_rate_hz)


@pytest.mark.parametrize(
    "text",
    [
        "The ferry leaves the old town at sunrise, and nobody looks up. What a lovely day this is! We stay at home,"
        " where the kettle sings all morning. Nobody ever asked the captain about it.",
        "今天天气很好，我们去公园吧。清晨的湖面上飘着一层薄薄的雾。几只水鸟从芦苇里慢慢地飞了出来，又落在了远处。大家都很高兴。",
        "画眉鸟 sings in the garden. 今天天气很好，我们去公园吧。 What a lovely day this is! 你好，世界，大家早上好。"
        " We stay at home.",
    ],
    ids=["English", "Chinese", "mixed"],
)
def test_of_a_long_recording_a_stretch_is_kept_with_its_words(text: str, tmp_path: Path) -> None:
    """Cut between the words between which the text is cut."""
    audio, times = spoken(tmp_path, text)
    assert audio.duration_s > 8
    found = told_stretch(audio, text, shortest_s=3, longest_s=8)
    assert found is not None
    cut, said = found
    prompt = best_prompt([audio], [text], longest_s=8)
    assert prompt.text == said
    assert 3 <= cut.duration_s <= 8
    assert said in text
    start = next(
        at for at in range(len(audio.samples)) if np.array_equal(audio.samples[at : at + 50], cut.samples[:50])
    )
    start_s, end_s = start / 24_000, start / 24_000 + cut.duration_s
    inside = [word for begin_s, finish_s, word in times if start_s <= (begin_s + finish_s) / 2 <= end_s]
    assert re.sub(r"\W", "", "".join(inside)) == re.sub(r"\W", "", said)


def test_words_that_are_not_those_of_the_recording_are_not_cut_to_it(tmp_path: Path) -> None:
    """There is no pause where the text has a mark."""
    audio, _ = spoken(tmp_path, "The ferry leaves the old town at sunrise and nobody at all looks up to see it go by")
    text = "One two. Three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen."
    assert told_stretch(audio, text, shortest_s=0.5, longest_s=audio.duration_s - 0.5) is None
    assert told_stretch(audio, "", shortest_s=0.5, longest_s=10) is None
    assert told_stretch(audio, "...", shortest_s=0.5, longest_s=10) is None


def test_of_a_long_recording_the_fullest_stretch_is_kept_without_words() -> None:
    """Where the words cannot be told apart."""
    speech, pause = recording(8).samples, np.zeros(8 * RATE_HZ, np.float32)
    audio = Audio(np.concatenate([pause, speech, pause]), RATE_HZ)
    prompt = best_prompt([audio], ["What is said."], longest_s=8)
    assert prompt.text is None
    assert 7 <= prompt.audio.duration_s <= 8
    kept, there = (float(np.sum(np.square(samples))) for samples in (prompt.samples, speech))
    assert kept > 0.85 * there


def test_cuts_lie_where_it_is_quiet() -> None:
    prompt = best_prompt([recording(30)], [], longest_s=6.1)
    edge = RATE_HZ // 50
    loudest = float(np.abs(prompt.samples).max())
    assert np.abs(prompt.samples[:edge]).max() < 0.3 * loudest
    assert np.abs(prompt.samples[-edge:]).max() < 0.3 * loudest


def test_any_rate_is_taken() -> None:
    prompt = best_prompt([a_reference(sample_rate_hz=8_000), a_reference(sample_rate_hz=48_000)], [], longest_s=10)
    assert prompt.audio.sample_rate_hz == RATE_HZ
    assert prompt.audio.duration_s == pytest.approx(6.0, abs=0.01)


def test_no_sound_makes_no_voice() -> None:
    with pytest.raises(EngineFailed, match="no sound"):
        best_prompt([Audio(np.zeros(0, np.float32), 16_000)], [None], longest_s=10)
