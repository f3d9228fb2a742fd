"""Who is like whom, by an encoder whose vectors are known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from bench.likeness import mean_likeness
from hwamei.domain.audio import Audio


class FirstTwoSamples:
    """Hears a sound as the direction of its first two samples."""

    def embed(self, audio: Audio) -> NDArray[np.float32]:
        return (audio.samples[:2] / np.linalg.norm(audio.samples[:2])).astype(np.float32)


def sound(*samples: float) -> Audio:
    return Audio(np.array(samples, np.float32), 16_000)


def test_each_sound_is_compared_with_all_recordings_together() -> None:
    along, across, between = sound(2, 0), sound(0, 1), sound(3, 3)
    encoder = FirstTwoSamples()
    assert mean_likeness([along], [along], encoder) == pytest.approx(1)
    assert mean_likeness([along], [across], encoder) == pytest.approx(0)
    assert mean_likeness([between], [along, across], encoder) == pytest.approx(1)
    assert mean_likeness([along, between], [along, across], encoder) == pytest.approx((np.sqrt(0.5) + 1) / 2)
