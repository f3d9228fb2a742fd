"""The envelope of sounds whose envelope is known."""

from __future__ import annotations

import numpy as np
import pytest

from hwamei.domain.audio import Audio
from hwamei.dsp.envelope import HOP_S, envelope
from hwamei.dsp.spectrum import BAND_CENTRES_HZ, BAND_COUNT
from tests.dsp.signals import joined, noise, sine


@pytest.mark.parametrize("sample_rate_hz", [16_000, 24_000])
def test_white_noise_is_even_over_bands_and_frames_and_has_one_level_at_every_rate(sample_rate_hz: int) -> None:
    """Equal power a hertz: a window of so many samples squared hears 3/8 of them times the power of each."""
    levels = envelope(noise(5.0, sample_rate_hz=sample_rate_hz).samples, sample_rate_hz)
    assert levels.shape == (501, BAND_COUNT)
    assert levels.dtype == np.float32
    powers_db = 10 * np.log10(np.mean(10 ** (levels[5:-5] / 10), axis=0))
    foretold_db = 10 * np.log10(0.05**2 * 3 / 8 * 0.012 * sample_rate_hz)
    np.testing.assert_allclose(powers_db, foretold_db, atol=1.0)


@pytest.mark.parametrize("band", [20, 30, 38])
def test_a_sine_is_loudest_in_the_band_of_its_frequency(band: int) -> None:
    levels = envelope(sine(float(BAND_CENTRES_HZ[band]), 0.5).samples, 24_000)
    assert (levels[5:-5].argmax(axis=1) == band).all()


@pytest.mark.parametrize("pitch_hz", [100, 230])
def test_the_pulses_of_a_voice_are_neither_heard_one_by_one_nor_as_harmonics(pitch_hz: int) -> None:
    """Pulses have an even spectrum. Above 500 Hz, where bands of a high voice have a harmonic each."""
    pulses = np.zeros(24_000, np.float32)
    pulses[:: 24_000 // pitch_hz] = 1
    levels = envelope(pulses, 24_000)[5:-5]
    assert np.ptp(levels, axis=0).max() < 4
    above = levels[:, BAND_CENTRES_HZ > 500].mean(axis=0)
    assert np.ptp(above) < 4


def test_a_change_is_heard_when_it_happens() -> None:
    levels = envelope(joined(noise(0.5, rms=0.005), noise(0.5, rms=0.05)).samples, 16_000).mean(axis=1)
    steps = np.abs(levels - (levels[5:45].mean() + 10))
    assert abs(steps.argmin() * HOP_S - 0.5) <= 0.02


@pytest.mark.parametrize("samples", [0, 1, 100, 240])
def test_a_sound_of_any_length_has_frames_to_its_end(samples: int) -> None:
    audio = Audio(np.full(samples, 0.1, np.float32), 24_000)
    levels = envelope(audio.samples, audio.sample_rate_hz)
    assert len(levels) == int(np.ceil(samples / 240)) + 1
    assert np.isfinite(levels).all()
