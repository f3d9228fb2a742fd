"""How many things are in which state, kept in step with every change, so that nobody has to count rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from hwamei.domain.app import AppId
from hwamei.domain.listing import ANY_TIME, Between
from hwamei.storage.sql import schema
from hwamei.storage.sql.columns import beginning, hour_of
from hwamei.storage.sql.upsert import put


class Kind(StrEnum):
    """What is counted; the table has the same name, but for styles, which are among the voices."""

    VOICES = "voices"
    STYLES = "styles"
    JOBS = "jobs"
    TASKS = "tasks"

    @property
    def table(self) -> sa.Table:
        """Where the things are."""
        return schema.voices if self is Kind.STYLES else schema.metadata.tables[self.value]

    @property
    def rows(self) -> sa.ColumnElement[bool]:
        """Which rows of the table they are."""
        if self is Kind.VOICES:
            return schema.voices.c.style_of.is_(None)
        return schema.voices.c.style_of.is_not(None) if self is Kind.STYLES else sa.true()


class _Cell(NamedTuple):
    app_id: AppId
    kind: Kind
    state: str
    hour: int


class Tally:
    """The changes of one transaction to the things of an app. Used by one thread.

    They are written together and in order: two transactions that change the same counts wait for each other in one
    direction only.
    """

    def __init__(self, app_id: AppId) -> None:
        self._app_id = app_id
        self._changes: Counter[_Cell] = Counter()

    def came(self, kind: Kind, state: str, created_at: datetime) -> None:
        """One more is in this state."""
        self._changes[_Cell(self._app_id, kind, str(state), hour_of(created_at))] += 1

    def went(self, kind: Kind, state: str, created_at: datetime) -> None:
        """One less is in this state."""
        self._changes[_Cell(self._app_id, kind, str(state), hour_of(created_at))] -= 1

    def write(self, connection: sa.Connection) -> None:
        """Put the changes into the database, last of all: until the transaction ends, others wait for these rows."""
        rows = [{**cell._asdict(), "count": by} for cell, by in sorted(self._changes.items()) if by]
        if rows:
            put(connection, schema.tally, rows, changing=_added)


def _added(new: Any) -> dict[str, Any]:
    return {"count": schema.tally.c.count + new.count}


def count(
    connection: sa.Connection, app_id: AppId, kind: Kind, states: Collection[str], created: Between = ANY_TIME
) -> int:
    """How many things of the app are in one of the states (all if empty) and were made in the time: whole hours from
    the tally, the rest of the first and the last hour by index."""
    first, last = _whole_hours(created)
    if first is not None and last is not None and first >= last:
        return _scalar(connection, _rows(app_id, kind, states, created))
    total = _whole(connection, app_id, kind, states, (first, last))
    if created.since is not None and first is not None and created.since < beginning(first):
        total += _scalar(connection, _rows(app_id, kind, states, Between(created.since, beginning(first))))
    if created.until is not None and last is not None and beginning(last) < created.until:
        total += _scalar(connection, _rows(app_id, kind, states, Between(beginning(last), created.until)))
    return total


def _whole_hours(created: Between) -> tuple[int | None, int | None]:
    """The first hour that lies wholly in the time, and the first after that does not."""
    first = None if created.since is None else hour_of(created.since)
    if created.since is not None and first is not None and beginning(first) < created.since:
        first += 1
    return first, None if created.until is None else hour_of(created.until)


def _whole(
    connection: sa.Connection,
    app_id: AppId,
    kind: Kind,
    states: Collection[str],
    hours: tuple[int | None, int | None],
) -> int:
    first, last = hours
    wanted = {"app_id": app_id, "kind": kind.value, "states": sorted(states), "first": first, "last": last}
    statement = _sum_of_hours(some_states=bool(states), begins=first is not None, ends=last is not None)
    return int(connection.execute(statement, wanted).scalar_one())


@cache
def _sum_of_hours(*, some_states: bool, begins: bool, ends: bool) -> sa.Select[int]:
    """Made once each: it is asked for every task that is added."""
    cells = schema.tally.c
    statement = sa.select(sa.func.coalesce(sa.func.sum(cells.count), 0)).where(
        cells.app_id == sa.bindparam("app_id"), cells.kind == sa.bindparam("kind")
    )
    if some_states:
        statement = statement.where(cells.state.in_(sa.bindparam("states", expanding=True)))
    if begins:
        statement = statement.where(cells.hour >= sa.bindparam("first"))
    if ends:
        statement = statement.where(cells.hour < sa.bindparam("last"))
    return statement


def _rows(app_id: AppId, kind: Kind, states: Collection[str], created: Between) -> sa.Select[int]:
    things = kind.table.c
    statement = sa.select(sa.func.count()).select_from(kind.table).where(things.app_id == app_id, kind.rows)
    if states:
        statement = statement.where(things.state.in_(sorted(states)))
    return statement.where(things.created_at >= created.since, things.created_at < created.until)


def _scalar(connection: sa.Connection, statement: sa.Select[int]) -> int:
    return int(connection.execute(statement).scalar_one())
