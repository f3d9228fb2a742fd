"""Noting how far work has come. Its figures only grow: two who note one may come in the wrong order."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from hwamei.domain.app import AppId
from hwamei.domain.errors import NotFound
from hwamei.storage.sql.holding import NOUNS
from hwamei.storage.sql.schema import named, this
from hwamei.storage.sql.tally import Kind


class Progress:
    """Of the things of one kind while they are in the state of being worked on. Its statements are made once."""

    def __init__(self, kind: Kind, *, while_in: str, figures: tuple[str, ...]) -> None:
        table = kind.table
        grown = {name: _greater(table.c[name], name) for name in figures}
        at_work = sa.and_(this(table), table.c.state == while_in)
        self._kind, self._at_work = kind, while_in
        self._note = sa.update(table).where(at_work).values({**grown, "updated_at": sa.bindparam("at")})
        self._state = sa.select(table.c.state).where(this(table))

    def note(
        self, connection: sa.Connection, app_id: AppId, thing_id: UUID, figures: dict[str, float], *, at: datetime
    ) -> str:
        """The state, with the figures noted if it is the one. Raises NotFound."""
        which = named(app_id, thing_id)
        new = {f"new_{name}": value for name, value in figures.items()}
        if connection.execute(self._note, {**which, **new, "at": at}).rowcount:
            return self._at_work
        state: str | None = connection.execute(self._state, which).scalar()
        if state is None:
            raise NotFound(what=NOUNS[self._kind], given=str(thing_id))
        return state


def _greater(column: sa.Column[float], name: str) -> sa.ColumnElement[float]:
    new = sa.bindparam(f"new_{name}", type_=column.type)
    return sa.case((column < new, new), else_=column)
