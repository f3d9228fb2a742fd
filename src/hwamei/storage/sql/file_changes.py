"""Changes of file rows, as steps of a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hwamei.domain.app import AppId
from hwamei.domain.errors import NotFound
from hwamei.domain.stored_file import StoredFile
from hwamei.storage.sql.file_rows import file_columns
from hwamei.storage.sql.schema import files
from hwamei.storage.sql.upsert import put

_FIXED = frozenset({"id", "app_id", "created_at"})


def keep_files(
    connection: sa.Connection, app_id: AppId, kept: Sequence[StoredFile], *, task_id: UUID | None = None
) -> None:
    """Keep files, or replace those of the app with the same id: a step that is done again keeps what it made again.

    Raises NotFound for a file of another app.
    """
    for file in kept:
        if file.app_id != app_id:
            raise NotFound(what="file", given=str(file.id))
        row = {**file_columns(file), "task_id": task_id}
        done = put(connection, files, [row], changing=_changed, only=_of_same_app)
        if not done:
            raise NotFound(what="file", given=str(file.id))


def _of_same_app(new: Any) -> sa.ColumnElement[bool]:
    same: sa.ColumnElement[bool] = files.c.app_id == new.app_id
    return same


def _changed(new: Any) -> dict[str, Any]:
    return {name: new[name] for name in sorted({*files.columns.keys()} - _FIXED)}
