"""`INSERT … ON CONFLICT`, which SQLAlchemy has for each database apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

Parameters = Sequence[dict[str, Any]]
Changes = Callable[[Any], dict[str, Any]]
Condition = Callable[[Any], sa.ColumnElement[bool]]


def put(
    connection: sa.Connection,
    table: sa.Table,
    rows: Parameters,
    *,
    changing: Changes,
    only: Condition | None = None,
) -> int:
    """Insert rows; where one with the same primary key is there, change it as `changing` (of the new values) says, if
    `only` (of the new values) is true of it. Returns how many were inserted or changed."""
    return int(connection.execute(_upsert(connection.dialect.name, table, changing, only), rows).rowcount)


@cache
def _upsert(dialect: str, table: sa.Table, changing: Changes, only: Condition | None) -> Any:
    """Made once for what the modules of stores ask for."""
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(table)
    keys = [column.name for column in table.primary_key]
    where = None if only is None else only(statement.excluded)
    return statement.on_conflict_do_update(index_elements=keys, set_=changing(statement.excluded), where=where)
