"""Problems and callback orders as they stand in the rows of what they belong to."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hwamei.domain.callback import CallbackOrder
from hwamei.domain.errors import RefusalReason
from hwamei.domain.problem import Problem

Plain = dict[str, Any]


def problem_columns(problem: Problem | None) -> Plain | None:
    """Plain data."""
    return None if problem is None else asdict(problem)


def problem_of(plain: Plain | None) -> Problem | None:
    """The problem again."""
    if plain is None:
        return None
    reason = plain.get("reason")  # what was kept before there were reasons has none
    return Problem(**{**plain, "reason": reason and RefusalReason(reason)})


def order_columns(order: CallbackOrder | None) -> Plain | None:
    """Plain data."""
    return None if order is None else {"url": order.url, "dialect": order.dialect, "extra": dict(order.extra)}


def order_of(plain: Plain | None) -> CallbackOrder | None:
    """The callback order again."""
    return None if plain is None else CallbackOrder(**plain)
