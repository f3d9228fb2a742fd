"""Ids: a `speaker_id` is the dashed UUID of a voice."""

from __future__ import annotations

import re
from uuid import UUID

from hwamei.domain.errors import NotFound

_UUID = re.compile(r"[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}", re.IGNORECASE)
_LONGEST_SHOWN = 100  # characters


def speaker_id_of(voice_id: UUID) -> str:
    """`e0639793-4119-8482-d0ab-01471575c327`."""
    return str(voice_id)


def voice_id_of(speaker_id: str) -> UUID:
    """The voice's id. Raises NotFound for what is no speaker_id, as for one that nobody has."""
    if not _UUID.fullmatch(speaker_id):
        raise NotFound(what="voice", given=speaker_id[:_LONGEST_SHOWN])
    return UUID(speaker_id)


def is_speaker_id(given: str) -> bool:
    """Whether it is spelt like one."""
    return _UUID.fullmatch(given) is not None
