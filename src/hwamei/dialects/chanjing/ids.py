"""Our ids as Chanjing spells them, and back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from uuid import UUID, uuid5

from hwamei.domain.errors import NotFound
from hwamei.service.presets import Preset

VOICE_PREFIX = "C-Audio-"

_HEX = re.compile(r"[0-9a-f]{32}")
_PUBLIC_VOICES = UUID("6f1c2f0b-64a0-5d0e-9d3c-0c6f3f8f5b1e")  # the name space of their ids; any that stays the same


def spelt_voice_id(voice_id: UUID) -> str:
    """`C-Audio-` and 32 hex digits."""
    return f"{VOICE_PREFIX}{voice_id.hex}"


def voice_id_of(given: str) -> UUID:
    """The id of a cloned voice. Raises NotFound for what cannot be one."""
    if not given.startswith(VOICE_PREFIX):
        raise NotFound(what="voice", given=given)
    return _uuid("voice", given.removeprefix(VOICE_PREFIX))


def task_id_of(given: str) -> UUID:
    """The id of a speech task. Raises NotFound for what cannot be one."""
    return _uuid("speech task", given)


def file_id_of(given: str) -> UUID:
    """The id of a file. Raises NotFound for what cannot be one."""
    return _uuid("file", given)


def public_voice_id(name: str) -> str:
    """The 32 hex digits that stand for one of the engine's own voices, the same on every server."""
    return uuid5(_PUBLIC_VOICES, name).hex


def speaker_of(given: str, presets: Sequence[Preset]) -> UUID | str:
    """The cloned voice, or the name of the engine's own voice, that an `audio_man` means. The documented example has a
    blank at its end. Raises NotFound."""
    wanted = given.strip()
    if wanted.startswith(VOICE_PREFIX):
        return voice_id_of(wanted)
    for preset in presets:
        if public_voice_id(preset.name) == wanted:
            return preset.name
    raise NotFound(what="voice", given=wanted)


def result_id(task_id: UUID) -> str:
    """The id of what a task makes, which is not the task's."""
    return uuid5(task_id, "result").hex


def subtitle_key(task_id: UUID, number: int) -> str:
    """The 40 hex digits of a task's n-th subtitle."""
    return hashlib.sha1(f"{task_id} {number}".encode(), usedforsecurity=False).hexdigest()


def _uuid(what: str, given: str) -> UUID:
    if not _HEX.fullmatch(given):
        raise NotFound(what=what, given=given)
    return UUID(given)
