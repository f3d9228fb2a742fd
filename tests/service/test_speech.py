"""An order becomes a labelled file whose times are true."""

from __future__ import annotations

import tracemalloc
from itertools import count, pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from hwamei.codecs.formats import Format
from hwamei.domain.errors import BadMarkup, EngineFailed, OutOfRange, TextEmpty, Unknown
from hwamei.domain.speech import Delivery, SpeechOrder
from hwamei.engines.tone.engine import ToneEngine
from hwamei.labels.aigc import AigcLabel
from hwamei.labels.inspect import inspect
from hwamei.service.speech import Narrator, Speech
from hwamei.service.speech_file import SpeechFile
from tests.service import faulty_engine as faults
from tests.service.faulty_engine import FaultyEngine

LABEL = AigcLabel.first("Tests", "0001")
TEXT = "你好，world. The ferry leaves at 6:45, and nobody looks up!\n\n今天天气很好，我们去公园吧。"


def narrator(engine: ToneEngine | None = None) -> Narrator:
    ticks = count()
    return Narrator(engine or ToneEngine(), new_label=lambda: LABEL, now_s=lambda: float(next(ticks)))


def say(text: str, path: Path, *, engine: ToneEngine | None = None, cue: bool = False) -> Speech:
    engine = engine or ToneEngine()
    order = SpeechOrder(text, cue=cue)
    target = SpeechFile(path, Format.from_suffix(path), 24_000)
    return narrator(engine).speak(order, engine.preset(engine.presets()[0]), target)


def level_dbfs(samples: np.ndarray[tuple[int], np.dtype[np.float32]]) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(samples**2)) + 1e-9))


@pytest.mark.parametrize("cue", [False, True])
def test_every_word_is_heard_when_its_time_says(cue: bool, tmp_path: Path) -> None:
    speech = say(TEXT, tmp_path / "speech.wav", cue=cue)
    samples, rate_hz = soundfile.read(speech.path, dtype="float32")

    def at(start_s: float, end_s: float) -> float:
        return level_dbfs(samples[round(start_s * rate_hz) : round(end_s * rate_hz)])

    for timing in speech.words:
        assert at(timing.start_s + 0.01, timing.end_s - 0.01) > -35
    for before, after in pairwise(speech.words):
        if after.start_s - before.end_s > 0.03:
            assert at(before.end_s + 0.005, after.start_s - 0.005) < -70


def test_words_are_those_of_the_text_in_order(tmp_path: Path) -> None:
    speech = say(TEXT, tmp_path / "speech.wav")
    assert [TEXT[t.word.start : t.word.end] for t in speech.words] == [t.word.text for t in speech.words]
    edges = [edge for timing in speech.words for edge in (timing.start_s, timing.end_s)]
    assert edges == sorted(edges)
    assert edges[-1] <= speech.duration_s


def test_the_duration_is_that_of_the_file(tmp_path: Path) -> None:
    speech = say(TEXT, tmp_path / "speech.wav")
    assert speech.duration_s == pytest.approx(soundfile.info(speech.path).duration, abs=1e-3)


def test_subtitles_are_clauses_with_the_times_of_their_words(tmp_path: Path) -> None:
    speech = say(TEXT, tmp_path / "speech.wav")
    texts = [cue.text for cue in speech.subtitles]
    assert texts[0] == "你好，world."
    assert texts[-2:] == ["今天天气很好", "我们去公园吧"]
    assert speech.subtitles[0].start_ms == round(1000 * speech.words[0].start_s)
    assert speech.subtitles[-1].end_ms <= speech.duration_s * 1000


def test_the_audible_cue_comes_before_the_speech(tmp_path: Path) -> None:
    plain, with_cue = say(TEXT, tmp_path / "a.wav"), say(TEXT, tmp_path / "b.wav", cue=True)
    later_s = with_cue.words[0].start_s - plain.words[0].start_s
    assert later_s > 1
    assert with_cue.duration_s == pytest.approx(plain.duration_s + later_s, abs=1e-3)


@pytest.mark.parametrize("format", list(Format))
def test_every_format_is_labelled(format: Format, tmp_path: Path) -> None:
    speech = say("Hello.", tmp_path / f"hello.{format}")
    assert inspect(speech.path) == LABEL


def test_times_and_factors_are_counted_from_the_order(tmp_path: Path) -> None:
    speech = say("Hello.", tmp_path / "hello.wav")
    assert speech.first_audio_s == 1.0  # one tick of the clock
    assert speech.real_time_factor == pytest.approx(2 / speech.duration_s)


def test_progress_goes_from_0_to_100_and_never_back(tmp_path: Path) -> None:
    engine, told = ToneEngine(), list[float]()
    target = SpeechFile(tmp_path / "speech.wav", Format.WAV)
    narrator().speak(SpeechOrder(TEXT), engine.preset("alto"), target, progress=told.append)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 100)
    assert len(set(told)) > 3


def test_raising_from_progress_leaves_nothing_behind(tmp_path: Path) -> None:
    engine = ToneEngine()

    def cancel(percent: float) -> None:
        if percent > 50:
            raise KeyboardInterrupt

    target = SpeechFile(tmp_path / "speech.wav", Format.WAV)
    with pytest.raises(KeyboardInterrupt):
        narrator().speak(SpeechOrder(TEXT), engine.preset("alto"), target, progress=cancel)
    assert list(tmp_path.iterdir()) == []


def test_speech_with_words_missing_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(EngineFailed):
        say(TEXT, tmp_path / "speech.wav", engine=FaultyEngine(faults.without_last_word))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["……", "？！", "[[pause:500]]"])
def test_a_text_with_nothing_to_say_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises((TextEmpty, BadMarkup)):
        say(text, tmp_path / "speech.wav")


@pytest.mark.parametrize(
    ("format", "rate_hz", "error"), [(Format.WAV, 100, OutOfRange), (Format.OPUS, 44_100, Unknown)]
)
def test_a_file_with_a_wrong_sample_rate_is_refused(
    format: Format, rate_hz: int, error: type[Exception], tmp_path: Path
) -> None:
    with pytest.raises(error):
        SpeechFile(tmp_path / f"speech.{format}", format, rate_hz)


def test_a_file_in_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="none"):
        SpeechFile(tmp_path / "none" / "speech.wav", Format.WAV)


def test_the_stream_gives_the_first_utterance_before_it_speaks_the_second() -> None:
    engine = FaultyEngine(lambda spoken: spoken)
    stream = narrator(engine).stream(SpeechOrder(TEXT), engine.preset("alto"))
    assert len(engine.asked) == 1
    first = next(stream)
    assert len(engine.asked) == 1
    assert first.timings[0].word.text == "你"


def test_the_stream_refuses_before_it_gives_anything() -> None:
    engine = FaultyEngine(faults.silent)
    with pytest.raises(EngineFailed):
        narrator(engine).stream(SpeechOrder(TEXT), engine.preset("alto"))


def test_a_faster_order_is_shorter(tmp_path: Path) -> None:
    engine = ToneEngine()
    lengths_s = [
        narrator()
        .speak(
            SpeechOrder(TEXT, delivery=Delivery(speed=speed)),
            engine.preset("alto"),
            SpeechFile(tmp_path / f"{speed}.wav", Format.WAV),
        )
        .duration_s
        for speed in (0.5, 1.0, 2.0)
    ]
    assert lengths_s == sorted(lengths_s, reverse=True)


def test_memory_does_not_grow_with_the_sound(tmp_path: Path) -> None:
    """Twenty times the text may take the memory of its words, but not that of its sound: 1.9 MB for each of them."""
    sentence = "The ferry leaves the old town at sunrise. "
    say(sentence, tmp_path / "warm.flac")
    peaks_bytes = [_peak_bytes(sentence * repeats, tmp_path / "speech.flac") for repeats in (2, 22)]
    assert peaks_bytes[1] - peaks_bytes[0] < 2_000_000


def _peak_bytes(text: str, path: Path) -> int:
    tracemalloc.start()
    try:
        say(text, path)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
