"""Every engine keeps the contract of `hwamei.testing`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np
import parselmouth
import pytest

from hwamei import testing
from hwamei.domain.audio import Audio
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import SpokenUtterance, Utterance
from hwamei.domain.voice import Voiceprint
from hwamei.engines.tone.engine import ToneEngine, open_engine
from hwamei.ports import Engine
from hwamei.settings import Settings
from hwamei.testing import CHECKS, Check, EngineUnderTest, check_engine


def praat_median_f0_hz(audio: Audio) -> float:
    """Median of Praat's pitch track over its voiced frames, Hz."""
    sound = parselmouth.Sound(audio.samples.astype(np.float64), audio.sample_rate_hz)
    pitch_hz = sound.to_pitch(pitch_floor=60.0, pitch_ceiling=500.0).selected_array["frequency"]
    return float(np.median(pitch_hz[pitch_hz > 0]))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_tone_engine_keeps_the_contract(check: Check, settings: Settings) -> None:
    check(EngineUnderTest(open_engine=lambda: open_engine(settings), median_f0_hz=praat_median_f0_hz))


def _unheeded_speed(engine: ToneEngine, utterance: Utterance, voiceprint: Voiceprint, _: Delivery) -> SpokenUtterance:
    return ToneEngine.speak(engine, utterance, voiceprint, Delivery())


def _resampled(engine: ToneEngine, utterance: Utterance, voiceprint: Voiceprint, to: Delivery) -> SpokenUtterance:
    """Speed as on a tape: the pitch goes along."""
    shift = Delivery(to.speed, 12 * math.log2(to.speed) + to.pitch_semitones)
    return ToneEngine.speak(engine, utterance, voiceprint, shift)


def _silent(engine: ToneEngine, utterance: Utterance, voiceprint: Voiceprint, to: Delivery) -> SpokenUtterance:
    spoken = ToneEngine.speak(engine, utterance, voiceprint, to)
    return replace(spoken, audio=replace(spoken.audio, samples=np.zeros_like(spoken.audio.samples)))


def _in_16_bits(engine: ToneEngine, utterance: Utterance, voiceprint: Voiceprint, to: Delivery) -> SpokenUtterance:
    """Samples as they stand in a file."""
    spoken = ToneEngine.speak(engine, utterance, voiceprint, to)
    return replace(spoken, audio=replace(spoken.audio, samples=spoken.audio.samples * np.float32(32_768)))


def _forgets_a_word(engine: ToneEngine, utterance: Utterance, voiceprint: Voiceprint, to: Delivery) -> SpokenUtterance:
    spoken = ToneEngine.speak(engine, utterance, voiceprint, to)
    return replace(spoken, timings=spoken.timings[:-1])


def _counts_its_calls(
    engine: ToneEngine, utterance: Utterance, voiceprint: Voiceprint, to: Delivery
) -> SpokenUtterance:
    engine.__dict__["calls"] = engine.__dict__.get("calls", 0) + 1
    spoken = ToneEngine.speak(engine, utterance, voiceprint, to)
    louder = spoken.audio.samples * np.float32(1 + engine.__dict__["calls"] / 10)
    return replace(spoken, audio=replace(spoken.audio, samples=louder))


@pytest.mark.parametrize(
    ("speak", "caught_by"),
    [
        (_unheeded_speed, testing.speed_changes_the_pace_and_leaves_the_pitch),
        (_unheeded_speed, testing.pitch_moves_the_pitch_and_leaves_the_pace),
        (_resampled, testing.speed_changes_the_pace_and_leaves_the_pitch),
        (_silent, testing.sound_is_mono_float_at_the_rate_of_the_engine),
        (_in_16_bits, testing.sound_is_mono_float_at_the_rate_of_the_engine),
        (_forgets_a_word, testing.each_word_is_timed_in_order_and_inside_the_sound),
        (_counts_its_calls, testing.the_same_order_gives_the_same_sound),
    ],
)
def test_an_engine_that_breaks_the_contract_is_caught(
    speak: Callable[[ToneEngine, Utterance, Voiceprint, Delivery], SpokenUtterance], caught_by: Check
) -> None:
    broken = cast(Callable[[], Engine], type("Broken", (ToneEngine,), {"speak": speak}))
    with pytest.raises(AssertionError):
        caught_by(EngineUnderTest(open_engine=broken, median_f0_hz=praat_median_f0_hz))
    with pytest.raises(AssertionError):
        check_engine(EngineUnderTest(open_engine=broken, median_f0_hz=praat_median_f0_hz))


def test_an_engine_that_swallows_the_interruption_is_caught() -> None:
    class Broken(ToneEngine):
        def enrol(self, reference: Sequence[Audio], **how: Any) -> Voiceprint:
            return super().enrol(reference, **how | {"progress": lambda _: None})

    with pytest.raises(AssertionError, match="Interrupted was not raised"):
        testing.interrupted_and_resumed_is_as_uninterrupted(EngineUnderTest(Broken, praat_median_f0_hz))


def test_an_engine_that_keeps_its_model_is_caught() -> None:
    kept: list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]] = []

    class Hoarder(ToneEngine):
        def __init__(self) -> None:
            kept.append(np.ones(8_000_000, np.float32))  # 32 MB

    with pytest.raises(AssertionError, match="MB more after 3 more openings"):
        testing.memory_is_given_back(EngineUnderTest(Hoarder, praat_median_f0_hz))
