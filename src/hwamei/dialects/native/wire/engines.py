"""The engines of a server."""

from __future__ import annotations

from hwamei.dialects.native.wire.values import Wire


class EngineOut(Wire):
    """An engine that is installed, as the process that answers knows it."""

    name: str
    is_open: bool
    """Whether its models are loaded."""
    is_up: bool | None
    """Whether it was to be had when it was last asked; null: nobody has asked it yet."""
    problem: str | None
    """Why it was not."""
    capacity: int
    """How many may be spoken to at once."""
    running: int
    """How many are."""


class EnginesOut(Wire):
    """The engines, the server's default first."""

    engines: list[EngineOut]
    default: str
    """That makes the app's voices where the order names none."""
    stand_in: str | None
    """That speaks where a voice's own engine is missing or down; null: the app does not allow it."""
