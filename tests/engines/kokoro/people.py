"""People who were never recorded, and nobody who looks on."""

from __future__ import annotations

import numpy as np

UNHEARD = np.zeros(128, np.float32)
"""What the house encoder hears of somebody it is not asked about."""


def unheeded(percent: float) -> None:
    """Progress that nobody looks at."""
