"""Every engine keeps the contract of `hwamei.testing`."""

from __future__ import annotations

import numpy as np
import parselmouth
import pytest

from hwamei.domain.audio import Audio
from hwamei.engines.tone.engine import open_engine
from hwamei.settings import Settings
from hwamei.testing import CHECKS, Check, EngineUnderTest, check_engine


def praat_median_f0_hz(audio: Audio) -> float:
    """Median of Praat's pitch track over its voiced frames, Hz."""
    sound = parselmouth.Sound(audio.samples.astype(np.float64), audio.sample_rate_hz)
    pitch_hz = sound.to_pitch(pitch_floor=60.0, pitch_ceiling=500.0).selected_array["frequency"]
    return float(np.median(pitch_hz[pitch_hz > 0]))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_tone_engine_keeps_the_contract(check: Check, settings: Settings) -> None:
    check(EngineUnderTest(open_engine=lambda: open_engine(settings), median_f0_hz=praat_median_f0_hz))


def test_all_checks_can_be_run_in_one_go(settings: Settings) -> None:
    check_engine(EngineUnderTest(open_engine=lambda: open_engine(settings), median_f0_hz=praat_median_f0_hz))
