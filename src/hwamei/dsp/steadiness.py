"""How long partials stand still. Music holds its notes; the harmonics of a speaking voice move all the time.

The spectrum of a moment is freed from its envelope, which leaves the comb of partials, and compared with that of 160
ms later. Found by comparing on 109 people's recordings and on synthetic music: of the moments of a speaker's
recording 0–25 % resemble the later one, of music's 50–100 %.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hwamei.domain.audio import Samples
from hwamei.dsp.frames import centred_frames

LATER_S = 0.16
_WIDTH_S = 0.064  # resolves harmonics 40 Hz apart
_BAND_HZ = (150.0, 4_000.0)
_ENVELOPE_HZ = 300.0  # wider than the distance of two harmonics, narrower than that of two formants


def resemblance(samples: Samples, *, sample_rate_hz: int, hop: int) -> NDArray[np.float32]:
    """Correlation −1..1 of each hop's partials with those LATER_S on, float32 [n // hop]; 0 for the last ones."""
    later = round(LATER_S * sample_rate_hz / hop)
    combs = _combs(samples, sample_rate_hz, hop)
    before = np.zeros((0, 1), dtype=np.float32)
    found: list[NDArray[np.float32]] = []
    for block in combs:
        known = np.concatenate([before.reshape(-1, block.shape[1]), block])
        found.append(np.einsum("tf,tf->t", known[:-later], known[later:], dtype=np.float32))
        before = known[-later:] if len(known) > later else known
    alike = np.concatenate([np.zeros(0, dtype=np.float32), *found])
    return np.pad(alike, (0, max(0, len(samples) // hop - len(alike))))


def _combs(samples: Samples, sample_rate_hz: int, hop: int) -> Iterator[NDArray[np.float32]]:
    """Log spectra without envelope, of length 1: float32 [frames, bins]."""
    width = round(_WIDTH_S * sample_rate_hz)
    low, high = (round(hz * width / sample_rate_hz) for hz in _BAND_HZ)
    smooth = round(_ENVELOPE_HZ * width / sample_rate_hz) | 1
    window = np.hanning(width).astype(np.float32)
    for frames in centred_frames(samples, width=width, hop=hop):
        magnitude = np.abs(np.fft.rfft(frames * window, axis=1)[:, low:high])
        levels_db = 20 * np.log10(magnitude + 1e-5)
        comb = levels_db - _mean_around(levels_db, smooth)
        comb -= comb.mean(axis=1, keepdims=True)
        yield (comb / (np.linalg.norm(comb, axis=1, keepdims=True) + 1e-9)).astype(np.float32)


def _mean_around(levels_db: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """The mean of the `width` (odd) bins around each, the ends mirrored: float32 [frames, bins]."""
    mirrored = np.pad(levels_db, ((0, 0), (width // 2, width // 2)), mode="symmetric")
    sums = np.pad(np.cumsum(mirrored, axis=1, dtype=np.float64), ((0, 0), (1, 0)))
    return ((sums[:, width:] - sums[:, :-width]) / width).astype(np.float32)
