"""`INSERT … ON CONFLICT`, which SQLAlchemy has for each database apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

Parameters = Sequence[dict[str, Any]]


def put(
    connection: sa.Connection,
    table: sa.Table,
    rows: Parameters,
    *,
    changing: Callable[[Any], dict[str, Any]],
    only: Callable[[Any], sa.ColumnElement[bool]] | None = None,
) -> int:
    """Insert rows; where one with the same primary key is there, change it as `changing` (of the new values) says, if
    `only` lets it. Returns how many were inserted or changed."""
    insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table)
    new = statement.excluded
    keys = [column.name for column in table.primary_key]
    where = None if only is None else only(new)
    done = connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=changing(new), where=where), rows
    )
    return int(done.rowcount)
