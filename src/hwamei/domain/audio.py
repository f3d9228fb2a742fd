"""Sound as the product holds it between two modules: mono float samples and their rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""float32 [n], mono; full scale is -1..1 (a stage before the limiter may exceed it)."""


@dataclass(frozen=True, eq=False)
class Audio:
    """Mono sound. Nobody writes into `samples` after it is made; a change makes a new Audio."""

    samples: Samples
    sample_rate_hz: int

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.sample_rate_hz
