"""What the tone engine keeps of a voice: a pitch and how loud each of its harmonics is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hwamei.domain.errors import EngineFailed, Unknown
from hwamei.domain.voice import Level, Voiceprint

ENGINE = "tone"
VERSION = 1
HARMONICS = 12

_PRESETS_HZ = {"alto": 220.0, "tenor": 130.0}


@dataclass(frozen=True, eq=False)
class Tone:
    """`weights`: float32 [12], amplitude of each harmonic, sum 1."""

    f0_hz: float
    weights: NDArray[np.float32]

    def kept(self, level: Level, facts: Mapping[str, float]) -> Voiceprint:
        """As a voiceprint."""
        arrays = {"f0_hz": np.array([self.f0_hz], np.float32), "weights": self.weights}
        return Voiceprint(ENGINE, VERSION, level, arrays, facts)


def tone_of(voiceprint: Voiceprint) -> Tone:
    """The tone in a voiceprint. Raises EngineFailed for one of another engine or of a later version."""
    if voiceprint.engine != ENGINE or voiceprint.version > VERSION:
        problem = f"the voice was made by engine {voiceprint.engine}, version {voiceprint.version}; clone it again"
        raise EngineFailed(engine=ENGINE, problem=problem)
    return Tone(float(voiceprint.arrays["f0_hz"][0]), voiceprint.arrays["weights"])


def preset_names() -> tuple[str, ...]:
    """The voices that need no recording, the default first."""
    return tuple(_PRESETS_HZ)


def preset_tone(name: str) -> Tone:
    """The tone with this name: a sawtooth's harmonics. Raises Unknown."""
    if name not in _PRESETS_HZ:
        raise Unknown(what="preset", given=name, known=_PRESETS_HZ)
    return Tone(_PRESETS_HZ[name], normalised(1 / np.arange(1, HARMONICS + 1)))


def normalised(weights: NDArray[np.floating]) -> NDArray[np.float32]:
    """The weights with sum 1; a pure tone where there are none."""
    total = float(np.sum(weights))
    if total <= 0:
        return np.asarray(np.arange(HARMONICS) == 0, np.float32)
    return np.asarray(weights / total, np.float32)
