"""Our ids in the vendor's spelling: 32 hex digits, where the vendor has 20 letters and digits, which hold fewer bits.
The engine's own voices go by their names."""

from __future__ import annotations

from uuid import UUID, uuid5

from hwamei.domain.app import App
from hwamei.domain.errors import NotFound

_OURS = UUID("0d0c6c43-2f0e-4d3b-9f37-6a3f1f5c9f2a")  # any of our own: what is named after it is named so for ever


def spelt(voice: UUID | str) -> str:
    """The id of a voice of an app, or the name of one that the engine brings along."""
    return voice.hex if isinstance(voice, UUID) else voice


def voice_named(given: str) -> UUID | str:
    """A voice's id in any spelling of a UUID; what is none may be the name of one of the engine's own."""
    try:
        return UUID(given)
    except ValueError:
        return given[:100]


def uuid_of(given: str, *, what: str) -> UUID:
    """The id that is spelt so. What is none is nobody's: raises NotFound."""
    try:
        return UUID(given)
    except ValueError as error:
        raise NotFound(what=what, given=given[:100]) from error


def user_id(app: App) -> str:
    """The app as a user."""
    return uuid5(_OURS, f"app {app.id}").hex
