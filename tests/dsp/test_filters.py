"""Our filters, windows and running means against SciPy's, and against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyloudnorm import IIRfilter
from scipy import ndimage, signal

from hwamei.domain.audio import Samples
from hwamei.dsp import bandwidth, limiter, loudness, spectrum, steadiness, vad
from hwamei.dsp.biquad import Gains, biquad, butterworth_high_pass, impulse_response
from hwamei.dsp.convolution import Convolver
from hwamei.speaker import mel, silence
from tests.dsp import signals

RATES_HZ = [8_000, 16_000, 22_050, 24_000, 44_100, 48_000]
booleans = st.lists(st.booleans(), min_size=1, max_size=40).map(np.array)


@given(st.integers(0, 5_000), st.integers(1, 700), st.integers(0, 99))
@settings(max_examples=40)
def test_a_convolution_by_blocks_is_the_sum_of_its_definition(length: int, taps: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    samples, response = chance.normal(size=length), chance.normal(size=taps)
    direct = np.convolve(samples, response)[:length] if length else samples
    np.testing.assert_allclose(Convolver(response).push(samples), direct, atol=1e-10)


@given(st.lists(st.integers(0, 3_000), max_size=6), st.integers(1, 700))
@settings(max_examples=40)
def test_how_the_sound_is_cut_makes_no_difference(cuts: list[int], taps: int) -> None:
    samples, response = signals.noise(0.5).samples.astype(np.float64), np.hanning(taps + 2)[1:-1]
    stream = Convolver(response)
    out = np.concatenate([stream.push(piece) for piece in np.split(samples, np.cumsum(sorted(cuts)))])
    np.testing.assert_allclose(out, Convolver(response).push(samples), atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_comes_out_of_a_convolution_has_the_type_and_the_length_of_what_goes_in(dtype: type) -> None:
    out = Convolver(np.ones(3)).push(np.ones(5, dtype=dtype))
    assert out.dtype == dtype
    assert out.tolist() == pytest.approx([1, 2, 3, 3, 3])


@pytest.mark.parametrize("sample_rate_hz", RATES_HZ)
@pytest.mark.parametrize("order", [2, 4, 6])
def test_a_high_pass_is_butterworths(sample_rate_hz: int, order: int) -> None:
    ours = np.array([[*each.b, *each.a] for each in butterworth_high_pass(order, 90.0, sample_rate_hz)])
    frequencies_hz = np.geomspace(10, 0.49 * sample_rate_hz, 50)
    _, response = signal.freqz_sos(ours, frequencies_hz, fs=sample_rate_hz)
    warped = np.tan(np.pi * 90 / sample_rate_hz) / np.tan(np.pi * frequencies_hz / sample_rate_hz)
    np.testing.assert_allclose(np.abs(response), 1 / np.sqrt(1 + warped ** (2 * order)), rtol=1e-6)
    theirs = signal.butter(order, 90.0, "highpass", fs=sample_rate_hz, output="sos")
    np.testing.assert_allclose(response, signal.freqz_sos(theirs, frequencies_hz, fs=sample_rate_hz)[1], rtol=1e-6)


def test_a_recording_without_rumble_is_what_the_recursion_gives() -> None:
    samples = signals.speech(5).samples
    expected = signal.sosfilt(signal.butter(4, 90.0, "highpass", fs=16_000, output="sos"), samples)
    response = impulse_response(butterworth_high_pass(4, 90.0, 16_000), 16_000)
    np.testing.assert_allclose(Convolver(response).push(samples.astype(np.float64)), expected, atol=1e-12)


@pytest.mark.parametrize("sample_rate_hz", RATES_HZ)
def test_k_weighting_is_that_of_an_independent_meter(sample_rate_hz: int) -> None:
    shelf = IIRfilter(3.99984385397, 0.7071752369554193, 1681.9744509555319, sample_rate_hz, "high_shelf_DeMan")
    high_pass = IIRfilter(0.0, 0.5003270373253953, 38.13547087613982, sample_rate_hz, "high_pass_DeMan")
    impulse = np.zeros(sample_rate_hz // 4)
    impulse[0] = 1
    expected = signal.lfilter(high_pass.b, high_pass.a, signal.lfilter(shelf.b, shelf.a, impulse))
    response = loudness._k_weighting(sample_rate_hz)
    np.testing.assert_allclose(response[: len(expected)], expected, atol=1e-11)
    assert np.abs(response[len(expected) :]).max(initial=0) < 1e-11


def test_at_48_khz_the_shelf_has_the_coefficients_of_the_standard() -> None:
    """BS.1770-4, annex 1, table 1."""
    gain, quality = 10 ** (3.99984385397 / 20), 0.7071752369554193
    shelf = biquad(1681.9744509555319, quality, Gains(gain, gain**0.499666774155 / quality, 1.0), 48_000)
    assert shelf.b == pytest.approx((1.53512485958697, -2.69169618940638, 1.19839281085285), abs=1e-9)
    assert shelf.a == pytest.approx((1.0, -1.69065929318241, 0.73248077421585), abs=1e-9)


@given(st.integers(0, 99), st.sampled_from([33, 63, 257, 511]), st.sampled_from(RATES_HZ[1:]))
@settings(max_examples=30)
def test_an_equaliser_is_scipys_to_a_billionth(seed: int, taps: int, sample_rate_hz: int) -> None:
    frequencies_hz = np.concatenate([[0.0], spectrum.BAND_CENTRES_HZ, [sample_rate_hz / 2]])
    gains = np.random.default_rng(seed).uniform(0.1, 3, size=len(frequencies_hz))
    expected = signal.firwin2(taps, frequencies_hz, gains, fs=sample_rate_hz)
    np.testing.assert_allclose(spectrum._linear_phase(frequencies_hz, gains, taps), expected, atol=1e-9)


def test_the_peaks_between_samples_are_those_of_scipys_resampling() -> None:
    taps = 4 * signal.firwin(49, 1 / 4, window=("kaiser", 6.0))
    np.testing.assert_allclose(limiter._oversampling_taps(), taps, atol=1e-12)
    samples = signals.noise(0.5).samples
    dense = signal.upfirdn(taps, samples.astype(np.float64), up=4)[24 : 24 + 4 * len(samples)]
    expected = np.maximum(np.abs(dense).reshape(-1, 4).max(axis=1), np.abs(samples))
    np.testing.assert_allclose(limiter._peaks(samples), expected, atol=1e-12)


@given(st.lists(st.floats(-60, 0), min_size=1, max_size=300).map(np.array), st.integers(1, 60))
def test_what_is_held_is_the_smallest_of_each_window(values: NDArray[np.float64], window: int) -> None:
    window = min(window, len(values))
    expected = ndimage.minimum_filter1d(values, window)[window // 2 :][: len(values) - window + 1]
    assert np.array_equal(limiter._held(values, window), expected)


@pytest.mark.parametrize("width", [256, 512, 768])
def test_windows_are_scipys(width: int) -> None:
    np.testing.assert_allclose(bandwidth._blackman_harris(width), signal.windows.blackmanharris(width), atol=1e-12)


def test_a_mel_spectrogram_is_taken_under_a_periodic_hann_window() -> None:
    """A frame wholly inside steady noise, reckoned anew with SciPy's window."""
    samples = signals.noise(0.1).samples
    frame = np.pad(samples, 200)[3 * mel.HOP_SAMPLES :][:400] * signal.get_window("hann", 400)
    expected = np.abs(np.fft.rfft(frame)) ** 2 @ mel.FILTERS.T
    np.testing.assert_allclose(mel.mel_power(samples)[3], expected, rtol=1e-4)


@given(booleans)
def test_the_majority_around_is_scipys_median(flags: NDArray[np.bool_]) -> None:
    assert np.array_equal(vad._majority(flags, of=5), ndimage.median_filter(flags.astype(np.uint8), 5).astype(bool))


@given(booleans)
def test_widening_is_scipys_dilation(flags: NDArray[np.bool_]) -> None:
    assert np.array_equal(silence._widen(flags), ndimage.binary_dilation(flags, np.ones(7)))


@pytest.mark.parametrize("width", [1, 5, 19])
def test_the_mean_around_each_bin_is_scipys(width: int) -> None:
    levels_db: Samples = signals.noise(0.1, rms=30.0).samples.reshape(8, -1)
    expected = ndimage.uniform_filter1d(levels_db, width, axis=1, mode="reflect")
    np.testing.assert_allclose(steadiness._mean_around(levels_db, width), expected, atol=1e-4)
