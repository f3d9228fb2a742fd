"""Our ids in the vendor's spelling: `voice_` and 32 hex digits."""

from __future__ import annotations

from uuid import UUID

VOICE = "voice_"


def voice_id(ours: UUID) -> str:
    """As the vendor spells it."""
    return f"{VOICE}{ours.hex}"


def uuid_of(given: str) -> UUID | None:
    """The id, with `voice_` or in any other spelling; None if it is none: then it is a name."""
    try:
        return UUID(given.removeprefix(VOICE))
    except ValueError:
        return None
