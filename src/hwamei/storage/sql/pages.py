"""A part of a list in its order, found by index however long the list is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from hwamei.domain.app import AppId
from hwamei.domain.listing import NEWEST_FIRST, Between, Order, PageRequest
from hwamei.storage.sql.schema import listed
from hwamei.storage.sql.tally import Kind, count


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which things of an app: in one of the states (all if empty), made in a time, and what else must be true."""

    app_id: AppId
    kind: Kind
    states: frozenset[str]
    created: Between
    also: tuple[sa.ColumnElement[bool], ...] = ()
    order: Order = NEWEST_FIRST


def read_page(connection: sa.Connection, wanted: Wanted, page: PageRequest) -> tuple[Sequence[sa.RowMapping], int]:
    """The rows of the page, and how many there are on all."""
    found = _on_page(wanted, page).subquery()
    table = wanted.kind.table
    statement = _sorted(
        sa.select(*listed(table)).join(found, found.c.id == table.c.id), found.c.at, found.c.id, wanted.order
    )
    return connection.execute(statement).mappings().all(), _total(connection, wanted)


def _on_page(wanted: Wanted, page: PageRequest) -> sa.Select[object, object]:
    """Id and time of what is on the page, out of an index alone: rows that are passed over are never read."""
    if len(wanted.states) <= 1 or wanted.also:
        return _first(wanted, wanted.states).limit(page.limit).offset(page.offset)
    # For several states: the first of each state, then the first of these. The index that begins with the state
    # cannot give them in one go, and the one without it would be searched to its end for a state that is rare.
    reach = page.offset + page.limit
    parts = [_first(wanted, {state}).limit(reach).subquery() for state in sorted(wanted.states)]
    together = sa.union_all(*(sa.select(part.c.id, part.c.at) for part in parts)).subquery()
    first = _sorted(sa.select(together.c.id, together.c.at), together.c.at, together.c.id, wanted.order)
    return first.limit(page.limit).offset(page.offset)


def _first(wanted: Wanted, states: frozenset[str] | set[str]) -> sa.Select[object, object]:
    things = wanted.kind.table.c
    return _sorted(_candidates(wanted, states), things[wanted.order.by], things.id, wanted.order)


def _sorted(
    statement: sa.Select[*tuple[Any, ...]], moment: sa.ColumnElement[Any], identity: sa.ColumnElement[Any], order: Order
) -> sa.Select[*tuple[Any, ...]]:
    if order.ascending:
        return statement.order_by(moment, identity)
    return statement.order_by(moment.desc(), identity.desc())


def _candidates(wanted: Wanted, states: frozenset[str] | set[str]) -> sa.Select[object, object]:
    things = wanted.kind.table.c
    return _matching(sa.select(things.id, things[wanted.order.by].label("at")), wanted, states)


def _matching(
    statement: sa.Select[object, object], wanted: Wanted, states: frozenset[str] | set[str]
) -> sa.Select[object, object]:
    things = wanted.kind.table.c
    statement = statement.where(things.app_id == wanted.app_id, wanted.kind.rows, *wanted.also)
    if len(states) == 1:
        statement = statement.where(things.state == next(iter(states)))
    elif states:
        statement = statement.where(things.state.in_(sorted(states)))
    if wanted.created.since is not None:
        statement = statement.where(things.created_at >= wanted.created.since)
    if wanted.created.until is not None:
        statement = statement.where(things.created_at < wanted.created.until)
    return statement


def _total(connection: sa.Connection, wanted: Wanted) -> int:
    if not wanted.also:
        return count(connection, wanted.app_id, wanted.kind, wanted.states, wanted.created)
    matching = _candidates(wanted, wanted.states).subquery()
    return int(connection.execute(sa.select(sa.func.count()).select_from(matching)).scalar_one())
