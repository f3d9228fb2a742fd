"""An equaliser that moves, against gains that are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.dsp.envelope import envelope
from hwamei.dsp.moving_equaliser import equalise_moving
from hwamei.dsp.spectrum import BAND_CENTRES_HZ, BAND_COUNT
from tests.dsp.signals import level_db, noise, sine

RATE_HZ = 24_000


@given(samples=st.integers(0, 3_000), sample_rate_hz=st.sampled_from([16_000, 24_000]), gain_db=st.floats(-12, 12))
def test_one_gain_everywhere_is_a_factor(samples: int, sample_rate_hz: int, gain_db: float) -> None:
    sound = noise(0.2, sample_rate_hz=sample_rate_hz).samples[:samples]
    gains = np.full_like(envelope(sound, sample_rate_hz), gain_db)
    out = equalise_moving(sound, gains, sample_rate_hz)
    assert out.dtype == np.float32
    np.testing.assert_allclose(out, sound * 10 ** (gain_db / 20), atol=1e-5)


@pytest.mark.parametrize("band", [3, 20, 36])
def test_a_sine_gets_the_gain_of_its_band_when_that_gain_is_given(band: int) -> None:
    """A slope over the bands, which comes at one second within three frames."""
    tone = sine(float(BAND_CENTRES_HZ[band]), 2.0).samples
    slope = np.linspace(-10, 10, BAND_COUNT, dtype=np.float32)
    when = np.clip((np.arange(201) - 99) / 3, 0, 1)[:, None].astype(np.float32)
    out = equalise_moving(tone, when * slope, RATE_HZ)
    before, after = slice(2_400, 21_600), slice(26_400, 45_600)
    assert level_db(out[before]) - level_db(tone[before]) == pytest.approx(0, abs=0.05)
    assert level_db(out[after]) - level_db(tone[after]) == pytest.approx(slope[band], abs=0.3)


def test_nothing_is_moved_in_time() -> None:
    click = np.zeros(4_800, np.float32)
    click[2_000] = 0.5
    waves = 6 * np.sin(np.linspace(0, 6 * np.pi, BAND_COUNT, dtype=np.float32))
    out = equalise_moving(click, np.tile(waves, (21, 1)), RATE_HZ)
    assert np.abs(out).argmax() == 2_000
    np.testing.assert_allclose(out[1_900:2_000], out[2_100:2_000:-1], atol=0.02)
