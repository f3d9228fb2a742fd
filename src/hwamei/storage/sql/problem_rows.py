"""Problems and callback orders as they stand in the rows of what they belong to."""

from __future__ import annotations

from typing import Any

from hwamei.domain.callback import CallbackOrder
from hwamei.domain.problem import Problem

Plain = dict[str, Any]


def problem_columns(problem: Problem | None) -> Plain | None:
    """Plain data."""
    return None if problem is None else {"code": problem.code, "text": problem.text, "callers": problem.callers}


def problem_of(plain: Plain | None) -> Problem | None:
    """The problem again."""
    return None if plain is None else Problem(**plain)


def order_columns(order: CallbackOrder | None) -> Plain | None:
    """Plain data."""
    return None if order is None else {"url": order.url, "dialect": order.dialect, "extra": dict(order.extra)}


def order_of(plain: Plain | None) -> CallbackOrder | None:
    """The callback order again."""
    return None if plain is None else CallbackOrder(**plain)
