"""The speaker encoder against the original implementation and against what an embedding must be."""

from __future__ import annotations

import numpy as np
import pytest
import soxr

from hwamei.domain.audio import Audio
from hwamei.speaker.ge2e import SpeakerEncoder, likeness
from hwamei.speaker.mel import mel_power
from hwamei.speaker.silence import cut_long_silences
from hwamei.testing import a_reference
from tests.dsp.signals import joined, noise, silent, speech

# The twenty largest of 256 numbers that Resemblyzer 0.1.4 with PyTorch gives for `buzz()`:
# VoiceEncoder("cpu").embed_utterance(preprocess_wav(buzz, source_sr=16000)).
RESEMBLYZER = {
    61: 0.1412, 62: 0.2112, 78: 0.1753, 109: 0.1330, 113: 0.1973, 138: 0.1385, 149: 0.2128, 150: 0.2119, 163: 0.1752,
    165: 0.1753, 168: 0.1506, 175: 0.1479, 177: 0.2194, 178: 0.1538, 179: 0.1373, 193: 0.1354, 221: 0.1533, 237: 0.1448,
    248: 0.2093, 254: 0.1679,
}  # fmt: skip


def buzz() -> Audio:
    """Eight seconds, made of sums: four at 150 Hz, four softer at 230 Hz."""
    high = a_reference(230, duration_s=4)
    return joined(a_reference(150, duration_s=4), Audio(high.samples * np.float32(0.5), high.sample_rate_hz))


def test_it_gives_what_the_original_gives(encoder: SpeakerEncoder) -> None:
    embedding = encoder.embed(buzz())
    np.testing.assert_allclose(embedding[list(RESEMBLYZER)], list(RESEMBLYZER.values()), atol=2e-4)
    assert encoder.embed_windows(buzz()).shape == (9, 256)  # as many as there


@pytest.mark.parametrize("sample_rate_hz", [16_000, 24_000, 48_000])
def test_an_embedding_is_of_unit_length_without_negative_numbers_at_any_rate(
    sample_rate_hz: int, encoder: SpeakerEncoder
) -> None:
    sound = speech(5.0)
    moved = Audio(soxr.resample(sound.samples, sound.sample_rate_hz, sample_rate_hz).astype(np.float32), sample_rate_hz)
    embedding = encoder.embed(moved)
    assert embedding.shape == (256,)
    assert embedding.dtype == np.float32
    assert np.linalg.norm(embedding) == pytest.approx(1, abs=1e-5)
    assert (embedding >= 0).all()
    assert likeness(embedding, encoder.embed(sound)) > 0.98


def test_the_same_sound_gives_the_same_embedding(encoder: SpeakerEncoder) -> None:
    np.testing.assert_array_equal(encoder.embed(buzz()), encoder.embed(buzz()))


def test_softer_speech_is_the_same_voice(encoder: SpeakerEncoder) -> None:
    """Down to -66 dBFS, below which 16 bits hold little of it."""
    loud, soft = (speech(5.0, level_dbfs=level_dbfs) for level_dbfs in (-30.0, -50.0))
    assert likeness(encoder.embed(loud), encoder.embed(soft)) > 0.98


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.5, 1.59, 1.61])
def test_short_sound_has_one_window(seconds: float, encoder: SpeakerEncoder) -> None:
    windows = encoder.embed_windows(Audio(speech(3.0).samples[: round(seconds * 16_000)], 16_000))
    assert windows.shape == (1, 256)
    assert np.isfinite(windows).all()


def test_silence_has_an_embedding_of_numbers(encoder: SpeakerEncoder) -> None:
    assert np.isfinite(encoder.embed_windows(silent(3.0))).all()


def test_long_silences_are_cut_and_speech_is_kept() -> None:
    talk = speech(4.0)
    sound = joined(talk, silent(5.0), talk)
    kept = cut_long_silences(sound.samples)
    assert len(cut_long_silences(talk.samples)) * 2 <= len(kept) + 16_000
    assert len(kept) < len(sound.samples) - 4 * 16_000


def test_the_mel_spectrogram_of_a_second_has_a_frame_each_ten_milliseconds() -> None:
    mels = mel_power(noise(1.0).samples)
    assert mels.shape == (101, 40)
    assert mels.dtype == np.float32
    assert (mels >= 0).all()
