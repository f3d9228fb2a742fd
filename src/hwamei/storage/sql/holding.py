"""One thing of an app, held so that nobody else changes it until the transaction ends.

Who holds several things holds the app first, then voice, job, task: two transactions never wait for each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hwamei.domain.app import AppId
from hwamei.domain.errors import NotFound, WrongState
from hwamei.storage.sql import schema
from hwamei.storage.sql.schema import named, this
from hwamei.storage.sql.tally import Kind, Tally

NOUNS = {Kind.VOICES: "voice", Kind.STYLES: "style", Kind.JOBS: "training job", Kind.TASKS: "speech task"}
# Made once: to make a statement takes longer than to run it, and these are run for every request.
_APP = sa.select(schema.apps.c.id).where(schema.apps.c.id == sa.bindparam("app_id")).with_for_update(key_share=True)
_ROWS = {kind: sa.select(kind.table).where(this(kind.table)) for kind in Kind}
_STATES = {
    kind: sa.select(kind.table.c.state, kind.table.c.created_at, sa.not_(kind.rows).label("is_other"))
    .where(this(kind.table))
    .with_for_update(key_share=True)
    for kind in Kind
}
_FIXED = frozenset({"id", "app_id", "created_at"})


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of a thing that is held."""

    kind: Kind
    app_id: AppId
    id: UUID
    state: str
    created_at: datetime


def hold_app(connection: sa.Connection, app_id: AppId) -> None:
    """One after the other for each app. Raises NotFound."""
    if connection.execute(_APP, {"app_id": app_id}).first() is None:
        raise NotFound(what="app", given=app_id)


def find(connection: sa.Connection, kind: Kind, app_id: AppId, thing_id: UUID) -> sa.RowMapping:
    """The row, not held. Raises NotFound."""
    row = connection.execute(_ROWS[kind], named(app_id, thing_id)).mappings().first()
    if row is None:
        raise NotFound(what=NOUNS[kind], given=str(thing_id))
    return row


def hold(connection: sa.Connection, kind: Kind, app_id: AppId, thing_id: UUID) -> Held:
    """The thing as it is now. Raises NotFound."""
    held = hold_if_there(connection, kind, app_id, thing_id)
    if held is None:
        raise NotFound(what=NOUNS[kind], given=str(thing_id))
    return held


def hold_if_there(connection: sa.Connection, kind: Kind, app_id: AppId, thing_id: UUID) -> Held | None:
    """The thing as it is now, or None."""
    row = connection.execute(_STATES[kind], named(app_id, thing_id)).first()
    if row is None:
        return None
    return Held(Kind.STYLES if row.is_other else kind, app_id, thing_id, row.state, row.created_at)


def refuse_unless(held: Held, *, may: bool, wanted: str) -> None:
    """Raises WrongState."""
    if not may:
        raise WrongState(what=NOUNS[held.kind], given=str(held.id), state=held.state, wanted=wanted)


def insert(connection: sa.Connection, kind: Kind, columns: dict[str, Any], tally: Tally) -> None:
    """Keep a new thing."""
    connection.execute(sa.insert(kind.table), columns)
    tally.came(kind, columns["state"], columns["created_at"])


def replace(connection: sa.Connection, held: Held, columns: dict[str, Any], tally: Tally) -> None:
    """Put these columns into the row of a thing that is held. What it is and since when never changes."""
    table = held.kind.table
    changed = {name: value for name, value in columns.items() if name not in _FIXED}
    connection.execute(sa.update(table).where(table.c.id == held.id), changed)
    tally.went(held.kind, held.state, held.created_at)
    tally.came(held.kind, columns["state"], held.created_at)
