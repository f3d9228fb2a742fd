"""Ids as this vendor spells them: 32 hexadecimal digits. Dashed ones are understood, too."""

from __future__ import annotations

import re
from uuid import UUID

from hwamei.domain.errors import NotFound

_ID = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def spelled(identity: UUID) -> str:
    """The id on the wire."""
    return identity.hex


def id_of(given: str, what: str) -> UUID:
    """The id that is meant. Raises NotFound, as nothing has an id that cannot be one."""
    found = parsed(given)
    if found is None:
        raise NotFound(what=what, given=given[:100])
    return found


def parsed(given: str) -> UUID | None:
    """The id that is meant; None if it cannot be one."""
    return UUID(given) if _ID.fullmatch(given) else None
