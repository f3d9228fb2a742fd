"""The voiceprint that a person means."""

from __future__ import annotations

from hwamei.domain.errors import VoiceNotFound
from hwamei.domain.voice import Voiceprint
from hwamei.ports import Engine, VoiceStore


def find_voiceprint(given: str, *, store: VoiceStore, engine: Engine) -> Voiceprint:
    """Of the cloned voice with this id or name, or else of the engine's own with this name. Raises VoiceNotFound."""
    try:
        return store.get(given).voiceprint
    except VoiceNotFound:
        if given not in engine.presets():
            raise
        return engine.preset(given)
