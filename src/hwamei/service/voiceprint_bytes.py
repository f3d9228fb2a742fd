"""A voiceprint as bytes: what a server keeps of a voice."""

from __future__ import annotations

import json

import numpy as np

from hwamei import npz
from hwamei.domain.voice import Level, Voiceprint

_ABOUT = "about"


def voiceprint_bytes(voiceprint: Voiceprint) -> bytes:
    """The voiceprint; the same one always gives the same bytes."""
    about = {
        "engine": voiceprint.engine,
        "version": voiceprint.version,
        "level": voiceprint.level,
        "facts": dict(voiceprint.facts),
        "texts": dict(voiceprint.texts),
    }
    letters = np.frombuffer(json.dumps(about, sort_keys=True).encode(), np.uint8).astype(np.float32)
    return npz.pack({**{f"array_{name}": array for name, array in voiceprint.arrays.items()}, _ABOUT: letters})


def read_voiceprint(content: bytes) -> Voiceprint:
    """The voiceprint in the bytes. Raises BadArrays."""
    arrays = npz.unpack(content)
    about = json.loads(arrays.pop(_ABOUT).astype(np.uint8).tobytes())
    return Voiceprint(
        engine=about["engine"],
        version=about["version"],
        level=Level(about["level"]),
        arrays={name.removeprefix("array_"): array for name, array in arrays.items()},
        facts=about["facts"],
        texts=about.get("texts", {}),
    )
