"""Speed without pitch, pitch without speed, on tones whose frequency is known."""

from __future__ import annotations

import numpy as np
import pytest

from hwamei.domain.audio import Audio
from hwamei.dsp import tempo

RATE_HZ = 24_000
TONE_HZ = 220.0


def tone(duration_s: float = 2.0) -> Audio:
    time_s = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    return Audio((0.3 * np.sin(2 * np.pi * TONE_HZ * time_s)).astype(np.float32), RATE_HZ)


def peak_hz(audio: Audio) -> float:
    """The loudest frequency of the middle second."""
    middle = audio.samples[len(audio.samples) // 4 : -len(audio.samples) // 4]
    power = np.abs(np.fft.rfft(middle * np.hanning(len(middle)), 8 * len(middle)))
    return float(np.argmax(power)) * audio.sample_rate_hz / (8 * len(middle))


@pytest.mark.parametrize("pitch_semitones", [-12.0, -3.5, 0.0, 7.0, 12.0])
@pytest.mark.parametrize("speed", [0.5, 0.8, 1.0, 1.7, 2.0])
def test_each_changes_by_itself(speed: float, pitch_semitones: float) -> None:
    changed = tempo.change(tone(), speed=speed, pitch_semitones=pitch_semitones)
    assert changed.sample_rate_hz == RATE_HZ
    assert len(changed.samples) == round(2.0 * RATE_HZ / speed)
    assert changed.samples.dtype == np.float32
    expected_hz = TONE_HZ * 2 ** (pitch_semitones / 12)
    assert peak_hz(changed) == pytest.approx(expected_hz, rel=0.01)
    level = np.sqrt(np.mean(np.square(changed.samples)))
    assert level == pytest.approx(0.3 / np.sqrt(2), rel=0.1)


def test_what_is_not_to_change_is_the_very_same() -> None:
    given = tone()
    assert tempo.change(given) is given


@pytest.mark.parametrize("length_samples", [0, 1, 50, 500])
def test_very_little_sound_is_no_trouble(length_samples: int) -> None:
    given = Audio(np.full(length_samples, 0.1, np.float32), RATE_HZ)
    changed = tempo.change(given, speed=0.7, pitch_semitones=5)
    assert len(changed.samples) == round(length_samples / 0.7)
    assert np.isfinite(changed.samples).all()
