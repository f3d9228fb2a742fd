"""Band energies whose values are known, and what falls away in them."""

from __future__ import annotations

import numpy as np

from hwamei.speaker.log_bands import BANDS, filters, log_bands
from tests.dsp.signals import noise, sine, speech


def test_a_second_has_a_frame_each_twelve_and_a_half_milliseconds() -> None:
    bands = log_bands(noise(1.0).samples)
    assert bands.shape == (79, BANDS)  # (16000 - 400) / 200 + 1
    assert bands.dtype == np.float32


def test_several_sounds_at_once_give_what_each_gives() -> None:
    sounds = np.stack([noise(1.0, seed=seed).samples for seed in range(3)])
    np.testing.assert_array_equal(log_bands(sounds)[1], log_bands(sounds[1]))


def test_the_mean_of_each_band_is_nought() -> None:
    np.testing.assert_allclose(log_bands(speech(2.0).samples).mean(axis=0), 0, atol=1e-4)


def test_level_falls_away() -> None:
    sound = speech(2.0).samples
    np.testing.assert_allclose(log_bands(sound * np.float32(0.1)), log_bands(sound), atol=1e-2)


def test_a_sound_that_grows_tenfold_grows_by_the_logarithm_of_a_hundred() -> None:
    steady = sine(1000, 2.0, peak=0.05, sample_rate_hz=16_000).samples
    steady[len(steady) // 2 :] *= 10
    band = int(filters()[:, 32].argmax())  # 1000 Hz is bin 32 of 512 at 16 kHz
    heard = log_bands(steady)[:, band]
    np.testing.assert_allclose(heard[-10] - heard[10], np.log(100), rtol=0.02)


def test_each_filter_is_a_weighted_mean() -> None:
    np.testing.assert_allclose(filters().sum(axis=1), 1, rtol=1e-4)
    assert (filters() >= 0).all()
