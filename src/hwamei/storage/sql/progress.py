"""Figures that only grow: two that note how far work has come may come in the wrong order."""

from __future__ import annotations

import sqlalchemy as sa


def further(column: sa.Column[float], value: float) -> sa.ColumnElement[float]:
    """The larger of what is there and the value."""
    return sa.case((column < value, value), else_=column)
