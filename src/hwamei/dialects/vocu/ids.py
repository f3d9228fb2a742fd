"""Our ids in the vendor's spelling: UUIDs with dashes; of what is no voice of the caller's own, with `market:` before
it where it is used to speak."""

from __future__ import annotations

from uuid import UUID, uuid5

from hwamei.domain.app import App
from hwamei.domain.errors import NotFound

MARKET = "market:"
DEFAULT_STYLE = "default"
_OURS = UUID("5b0f7a3e-52a1-4f0b-9d6a-6f1c7d2e8a40")  # any of our own: what is named after it is named so for ever


def user_id(app: App) -> str:
    """The app as a user."""
    return str(uuid5(_OURS, f"app {app.id}"))


def preset_id(name: str) -> UUID:
    """A voice that the engine brings along."""
    return uuid5(_OURS, f"preset {name}")


def uuid_of(given: str, *, what: str) -> UUID:
    """The id that is spelt so, with `market:` or without. What is none is nobody's: raises NotFound."""
    try:
        return UUID(given.removeprefix(MARKET))
    except ValueError as error:
        raise NotFound(what=what, given=given[:100]) from error


def spelt(voice: UUID | str) -> str:
    """The voice of a segment, as it is used to speak."""
    return str(voice) if isinstance(voice, UUID) else f"{MARKET}{preset_id(voice)}"
