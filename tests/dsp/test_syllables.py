"""Nuclei of syllables, counted where it is known how many there are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hwamei.domain.audio import Audio
from hwamei.dsp.syllables import LEAST_SPEECH_S, syllable_rate_hz
from tests.dsp.signals import RATE_HZ, joined, mixed, noise, silent, sine, speech


def swelling(rate_hz: float, duration_s: float, *, carrier_hz: float = 500.0) -> Audio:
    """A tone that swells and fades so many times a second, by 12 dB."""
    tone = sine(carrier_hz, duration_s, sample_rate_hz=RATE_HZ)
    time_s = np.arange(len(tone.samples)) / RATE_HZ
    level_db = -6 * (1 + np.cos(2 * np.pi * rate_hz * time_s))
    return Audio((tone.samples * 10 ** (level_db / 20)).astype(np.float32), RATE_HZ)


@settings(max_examples=25)
@given(rate_hz=st.floats(1.5, 7.0), duration_s=st.floats(6, 12))
def test_every_swell_counts_once(rate_hz: float, duration_s: float) -> None:
    heard = syllable_rate_hz(swelling(rate_hz, duration_s))
    assert heard is not None
    assert abs(heard - rate_hz) * duration_s < 2  # the first and the last may be cut


def test_pauses_do_not_count_as_time() -> None:
    spoken = swelling(4.0, 5.0)
    heard = syllable_rate_hz(joined(spoken, silent(5.0), spoken))
    assert heard == pytest.approx(4.0, abs=0.3)


def test_neither_loudness_nor_a_quiet_room_matters() -> None:
    said = speech(10.0)
    heard = syllable_rate_hz(said)
    assert heard is not None
    assert 2 < heard < 7
    assert syllable_rate_hz(Audio(said.samples * np.float32(0.05), RATE_HZ)) == pytest.approx(heard, rel=0.02)
    assert syllable_rate_hz(mixed(said, noise(10.0), below_db=40)) == pytest.approx(heard, rel=0.1)


def test_a_hiss_is_no_syllable() -> None:
    hisses = swelling(5.0, 8.0, carrier_hz=6_000)
    vowels = swelling(3.0, 8.0)
    assert syllable_rate_hz(mixed(vowels, hisses, below_db=6)) == pytest.approx(3.0, abs=0.3)


@pytest.mark.parametrize("seconds", [0.0, 0.5, LEAST_SPEECH_S - 0.5])
def test_too_little_speech_tells_nothing(seconds: float) -> None:
    assert syllable_rate_hz(swelling(4.0, seconds)) is None
    assert syllable_rate_hz(joined(swelling(4.0, seconds), silent(10.0))) is None
