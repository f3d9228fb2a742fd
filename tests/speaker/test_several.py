"""One person or more, on synthetic speakers and on embeddings whose groups are known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from hwamei.domain.audio import Audio
from hwamei.speaker.ge2e import SpeakerEncoder
from hwamei.speaker.several import likeness_of_halves, speakers_heard
from tests.dsp.signals import joined, speech

LOW, HIGH = speech(12.0, pitch_hz=95.0, seed=1), speech(12.0, pitch_hz=230.0, seed=2)


def vectors(around: NDArray[np.float64], count: int, *, spread: float, seed: int) -> NDArray[np.float32]:
    """Unit vectors about a direction."""
    random = np.random.default_rng(seed)
    scattered = around + spread * random.standard_normal((count, 256)) / 16
    units: NDArray[np.float32] = (scattered / np.linalg.norm(scattered, axis=1, keepdims=True)).astype(np.float32)
    return units


def directions(cosine: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two unit vectors of this cosine."""
    one, across = np.eye(256)[:2]
    return one, cosine * one + np.sqrt(1 - cosine**2) * across


@pytest.mark.parametrize("cosine", [0.3, 0.6, 0.75])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_the_halves_are_the_two_groups_there_are(cosine: float, share: float) -> None:
    one, other = directions(cosine)
    first = round(40 * share)
    windows = np.vstack([vectors(one, first, spread=0.2, seed=1), vectors(other, 40 - first, spread=0.2, seed=2)])
    mixed = windows[np.random.default_rng(3).permutation(40)]
    assert likeness_of_halves(mixed) == pytest.approx(cosine, abs=0.05)


def test_a_few_windows_that_differ_are_no_person() -> None:
    one, other = directions(0.5)
    windows = np.vstack([vectors(one, 38, spread=0.3, seed=1), vectors(other, 2, spread=0.3, seed=2)])
    assert likeness_of_halves(windows) > 0.85


def test_windows_that_are_all_the_same_part_in_no_halves() -> None:
    assert likeness_of_halves(np.tile(vectors(np.eye(256)[0], 1, spread=0.1, seed=0), (20, 1))) == 1


@pytest.mark.parametrize("sound", [LOW, HIGH], ids=["low", "high"])
def test_one_speaker_is_one(sound: Audio, encoder: SpeakerEncoder) -> None:
    assert speakers_heard([sound], encoder) == 1


def test_two_speakers_in_one_recording_are_two(encoder: SpeakerEncoder) -> None:
    assert speakers_heard([joined(LOW, HIGH)], encoder) == 2


def test_recordings_of_one_speaker_are_of_one(encoder: SpeakerEncoder) -> None:
    assert speakers_heard([LOW, speech(9.0, pitch_hz=95.0, seed=4)], encoder) == 1


def test_too_little_to_tell_is_one(encoder: SpeakerEncoder) -> None:
    assert speakers_heard([], encoder) == 1
    assert speakers_heard([Audio(LOW.samples[:0], 16_000)], encoder) == 1
    assert speakers_heard([joined(speech(2.0, pitch_hz=95.0), speech(2.0, pitch_hz=230.0))], encoder) == 1
