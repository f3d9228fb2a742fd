"""The first words of an utterance are there before the rest, and nobody hears where they were parted."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from hwamei.domain.audio import Samples
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import SpokenUtterance
from hwamei.domain.voice import Level
from hwamei.dsp.decibel import level_db, rms
from hwamei.engines.kokoro import cpu
from hwamei.engines.kokoro.early import (
    ENOUGH_FRAMES,
    FEWEST_FRAMES,
    MOST_FRAMES,
    SOON_FRAMES,
    Beginning,
    beginning,
    decode_early,
)
from hwamei.engines.kokoro.engine import KokoroEngine
from hwamei.engines.kokoro.frames import FRAME_SAMPLES, Floats, Frames
from hwamei.engines.kokoro.openvino_decoder import OpenvinoDecoder, open_openvino_decoder
from hwamei.engines.kokoro.phones import TokenSpan, token_line
from hwamei.engines.kokoro.runtime import Runtime
from hwamei.engines.kokoro.speaking import Speaker
from hwamei.engines.kokoro.style_space import StyleSpace
from hwamei.engines.kokoro.voiceprint import preset_voice
from hwamei.settings import Settings
from hwamei.testing import MemoryCheckpoints, a_word
from hwamei.text.plan import plan

TEXTS = {
    "af_heart": "When the museum opened its doors again in spring nobody had expected such a crowd",
    "zf_xiaoxiao": "春天博物馆重新开门的时候谁也没有想到会来这么多人",
}
WORD, SPACE = 10, 2  # tokens; one frame each


def frames_of(words: int, *, quiet_at: int | None = None) -> Frames:
    count = 2 + words * (WORD + SPACE)
    energy = np.full((1, 2 * count), 3.0, np.float32)
    if quiet_at is not None:
        energy[:, 2 * quiet_at : 2 * quiet_at + 2] = -4
    features, pitch_hz = np.zeros((1, 512, count), np.float32), np.full((1, 2 * count), 150, np.float32)
    return Frames(features, pitch_hz, energy, np.ones(count, np.int64))


def spans_of(words: int, *, joined: bool = False) -> list[TokenSpan]:
    starts = [1 + number * (WORD + SPACE) for number in range(words)]
    return [TokenSpan(a_word("word", "wˈɜɹd", start=start, joined=joined), start, start + WORD) for start in starts]


def test_a_beginning_ends_where_it_is_quietest_between_two_words() -> None:
    first = beginning(frames_of(10, quiet_at=48), spans_of(10))
    assert first == Beginning(48, 4)
    for too_soon in (12, 24):
        first = beginning(frames_of(10, quiet_at=too_soon), spans_of(10))
        assert first is not None
        assert ENOUGH_FRAMES <= first.frames <= SOON_FRAMES


def test_a_beginning_is_rather_short_than_late() -> None:
    words = [(1, 26), (28, 56), (58, 110)]
    spans = [TokenSpan(a_word("word", "wˈɜɹd", start=first), first, last) for first, last in words]
    first = beginning(frames_of(10), spans)
    assert first is not None
    assert FEWEST_FRAMES <= first.frames < ENOUGH_FRAMES


def test_a_word_is_not_parted_and_little_is_said_in_one_go() -> None:
    assert beginning(frames_of(10), spans_of(10, joined=True)) is None
    assert beginning(frames_of(6), spans_of(6)) is None  # the rest would save nothing
    assert beginning(frames_of(1), spans_of(1)) is None


def test_a_beginning_may_be_longer_where_no_word_ends_sooner() -> None:
    long = [TokenSpan(a_word("word", "wˈɜɹd"), 1, 58), TokenSpan(a_word("word", "wˈɜɹd", start=60), 60, 110)]
    first = beginning(frames_of(10), long)
    assert first is not None
    assert SOON_FRAMES < first.frames <= MOST_FRAMES


def test_a_beginning_lasts_longer_where_the_processor_is_shared() -> None:
    alone, shared = (beginning(frames_of(20), spans_of(20), at_once=at_once) for at_once in (1, 3))
    assert alone is not None
    assert shared is not None
    assert ENOUGH_FRAMES <= alone.frames <= SOON_FRAMES
    assert 3 * ENOUGH_FRAMES <= shared.frames <= 3 * SOON_FRAMES
    assert beginning(frames_of(20), spans_of(20), at_once=12) is None  # all of it would not last until it is there


# ---------------------------------------------------------------- with the real decoder

long = pytest.mark.long("makes the model anew for OpenVINO, and speaks")


@pytest.fixture(scope="module")
def decoder(kokoro_settings: Settings) -> OpenvinoDecoder:
    return open_openvino_decoder(kokoro_settings, threads=kokoro_settings.threads, bfloat16=cpu.has_bfloat16_matrices())


def in_two(
    decoder: OpenvinoDecoder, runtime: Runtime, space: StyleSpace, name: str
) -> tuple[list[SpokenUtterance], SpokenUtterance]:
    """The text in parts, and as a whole."""
    (utterance,) = plan(TEXTS[name])
    speaker, voice = Speaker(replace(runtime, decoder=decoder), space), preset_voice(name, space)
    utterance = replace(utterance, pause_after_ms=250)
    return [*speaker.speak_early(utterance, voice, Delivery())], speaker.speak(utterance, voice, Delivery())


@long
@pytest.mark.parametrize("name", TEXTS)
def test_the_parts_are_the_words_of_the_whole_at_its_pace(
    name: str, decoder: OpenvinoDecoder, runtime: Runtime, space: StyleSpace
) -> None:
    (first, rest), whole = in_two(decoder, runtime, space, name)
    assert first.utterance.parts + rest.utterance.parts == whole.utterance.parts
    assert (first.utterance.pause_after_ms, rest.utterance.pause_after_ms) == (0, 250)
    assert 0.5 < first.audio.duration_s < 1.7
    assert first.audio.duration_s + rest.audio.duration_s == pytest.approx(whole.audio.duration_s, abs=0.06)
    later = [timing.start_s + first.audio.duration_s for timing in rest.timings]
    starts = [timing.start_s for timing in first.timings] + later
    assert starts == pytest.approx([timing.start_s for timing in whole.timings], abs=0.08)


@long
@pytest.mark.parametrize("name", TEXTS)
def test_where_they_meet_both_parts_sound_the_same(
    name: str, decoder: OpenvinoDecoder, runtime: Runtime, space: StyleSpace
) -> None:
    frames, style = foretold(runtime, space, name)
    first = Beginning(48, 1)
    early, whole = decode_early(decoder, frames, style, first)
    assert len(early) < len(whole) == frames.features.shape[2] * FRAME_SAMPLES
    assert np.array_equal(early[: first.settled_samples], whole[: first.settled_samples])
    both = slice(first.frames * FRAME_SAMPLES + 1200, (first.frames + 12) * FRAME_SAMPLES)
    assert level_db(rms(whole[both])) == pytest.approx(level_db(rms(early[both])), abs=2.5)
    assert correlation(whole[both], early[both]) > 0.6  # in phase


@long
def test_the_first_words_are_more_while_somebody_else_is_spoken_for(
    decoder: OpenvinoDecoder, runtime: Runtime, space: StyleSpace
) -> None:
    ((name, text),) = list(TEXTS.items())[:1]
    (utterance,) = plan(text)
    speaker, voice = Speaker(replace(runtime, decoder=decoder), space), preset_voice(name, space)

    def words_of_first_part() -> int:
        return len(next(speaker.speak_early(utterance, voice, Delivery())).utterance.words)

    alone = words_of_first_part()
    with closing(speaker.speak_early(utterance, voice, Delivery())) as of_somebody_else:
        next(of_somebody_else)
        assert words_of_first_part() > alone
    assert words_of_first_part() == alone


@long
def test_the_first_words_are_more_while_a_voice_is_being_made(
    decoder: OpenvinoDecoder, runtime: Runtime, kokoro_settings: Settings
) -> None:
    ((name, text),) = list(TEXTS.items())[:1]
    (utterance,) = plan(text)
    engine = KokoroEngine(kokoro_settings, runtime=replace(runtime, decoder=decoder))
    voice = engine.preset(name)

    def words_of_first_part() -> int:
        with closing(engine.speak_early(utterance, voice, Delivery())) as parts:
            return len(next(parts).utterance.words)

    meanwhile: list[int] = []

    def progress(percent: float) -> None:
        if 0 < percent < 100 and not meanwhile:
            meanwhile.append(words_of_first_part())

    alone = words_of_first_part()
    reference = [engine.speak(utterance, voice, Delivery()).audio] * 2
    engine.enrol(reference, level=Level.INSTANT, seed=0, progress=progress, checkpoints=MemoryCheckpoints())
    assert meanwhile[0] > alone == words_of_first_part()


def foretold(runtime: Runtime, space: StyleSpace, name: str) -> tuple[Frames, Floats]:
    (utterance,) = plan(TEXTS[name])
    line, voice = token_line(utterance), preset_voice(name, space)
    style = voice.style(utterance.language, len(line.tokens), space)
    return runtime.predict(line.tokens, style, 1.0).without_quiet_ends(), style


def correlation(one: Samples, other: Samples) -> float:
    return float(np.corrcoef(one, other)[0, 1])
