"""How clearly a place of the style space speaks Mandarin, foretold without speaking.

Made by tools/train_clarity.py: the mean log-probability that a classifier of phones gives to what was meant, over the
clones of many people, as a sum of one parabola for each coordinate of timbre. Where a voice lies decides most of it
(foretold and heard have a correlation of 0.96 for other people), and how near it lies to the published voices only a
part: so a search that heeds it may go further.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from hwamei.engines.kokoro.style_space import TIMBRE_DIMENSIONS, Floats


@dataclass(frozen=True, eq=False)
class Clarity:
    """`linear` and `squares`, which are nowhere above 0: float32 [32]."""

    linear: Floats
    squares: Floats

    def foretold(self, coordinates: Floats) -> tuple[Floats, Floats]:
        """Clarity of places float32 [n, 48], in nats above the mean of published voices: float32 [n]; and its gradient
        float32 [n, 48]."""
        timbre = coordinates[:, :TIMBRE_DIMENSIONS]
        gradient = np.zeros_like(coordinates)
        gradient[:, :TIMBRE_DIMENSIONS] = self.linear + 2 * self.squares * timbre
        value: Floats = timbre @ self.linear + timbre**2 @ self.squares
        return value, gradient


@cache
def clarity() -> Clarity:
    """The map, from the package's own file."""
    path = files("hwamei.engines.kokoro") / "clarity.npz"
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return Clarity(arrays["linear"], arrays["squares"])
