"""The house encoder: what an embedding must be, and what it must not hear."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest
import soxr

from hwamei.domain.audio import Audio
from hwamei.dsp.fir import equalise
from hwamei.dsp.spectrum import BAND_COUNT, equaliser
from hwamei.speaker.ge2e import likeness
from hwamei.speaker.house import HouseEncoder, house_encoder
from tests.dsp.signals import joined, noise, silent, speech


@pytest.fixture(scope="module")
def encoder() -> HouseEncoder:
    return house_encoder()


@pytest.mark.parametrize("sample_rate_hz", [16_000, 24_000, 48_000])
def test_an_embedding_is_of_unit_length_and_alike_at_any_rate(sample_rate_hz: int, encoder: HouseEncoder) -> None:
    sound = speech(5.0)
    moved = Audio(soxr.resample(sound.samples, sound.sample_rate_hz, sample_rate_hz).astype(np.float32), sample_rate_hz)
    embedding = encoder.embed(moved)
    assert embedding.shape == (128,)
    assert embedding.dtype == np.float32
    assert np.linalg.norm(embedding) == pytest.approx(1, abs=1e-5)
    assert likeness(embedding, encoder.embed(sound)) > 0.98


def test_the_same_sound_gives_the_same_bytes(encoder: HouseEncoder) -> None:
    sound = speech(5.0)
    assert encoder.embed(sound).tobytes() == encoder.embed(sound).tobytes()


def test_windows_of_two_and_a_half_seconds_cover_the_speech(encoder: HouseEncoder) -> None:
    windows = encoder.embed_windows(noise(10.0))
    assert windows.shape == (6, 128)
    np.testing.assert_allclose(np.linalg.norm(windows, axis=1), 1, atol=1e-5)


def test_softer_speech_is_the_same_voice(encoder: HouseEncoder) -> None:
    loud, soft = (speech(5.0, level_dbfs=level_dbfs) for level_dbfs in (-20.0, -50.0))
    assert likeness(encoder.embed(loud), encoder.embed(soft)) > 0.98


def test_another_microphone_is_the_same_voice(encoder: HouseEncoder) -> None:
    """Twelve decibels of tilt, and a hump of ten."""
    sound = speech(6.0)
    bands = np.linspace(0, 1, BAND_COUNT, dtype=np.float32)
    for gains_db in (12 * (bands - 0.5), 10 * np.exp(-(((bands - 0.6) / 0.1) ** 2))):
        elsewhere = Audio(equalise(sound.samples, equaliser(gains_db.astype(np.float32), 16_000)), 16_000)
        assert likeness(encoder.embed(sound), encoder.embed(elsewhere)) > 0.9


def test_two_voices_are_told_apart(encoder: HouseEncoder) -> None:
    """The same synthetic speaker in two sessions, and one nearly an octave higher."""
    first, again, other = (
        encoder.embed(speech(6.0, pitch_hz=pitch_hz, seed=seed)) for pitch_hz, seed in ((110, 1), (110, 2), (205, 3))
    )
    assert likeness(first, again) > 0.9
    assert likeness(first, other) < likeness(first, again) - 0.2


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.3, 0.51, 2.5])
def test_short_sound_has_one_window(seconds: float, encoder: HouseEncoder) -> None:
    windows = encoder.embed_windows(Audio(speech(3.0).samples[: round(seconds * 16_000)], 16_000))
    assert windows.shape == (1, 128)
    assert np.isfinite(windows).all()


def test_silence_has_an_embedding_of_numbers(encoder: HouseEncoder) -> None:
    assert np.isfinite(encoder.embed_windows(silent(3.0))).all()


def test_pauses_are_not_heard(encoder: HouseEncoder) -> None:
    talk = speech(4.0)
    assert likeness(encoder.embed(joined(talk, silent(5.0), talk)), encoder.embed(joined(talk, talk))) > 0.9


def test_the_weights_are_small_and_finite() -> None:
    path = files("hwamei.speaker") / "house.npz"
    assert len(path.read_bytes()) < 3_000_000
    assert all(np.isfinite(array).all() for array in house_encoder().weights.values())
