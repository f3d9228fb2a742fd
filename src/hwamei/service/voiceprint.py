"""The voiceprint that a person means."""

from __future__ import annotations

from collections.abc import Callable

from hwamei.domain.errors import VoiceNotFound
from hwamei.domain.voice import Voiceprint
from hwamei.ports import Engine, VoiceStore


def find_voiceprint(given: str, *, store: VoiceStore, with_presets: Callable[[], Engine]) -> Voiceprint:
    """Of the cloned voice with this id or name, or else of an engine's own with this name. Raises VoiceNotFound."""
    try:
        return store.get(given).voiceprint
    except VoiceNotFound:
        engine = with_presets()
        if given not in engine.presets():
            raise
        return engine.preset(given)
