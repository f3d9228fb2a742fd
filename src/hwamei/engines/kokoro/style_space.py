"""The space of speaking styles: what the published voices have in common and how they differ.

A style is float32 [256]: the first half is timbre (it steers the decoder), the second half prosody (the predictor). A
published voice has one style for each number of tokens, 1 to 510; these lie in a few dimensions shared by all voices:
style(n) = mean + bend(n) @ directions, with bend float32 [510, 6] common to all and directions float32 [6, 256] for
each voice.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from hwamei.domain.errors import Unknown
from hwamei.domain.language import Language

Floats = NDArray[np.float32]

TIMBRE = slice(0, 128)
PROSODY = slice(128, 256)
TIMBRE_DIMENSIONS = 32
PROSODY_DIMENSIONS = 16


@dataclass(frozen=True, eq=False)
class StyleSpace:
    """`means` float32 [voices, 256]; `bend` float32 [510, 6]; `directions` float32 [voices, 6, 256]; `names` in order.

    `timbre_axes` float32 [32, 128] and `prosody_axes` float32 [16, 128] are principal axes of the means, each scaled
    so that the voices have deviation 1 along it; coordinates along them are what cloning searches in.
    """

    names: tuple[str, ...]
    means: Floats
    bend: Floats
    directions: Floats
    timbre_axes: Floats
    prosody_axes: Floats

    @property
    def centre(self) -> Floats:
        """The mean of all voices' styles: float32 [256]."""
        mean: Floats = self.means.mean(axis=0)
        return mean

    @property
    def common_directions(self) -> Floats:
        """How style changes with length in the mean of all voices: float32 [6, 256]."""
        mean: Floats = self.directions.mean(axis=0)
        return mean

    def style(self, coordinates: Floats) -> Floats:
        """Mean style float32 [256] at coordinates float32 [48] (timbre, then prosody)."""
        timbre, prosody = coordinates[:TIMBRE_DIMENSIONS], coordinates[TIMBRE_DIMENSIONS:]
        offset = np.concatenate([timbre @ self.timbre_axes, prosody @ self.prosody_axes])
        style: Floats = (self.centre + offset).astype(np.float32)
        return style

    def coordinates(self, style: Floats) -> Floats:
        """Coordinates float32 [48] of the point of the space nearest to a style float32 [256]."""
        offset = style - self.centre
        parts = ((offset[TIMBRE], self.timbre_axes), (offset[PROSODY], self.prosody_axes))
        return np.concatenate([part @ axes.T / np.sum(axes**2, axis=1) for part, axes in parts]).astype(np.float32)

    def voice(self, name: str) -> tuple[Floats, Floats]:
        """Mean style float32 [256] and directions float32 [6, 256] of a published voice. Raises Unknown."""
        if name not in self.names:
            raise Unknown(what="preset voice", given=name, known=self.names)
        index = self.names.index(name)
        return self.means[index], self.directions[index]


@cache
def style_space() -> StyleSpace:
    """The space of the 54 published voices, from the package's own file (made by tools/build_style_space.py)."""
    path = files("hwamei.engines.kokoro") / "style_space.npz"
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        names = tuple(str(name) for name in arrays["names"])
        means, bend, directions = (arrays[key].astype(np.float32) for key in ("means", "bend", "directions"))
    timbre_axes = _principal_axes(means[:, TIMBRE], TIMBRE_DIMENSIONS)
    prosody_axes = _principal_axes(means[:, PROSODY], PROSODY_DIMENSIONS)
    return StyleSpace(names, means, bend, directions, timbre_axes, prosody_axes)


def language_of(name: str) -> Language | None:
    """The language that a published voice speaks natively, if it is one of ours: its name begins with z, a or b."""
    return {"z": Language.CHINESE, "a": Language.ENGLISH, "b": Language.ENGLISH}.get(name[0])


def _principal_axes(points: Floats, count: int) -> Floats:
    """The first principal axes of points float32 [n, d], each as long as the points' deviation along it: [count, d]."""
    _, sizes, axes = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)
    # The sign of a singular vector is arbitrary; fix it so that every machine has the same space.
    signs = np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])
    scaled: Floats = (axes * signs[:, None] * sizes[:, None] / np.sqrt(len(points)))[:count].astype(np.float32)
    return scaled
