"""The tone engine: its sound is known in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hwamei.domain.audio import Audio
from hwamei.domain.errors import EngineFailed, Unknown
from hwamei.domain.speech import PITCH_RANGE_SEMITONES, SPEED_RANGE, Delivery
from hwamei.domain.utterance import Mark, Utterance
from hwamei.domain.voice import Level
from hwamei.engines.tone.listen import listen
from hwamei.engines.tone.sing import SAMPLE_RATE_HZ, sing
from hwamei.engines.tone.train import STEPS, train
from hwamei.engines.tone.voiceprint import HARMONICS, Tone, normalised, preset_tone
from hwamei.testing import CHINESE, ENGLISH, UTTERANCES, Interrupted, MemoryCheckpoints, a_reference, a_word
from hwamei.testing import an_utterance as utterance


def a_chord(f0_hz: float, weights: list[float], *, sample_rate_hz: int = 16_000, duration_s: float = 1.0) -> Audio:
    """Harmonics of one pitch with these amplitudes."""
    time_s = np.arange(round(duration_s * sample_rate_hz)) / sample_rate_hz
    waves = [a * np.sin(2 * np.pi * n * f0_hz * time_s) for n, a in enumerate(weights, start=1)]
    return Audio(np.sum(waves, axis=0).astype(np.float32), sample_rate_hz)


def cents(one_hz: float, other_hz: float) -> float:
    return float(1200 * abs(np.log2(one_hz / other_hz)))


@pytest.mark.parametrize("sample_rate_hz", [8_000, 16_000, 44_100])
@pytest.mark.parametrize("f0_hz", [80.0, 131.7, 220.0, 415.3])
def test_the_pitch_of_a_chord_is_heard_within_10_cents(f0_hz: float, sample_rate_hz: int) -> None:
    heard = listen([a_chord(f0_hz, [0.2, 0.3, 0.1], sample_rate_hz=sample_rate_hz)])
    assert cents(heard.first_guess().f0_hz, f0_hz) < 10


def test_the_harmonics_of_a_chord_are_heard_within_one_percent() -> None:
    weights = listen([a_chord(200.0, [0.2, 0.1, 0.05, 0.05])]).first_guess().weights
    assert weights.dtype == np.float32
    assert weights.shape == (HARMONICS,)
    np.testing.assert_allclose(weights, [0.5, 0.25, 0.125, 0.125, *[0] * (HARMONICS - 4)], atol=0.01)


def test_what_is_sung_is_heard_again() -> None:
    """A tone, sung with no glide, has the pitch and the harmonics that it was made of."""
    tone = Tone(180.0, normalised(np.array([4.0, 3.0, 2.0, 1.0] + [0.0] * (HARMONICS - 4))))
    spoken = sing(utterance(a_word("啊", "aaaaaaaaaaaa5")), tone, Delivery())
    heard = listen([spoken.audio])
    assert cents(heard.first_guess().f0_hz, 180.0) < 10
    np.testing.assert_allclose(heard.first_guess().weights, tone.weights, atol=0.03)
    assert heard.likeness(tone) > 0.98


def test_no_pitch_in_noise_or_silence_is_an_error_that_says_so() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, 16_000).astype(np.float32)
    for samples in (noise, np.zeros(16_000, np.float32), np.zeros(0, np.float32)):
        with pytest.raises(EngineFailed, match="no pitch"):
            listen([Audio(samples, 16_000)])


def test_a_syllable_takes_100_ms_and_30_more_for_each_sign_of_its_reading() -> None:
    spoken = sing(utterance(a_word("长", "chang2")), preset_tone("alto"), Delivery())
    (timing,) = spoken.timings
    assert timing.start_s == 0.0
    assert timing.end_s == pytest.approx(0.1 + 6 * 0.03)


@hypothesis_settings(max_examples=40)
@given(
    st.sampled_from(UTTERANCES),
    st.floats(*SPEED_RANGE),
    st.floats(*PITCH_RANGE_SEMITONES),
    st.floats(60, 500),
)
def test_there_is_sound_where_a_word_is_timed_and_silence_elsewhere(
    spoken_of: Utterance, speed: float, semitones: float, f0_hz: float
) -> None:
    tone = Tone(f0_hz, preset_tone("alto").weights)
    spoken = sing(spoken_of, tone, Delivery(speed=speed, pitch_semitones=semitones))
    samples = spoken.audio.samples.copy()
    for timing in spoken.timings:
        start, end = round(timing.start_s * SAMPLE_RATE_HZ), round(timing.end_s * SAMPLE_RATE_HZ)
        assert np.abs(samples[start:end]).max() > 0.05
        samples[start:end] = 0
    assert not samples.any()
    assert np.abs(spoken.audio.samples).max() <= 0.3


@pytest.mark.parametrize(("digit", "rises"), [("2", 1), ("4", -1)])
def test_mandarin_tones_move_the_pitch(digit: str, rises: int) -> None:
    sound = sing(utterance(a_word("啊", "aaaaaaaaaa" + digit)), preset_tone("alto"), Delivery()).audio
    half = len(sound.samples) // 2
    first, second = (
        listen([Audio(samples, SAMPLE_RATE_HZ)]).first_guess().f0_hz
        for samples in (sound.samples[:half], sound.samples[half:])
    )
    assert np.sign(second - first) == rises


def test_a_mark_makes_a_pause_and_joined_words_have_none() -> None:
    spoken = sing(CHINESE, preset_tone("alto"), Delivery())
    gaps = [after.start_s - before.end_s for before, after in zip(spoken.timings, spoken.timings[1:], strict=False)]
    assert gaps == pytest.approx([0, 0.02, 0, 0], abs=1e-9)
    assert spoken.audio.duration_s - spoken.timings[-1].end_s == pytest.approx(0.25)


def test_an_utterance_of_marks_alone_is_a_pause() -> None:
    spoken = sing(Utterance((Mark(",", 0, 1),), ENGLISH.language), preset_tone("alto"), Delivery())
    assert spoken.timings == ()
    assert spoken.audio.duration_s == pytest.approx(0.15)


def test_an_unknown_preset_is_refused_with_those_there_are() -> None:
    with pytest.raises(Unknown) as caught:
        preset_tone("bass")
    assert caught.value.known == ("alto", "tenor")


@hypothesis_settings(max_examples=15)
@given(st.integers(0, 2**32), st.integers(1, STEPS - 1))
def test_wherever_training_is_interrupted_it_ends_the_same(seed: int, stop_at: int) -> None:
    heard = listen([a_reference(duration_s=1.0)])
    whole = train(heard, seed=seed, progress=lambda _: None, checkpoints=MemoryCheckpoints())
    checkpoints = MemoryCheckpoints()

    def interrupt(percent: float) -> None:
        if percent >= 100 * stop_at / STEPS:
            raise Interrupted

    with pytest.raises(Interrupted):
        train(heard, seed=seed, progress=interrupt, checkpoints=checkpoints)
    resumed = train(heard, seed=seed, progress=lambda _: None, checkpoints=checkpoints)
    assert resumed.f0_hz == whole.f0_hz
    np.testing.assert_array_equal(resumed.weights, whole.weights)


def test_a_checkpoint_of_other_work_is_not_used() -> None:
    one, other = (listen([a_reference(f0_hz, duration_s=1.0)]) for f0_hz in (120.0, 240.0))
    checkpoints = MemoryCheckpoints()
    train(one, seed=0, progress=lambda _: None, checkpoints=checkpoints)
    assert cents(train(other, seed=0, progress=lambda _: None, checkpoints=checkpoints).f0_hz, 240.0) < 100


def test_training_comes_closer() -> None:
    heard = listen([a_reference()])
    trained = train(heard, seed=0, progress=lambda _: None, checkpoints=MemoryCheckpoints())
    assert heard.likeness(trained) > heard.likeness(heard.first_guess())
    assert trained.kept(Level.TRAINED, {}).level is Level.TRAINED
