"""The speech in a voice's recordings, as a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from hwamei.domain.audio import Audio
from hwamei.labels.inspect import inspect
from hwamei.service.training_clip import LONGEST_CLIP_S, write_clip


def a_sine(duration_s: float, sample_rate_hz: int) -> Audio:
    time_s = np.arange(round(duration_s * sample_rate_hz)) / sample_rate_hz
    return Audio((0.5 * np.sin(2 * np.pi * 440 * time_s)).astype(np.float32), sample_rate_hz)


def test_pieces_of_any_rate_are_one_after_the_other_and_not_marked_as_made_by_ai(tmp_path: Path) -> None:
    write_clip([a_sine(1.0, 16_000), a_sine(2.0, 44_100)], tmp_path / "clip.wav")
    samples, rate_hz = soundfile.read(tmp_path / "clip.wav")
    assert (rate_hz, samples.ndim) == (24_000, 1)
    assert len(samples) / rate_hz == pytest.approx(3.0, abs=0.001)
    for second in range(3):
        spectrum = np.abs(np.fft.rfft(samples[second * rate_hz : (second + 1) * rate_hz]))
        assert np.argmax(spectrum) == pytest.approx(440, abs=1)
    assert inspect(tmp_path / "clip.wav") is None


def test_a_clip_is_never_longer_than_five_minutes(tmp_path: Path) -> None:
    write_clip([a_sine(200.0, 8_000), a_sine(200.0, 8_000), a_sine(1.0, 8_000)], tmp_path / "clip.wav")
    assert soundfile.info(tmp_path / "clip.wav").duration == LONGEST_CLIP_S
