"""What is said is complete and clean: short texts, extreme deliveries, long utterances."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from hwamei.domain.audio import Audio, Samples
from hwamei.domain.errors import EngineFailed
from hwamei.domain.speech import PITCH_RANGE_SEMITONES, SPEED_RANGE, Delivery
from hwamei.domain.utterance import SpokenUtterance
from hwamei.dsp.pitch import fundamental_hz
from hwamei.engines.kokoro.engine import KokoroEngine
from hwamei.engines.kokoro.runtime import Runtime
from hwamei.engines.kokoro.speaking import Speaker
from hwamei.engines.kokoro.style_space import StyleSpace
from hwamei.engines.kokoro.voiceprint import preset_voice
from hwamei.text.plan import plan
from tests.dsp.signals import level_db
from tests.engines.praat import f0_track, moved_cents

AUDIBLE_DB = -30.0  # under the loudest part of the utterance


@pytest.mark.parametrize(
    ("text", "preset"),
    [
        ("好。", "zf_xiaoxiao"),
        ("OK", "am_michael"),
        ("Yes.", "af_heart"),
        ("是吗？", "zm_yunxi"),
        ("按时", "af_heart"),  # the decoder is done before the frames of the last word begin
        ("节日", "af_heart"),
    ],
)
def test_one_word_is_said_wholly(text: str, preset: str, engine: KokoroEngine) -> None:
    (utterance,) = plan(text)
    spoken = engine.speak(utterance, engine.preset(preset), Delivery())
    audio = spoken.audio
    assert np.isfinite(audio.samples).all()
    assert 0.2 < audio.duration_s < 1.5
    last = spoken.timings[-1]
    assert last.end_s - last.start_s > 0.08
    assert level_db(_between(audio, last.start_s, last.end_s)) > level_db(_loudest(audio)) + AUDIBLE_DB
    _assert_clean_edges(audio)


def test_every_word_is_heard(spoken: Mapping[str, SpokenUtterance]) -> None:
    for said in spoken.values():
        loudest_db = level_db(_loudest(said.audio))
        for timing in said.timings:
            heard = _loudest(Audio(_between(said.audio, timing.start_s, timing.end_s), said.audio.sample_rate_hz))
            assert level_db(heard) > loudest_db + AUDIBLE_DB, timing
        _assert_clean_edges(said.audio)


@pytest.mark.long("speaks everything twice")
@pytest.mark.parametrize("semitones", PITCH_RANGE_SEMITONES)
def test_an_octave_up_or_down_takes_the_same_time(semitones: float, engine: KokoroEngine) -> None:
    """zf_xiaoxiao and zm_yunxi lie so that Praat can hear both pitches between 60 and 500 Hz."""
    preset = "zm_yunxi" if semitones > 0 else "zf_xiaoxiao"
    (utterance,) = plan("天气真好。")
    plain, moved = (engine.speak(utterance, engine.preset(preset), Delivery(1.0, shift)) for shift in (0, semitones))
    # The frames are the same; what is quiet at both ends is cut where it is heard no more.
    assert moved.audio.duration_s == pytest.approx(plain.audio.duration_s, abs=0.08)
    assert abs(moved_cents(moved.audio, plain.audio) - 100 * semitones) < 60


@pytest.mark.long("speaks everything twice, once at half the speed")
@pytest.mark.parametrize("speed", SPEED_RANGE)
def test_words_keep_their_order_and_their_share_of_the_time_at_any_speed(speed: float, engine: KokoroEngine) -> None:
    (utterance,) = plan("明天见，my friend。")
    voice = engine.preset("zf_xiaoxiao")
    plain, paced = (engine.speak(utterance, voice, Delivery(pace)) for pace in (1.0, speed))
    assert paced.audio.duration_s * speed == pytest.approx(plain.audio.duration_s, rel=0.15)
    middles = [[(t.start_s + t.end_s) / 2 / said.audio.duration_s for t in said.timings] for said in (plain, paced)]
    np.testing.assert_allclose(middles[0], middles[1], atol=0.12)
    both = [(one, other) for one, other in zip(*map(_word_pitches_hz, (paced, plain)), strict=True) if one and other]
    assert len(both) >= 3
    # A semitone: at twice the speed a word lasts hardly longer than the 50 ms that Praat hears at a time.
    assert abs(np.median([1200 * np.log2(one / other) for one, other in both])) < 100


def test_our_pitch_agrees_with_praat_on_speech(spoken: Mapping[str, SpokenUtterance]) -> None:
    for said in spoken.values():
        ours_hz = fundamental_hz(said.audio)
        times_s, praat_hz = f0_track(said.audio)
        # A frame of ours begins at its number × 10 ms and hears 32 ms and a period after them.
        nearest = np.round((times_s - 0.018) / 0.01).astype(int).clip(0, len(ours_hz) - 1)
        both = (praat_hz > 0) & (ours_hz[nearest] > 0)
        assert both.sum() > 0.45 * (praat_hz > 0).sum()  # we are stricter about what is voiced
        apart_cents = np.abs(1200 * np.log2(ours_hz[nearest][both] / praat_hz[both]))
        assert np.median(apart_cents) < 20


def test_more_tokens_than_the_model_takes_are_spoken_in_parts(runtime: Runtime, space: StyleSpace) -> None:
    """With a model that takes twenty."""
    (utterance,) = plan("天气真好，明天见。")
    voice = preset_voice("zf_xiaoxiao", space)
    said = Speaker(runtime, space, max_tokens=20).speak(utterance, voice, Delivery())
    assert tuple(timing.word for timing in said.timings) == utterance.words
    edges = [edge for timing in said.timings for edge in (timing.start_s, timing.end_s)]
    assert edges == sorted(edges)
    assert 0 <= edges[0] < edges[-1] <= said.audio.duration_s
    with pytest.raises(EngineFailed, match="too long to be said as one word"):
        Speaker(runtime, space, max_tokens=3).speak(utterance, voice, Delivery())


def _word_pitches_hz(said: SpokenUtterance) -> list[float | None]:
    """The median pitch of each word by Praat; None where it hears hardly any."""
    times_s, pitch_hz = f0_track(said.audio)
    voiced = [pitch_hz[(times_s >= t.start_s) & (times_s < t.end_s) & (pitch_hz > 0)] for t in said.timings]
    return [float(np.median(values)) if len(values) >= 3 else None for values in voiced]


def _between(audio: Audio, start_s: float, end_s: float) -> Samples:
    return audio.samples[round(start_s * audio.sample_rate_hz) : round(end_s * audio.sample_rate_hz)]


def _loudest(audio: Audio) -> Samples:
    """The loudest 20 ms."""
    hop = round(0.02 * audio.sample_rate_hz)
    frames = np.pad(audio.samples, (0, -len(audio.samples) % hop)).reshape(-1, hop)
    loudest: Samples = frames[np.square(frames).sum(axis=1).argmax()]
    return loudest


def _assert_clean_edges(audio: Audio) -> None:
    """Begins and ends at silence without a jump."""
    peak = np.abs(audio.samples).max()
    assert np.abs(audio.samples[[0, -1]]).max() < 0.01 * peak
    edge = round(0.005 * audio.sample_rate_hz)
    for samples in (audio.samples[:edge], audio.samples[-edge:]):
        assert level_db(samples) < level_db(_loudest(audio)) - 20
