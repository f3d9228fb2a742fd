"""A voice, what it was made from, and what an engine keeps of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from hwamei.domain.errors import BadVoiceName
from hwamei.domain.language import Language

MAX_VOICE_NAME_CHARACTERS = 200


class Gender(StrEnum):
    """What a voice sounds like."""

    FEMALE = "female"
    MALE = "male"


class Level(StrEnum):
    """How much work goes into a voice."""

    INSTANT = "instant"
    TRAINED = "trained"


@dataclass(frozen=True, slots=True)
class ReferenceFacts:
    """What was measured on the recordings of a voice, taken together.

    `level_dbfs`: RMS of the speech; `noise_dbfs`: RMS between the speech; `clipped_share`: share of samples at full
    scale, 0..1; `bandwidth_hz`: highest frequency with speech in it; `speakers_heard`: 1, or 2 for "more than one".
    """

    duration_s: float
    speech_s: float
    level_dbfs: float
    noise_dbfs: float
    clipped_share: float
    bandwidth_hz: float
    speakers_heard: int
    language: Language | None


@dataclass(frozen=True, eq=False)
class Voiceprint:
    """What an engine keeps of a voice: a few kB, readable only by the engine named, from `version` on.

    An engine that speaks on from a few seconds of the reference keeps those, and in `texts` what is said in them.
    """

    engine: str
    version: int
    level: Level
    arrays: Mapping[str, NDArray[np.float32]]
    facts: Mapping[str, float]
    """Figures worth showing, such as `likeness` (0..1, of the engine's own judge, 1 is the same person)."""

    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Voice:
    """A cloned voice, ready to speak. Raises BadVoiceName."""

    id: UUID
    name: str
    language: Language | None
    created_at: datetime
    facts: ReferenceFacts
    voiceprint: Voiceprint

    def __post_init__(self) -> None:
        check_voice_name(self.name)


def check_voice_name(name: str) -> str:
    """The name, if a voice can have it. Raises BadVoiceName."""
    if not name.strip() or not name.isprintable():
        raise BadVoiceName(given=name, problem="it needs a visible character and may hold no control characters")
    if len(name) > MAX_VOICE_NAME_CHARACTERS:
        problem = f"it has {len(name)} characters, at most {MAX_VOICE_NAME_CHARACTERS} are allowed"
        raise BadVoiceName(given=name, problem=problem)
    return name
