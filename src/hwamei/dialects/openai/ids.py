"""Our ids in the vendor's spelling: `voice_` or `cons_` and 32 hex digits."""

from __future__ import annotations

import re
from uuid import UUID

VOICE, CONSENT = "voice_", "cons_"


def voice_id(ours: UUID) -> str:
    """As the vendor spells it."""
    return f"{VOICE}{ours.hex}"


def consent_id(ours: UUID) -> str:
    """As the vendor spells it."""
    return f"{CONSENT}{ours.hex}"


def uuid_of_consent(given: str) -> UUID | None:
    """The id, in this spelling only; None if it is another's, or words."""
    return UUID(given.removeprefix(CONSENT)) if re.fullmatch(CONSENT + "[0-9a-f]{32}", given) else None


def uuid_of(given: str) -> UUID | None:
    """The id, with `voice_` or in any other spelling; None if it is none: then it is a name."""
    try:
        return UUID(given.removeprefix(VOICE))
    except ValueError:
        return None
