"""The long-term spectrum and the equaliser against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.signal import freqz

from hwamei.domain.audio import Audio
from hwamei.dsp.fir import equalise
from hwamei.dsp.spectrum import BAND_CENTRES_HZ, BAND_COUNT, Bands, equaliser, long_term_spectrum
from tests.dsp.signals import joined, noise, silent, sine


@pytest.mark.parametrize("sample_rate_hz", [16_000, 24_000, 48_000])
def test_white_noise_is_even_in_all_bands(sample_rate_hz: int) -> None:
    """Bands weigh 1 in all, so that equal power in every bin is equal in every band."""
    bands = long_term_spectrum(noise(20.0, sample_rate_hz=sample_rate_hz))
    assert bands.shape == (BAND_COUNT,)
    assert bands.dtype == np.float32
    assert bands.mean() == pytest.approx(0, abs=1e-4)
    assert np.abs(bands).max() < 0.6


@pytest.mark.parametrize("band", [5, 20, 35])
def test_a_sine_lies_in_the_band_of_its_frequency(band: int) -> None:
    bands = long_term_spectrum(sine(float(BAND_CENTRES_HZ[band]), 1.0))
    assert bands.argmax() == band
    assert bands[band] - np.delete(bands, [band - 1, band, band + 1]).max() > 20


def test_level_and_pauses_do_not_count() -> None:
    loud = noise(3.0, seed=1)
    soft = Audio(loud.samples * np.float32(0.1), loud.sample_rate_hz)
    np.testing.assert_allclose(long_term_spectrum(soft), long_term_spectrum(loud), atol=1e-3)
    paused = joined(loud, silent(5.0), loud)
    np.testing.assert_allclose(long_term_spectrum(paused), long_term_spectrum(loud), atol=0.2)


@pytest.mark.parametrize("samples", [0, 1, 100])
def test_sound_shorter_than_a_window_has_a_finite_spectrum(samples: int) -> None:
    assert np.isfinite(long_term_spectrum(Audio(np.full(samples, 0.1, np.float32), 16_000))).all()


SMOOTH = st.builds(
    lambda slope_db, wave_db, waves: (
        slope_db * np.linspace(-1, 1, BAND_COUNT) + wave_db * np.sin(np.linspace(0, waves * np.pi, BAND_COUNT))
    ).astype(np.float32),
    st.floats(-8, 8),
    st.floats(-4, 4),
    st.integers(1, 3),
)


@given(gains_db=SMOOTH)
def test_an_equaliser_has_the_gains_asked_for_within_a_decibel_and_a_half(gains_db: Bands) -> None:
    """Above 300 Hz: lower, 257 taps at 24 kHz cannot tell neighbouring bands apart."""
    taps = equaliser(gains_db, 24_000)
    assert taps.dtype == np.float32
    assert len(taps) % 2 == 1
    np.testing.assert_allclose(taps, taps[::-1], atol=1e-7)  # linear phase
    within = BAND_CENTRES_HZ > 300
    _, response = freqz(taps, worN=BAND_CENTRES_HZ[within], fs=24_000)
    np.testing.assert_allclose(20 * np.log10(np.abs(response)), gains_db[within], atol=1.5)


@given(gains_db=arrays(np.float32, BAND_COUNT, elements=st.floats(-28, 28, width=32)))
def test_an_equaliser_of_any_gains_is_finite(gains_db: Bands) -> None:
    assert np.isfinite(equaliser(gains_db, 24_000)).all()


@given(gains_db=SMOOTH)
def test_an_equalised_sound_has_the_spectrum_that_was_aimed_at(gains_db: Bands) -> None:
    sound = noise(4.0, seed=2)
    before = long_term_spectrum(sound)
    after = long_term_spectrum(Audio(equalise(sound.samples, equaliser(gains_db, 16_000)), 16_000))
    wanted = before + gains_db
    within = BAND_CENTRES_HZ > 300
    difference = (after - wanted)[within]
    assert np.abs(difference - difference.mean()).max() < 1.5
