"""Resampling, equalising, joining, trimming and the cue."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import firwin

from hwamei.domain.audio import Audio, Samples
from hwamei.dsp import cue
from hwamei.dsp.fir import StreamingEqualiser, equalise
from hwamei.dsp.joins import fade_edges, silence, with_pause
from hwamei.dsp.loudness import TARGET_LOUDNESS_LUFS, LoudnessMeter
from hwamei.dsp.resample import Resampler, resample, resampled_length
from hwamei.dsp.trim import trim_silence
from tests.dsp import signals

RATES_HZ = [8_000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000]


def frequency_hz(audio: Audio) -> float:
    """Of a sine: the phase that it gains between its first and last second, per second."""
    middle = audio.samples[audio.sample_rate_hz // 4 : -audio.sample_rate_hz // 4].astype(np.float64)
    window = np.hanning(len(middle))
    spectrum = np.abs(np.fft.rfft(middle * window, 8 * len(middle)))
    place = int(spectrum.argmax())
    left, top, right = np.log(spectrum[place - 1 : place + 2])
    return float((place + (left - right) / (2 * (left - 2 * top + right))) * audio.sample_rate_hz / (8 * len(middle)))


@pytest.mark.parametrize("to_hz", RATES_HZ)
def test_resampling_keeps_the_pitch_within_a_cent_and_the_level_within_a_tenth_of_a_db(to_hz: int) -> None:
    sine = signals.sine(440, 2)
    out = resample(sine, to_hz)
    assert 1200 * np.log2(frequency_hz(out) / 440) == pytest.approx(0, abs=1)
    inner = slice(to_hz // 4, -to_hz // 4)
    assert signals.level_db(out.samples[inner]) == pytest.approx(20 * np.log10(0.5 / np.sqrt(2)), abs=0.1)


@given(st.sampled_from(RATES_HZ), st.sampled_from(RATES_HZ), st.lists(st.integers(0, 3_000), min_size=1, max_size=6))
def test_a_stream_has_the_length_that_the_rates_say_however_it_is_cut(
    from_hz: int, to_hz: int, lengths: list[int]
) -> None:
    samples = signals.noise(2, sample_rate_hz=from_hz).samples[: sum(lengths)]
    resampler = Resampler(from_hz, to_hz)
    pieces = np.split(samples, np.cumsum(lengths)[:-1])
    out = np.concatenate([*(resampler.push(piece) for piece in pieces), resampler.finish()])
    assert len(out) == resampled_length(len(samples), from_hz, to_hz) == round(len(samples) * to_hz / from_hz + 1e-9)
    assert np.allclose(out, resample(Audio(samples, from_hz), to_hz).samples, atol=1e-5)


def test_resampling_to_the_same_rate_changes_nothing() -> None:
    sound = signals.speech(1)
    assert np.array_equal(resample(sound, 16_000).samples, sound.samples)


def test_what_the_lower_rate_cannot_hold_is_removed_not_folded() -> None:
    high = signals.sine(10_000, 2, sample_rate_hz=48_000)
    assert signals.level_db(resample(high, 16_000).samples[2_000:-2_000]) < -90


def test_resampling_does_not_shift_in_time() -> None:
    click = np.zeros(24_000, dtype=np.float32)
    click[12_000] = 1
    assert int(np.abs(resample(Audio(click, 24_000), 48_000).samples).argmax()) == 24_000


@given(st.integers(1, 2_000), st.sampled_from([1, 3, 31, 127]))
@settings(max_examples=40)
def test_a_filter_that_is_one_tap_in_the_middle_changes_nothing(length: int, taps: int) -> None:
    impulse = np.zeros(taps, dtype=np.float32)
    impulse[taps // 2] = 1
    samples = signals.noise(1).samples[:length]
    assert np.allclose(equalise(samples, impulse), samples, atol=1e-6)


def test_a_filter_has_the_gain_of_its_own_frequency_response() -> None:
    taps = firwin(101, 2_000, fs=24_000).astype(np.float32)
    for tone_hz in (500, 2_000, 6_000):
        expected = abs(np.sum(taps * np.exp(-2j * np.pi * tone_hz / 24_000 * np.arange(101))))
        out = equalise(signals.sine(tone_hz, 1).samples, taps)[2_000:-2_000]
        assert signals.level_db(out) == pytest.approx(20 * np.log10(0.5 / np.sqrt(2) * expected + 1e-6), abs=0.5)


@given(st.lists(st.integers(0, 900), max_size=6))
@settings(max_examples=40)
def test_filtering_a_stream_gives_what_filtering_the_whole_gives(cuts: list[int]) -> None:
    samples = signals.noise(0.2).samples
    taps: Samples = firwin(63, 3_000, fs=16_000).astype(np.float32)
    stream = StreamingEqualiser(taps)
    pieces = np.split(samples, np.cumsum(sorted(cuts)))
    out = np.concatenate([*(stream.push(piece) for piece in pieces), stream.finish()])
    assert np.allclose(out, equalise(samples, taps), atol=1e-6)


@pytest.mark.parametrize("taps", [np.ones(4), np.arange(5)])
def test_a_filter_without_linear_phase_is_refused(taps: Samples) -> None:
    with pytest.raises(ValueError, match="symmetric"):
        equalise(np.ones(10, dtype=np.float32), taps.astype(np.float32))


@given(st.integers(0, 2_000))
def test_faded_edges_begin_and_end_at_nothing_and_change_only_the_edges(length: int) -> None:
    faded = fade_edges(Audio(np.ones(length, dtype=np.float32), 24_000)).samples
    assert len(faded) == length
    if length >= 2:
        assert faded[0] == 0
        assert faded[-1] == 0
    assert np.all(faded[96 : length - 96] == 1)
    assert np.all((faded >= 0) & (faded <= 1))


def test_a_join_of_two_tones_has_no_click() -> None:
    """A click is energy far above both tones where they meet."""
    tone = signals.sine(300, 0.503)
    hard = np.concatenate([tone.samples, tone.samples])
    soft = np.concatenate([with_pause(tone, 0).samples, fade_edges(tone).samples])

    def above_5_khz_db(samples: Samples) -> float:
        around = samples[len(tone.samples) - 256 : len(tone.samples) + 256] * np.hanning(512)
        return float(10 * np.log10(np.sum(np.abs(np.fft.rfft(around))[107:] ** 2)))

    assert above_5_khz_db(soft) < above_5_khz_db(hard) - 20


def test_a_pause_has_its_length_to_the_sample() -> None:
    assert len(with_pause(signals.sine(300, 0.5), 250).samples) == 12_000 + 6_000
    assert len(silence(0.1, 22_050).samples) == 2_205


def test_trimming_leaves_what_was_asked_for_on_both_sides_to_a_frame() -> None:
    sound = signals.joined(signals.silent(1), signals.sine(300, 0.5, sample_rate_hz=16_000), signals.silent(2))
    trimmed = trim_silence(sound, before_ms=100, after_ms=200)
    assert trimmed.duration_s == pytest.approx(0.1 + 0.5 + 0.2, abs=0.011)
    loud = np.flatnonzero(np.abs(trimmed.samples) > 0.05)
    assert loud[0] / 16_000 == pytest.approx(0.1, abs=0.006)


def test_trimming_adds_nothing_and_leaves_silence_as_it_is() -> None:
    sound = signals.sine(300, 0.5)
    assert len(trim_silence(sound, before_ms=500, after_ms=500).samples) == len(sound.samples)
    assert len(trim_silence(signals.silent(1), before_ms=0, after_ms=0).samples) == 16_000


@pytest.mark.parametrize("sample_rate_hz", [8_000, 24_000, 48_000])
def test_the_cue_is_ai_in_morse(sample_rate_hz: int) -> None:
    """Read back from its envelope: short long, short short; unit 120 ms; three units between the letters."""
    sound = cue.cue(sample_rate_hz)
    unit = round(cue.UNIT_S * sample_rate_hz)
    units = [signals.level_db(sound.samples[place * unit : (place + 1) * unit]) > -60 for place in range(11)]
    assert "".join("#" if on else "." for on in units) == "#.###...#.#"
    assert sound.duration_s == pytest.approx(cue.DURATION_S, abs=2e-3)
    assert signals.level_db(sound.samples[11 * unit + 50 :]) < -200


def test_the_cue_is_12_lu_softer_than_the_speech() -> None:
    dash = cue.cue(24_000).samples[2 * 2_880 : 5 * 2_880]
    steady = np.tile(dash[400:-400], 10)
    meter = LoudnessMeter(24_000)
    meter.add(steady)
    assert meter.loudness_lufs() == pytest.approx(TARGET_LOUDNESS_LUFS - 12, abs=0.5)
