"""Float samples to 16 bit: the one place where precision is given away.

No dither. Speech at the target loudness carries noise of its own, tens of decibels above the 16-bit step, which
decorrelates the rounding error already; without dither the pauses stay digitally silent (FLAC packs them into a few
bytes), the error stays within half a step, and the same speech is the same file to the bit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hwamei.domain.audio import Samples

FULL_SCALE_16_BIT = 32_768


def quantise(samples: Samples) -> NDArray[np.int16]:
    """int16 [n], rounded to the nearest step; what lies over full scale is held there."""
    steps = np.rint(samples.astype(np.float64) * FULL_SCALE_16_BIT)
    return np.clip(steps, -FULL_SCALE_16_BIT, FULL_SCALE_16_BIT - 1).astype(np.int16)
