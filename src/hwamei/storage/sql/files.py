"""Which files an app has."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from hwamei.domain.app import AppId
from hwamei.domain.errors import NotFound, WrongState
from hwamei.domain.stored_file import Blob, Purpose, StoredFile
from hwamei.storage.sql.database import Database
from hwamei.storage.sql.file_changes import keep_files
from hwamei.storage.sql.file_rows import file_of
from hwamei.storage.sql.holding import hold_app
from hwamei.storage.sql.schema import files, named, this

_ONE = sa.select(files).where(this(files))  # made once


class SqlFiles:
    """A FileStore in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, app_id: AppId, *kept: StoredFile) -> None:
        """Keep files, with their content or without. May be called twice."""
        with self._database.writing() as connection:
            hold_app(connection, app_id)
            keep_files(connection, app_id, kept)

    def get(self, app_id: AppId, file_id: UUID) -> StoredFile:
        """Raises NotFound."""
        with self._database.reading() as connection:
            return _found(connection, app_id, file_id)

    def fill(self, app_id: AppId, file_id: UUID, blob: Blob, *, media_type: str) -> StoredFile:
        """Give a file its content; the same again is no harm. Raises NotFound, WrongState if it has other content and
        is no draft."""
        content = {"sha256": blob.sha256, "size_bytes": blob.size_bytes, "media_type": media_type}
        draft = files.c.purpose == Purpose.DRAFT.value
        empty = sa.or_(files.c.sha256.is_(None), files.c.sha256 == blob.sha256, draft)
        with self._database.writing() as connection:
            done = connection.execute(sa.update(files).where(_this(app_id, file_id), empty).values(content))
            file = _found(connection, app_id, file_id)
            if not done.rowcount:
                raise WrongState(what="file", given=str(file_id), state="filled", wanted="filled with something else")
            return file

    def save(self, app_id: AppId, file: StoredFile) -> None:
        """Replace purpose, name, media type and expiry. Raises NotFound."""
        changed = {
            "purpose": file.purpose.value,
            "name": file.name,
            "media_type": file.media_type,
            "expires_at": file.expires_at,
        }
        self._change_one(app_id, file.id, sa.update(files).values(changed))

    def delete(self, app_id: AppId, file_id: UUID) -> None:
        """Remove a file; its content goes when nothing else has the same. Raises NotFound."""
        self._change_one(app_id, file_id, sa.delete(files))

    def _change_one(self, app_id: AppId, file_id: UUID, change: sa.Update | sa.Delete) -> None:
        with self._database.writing() as connection:
            if not connection.execute(change.where(_this(app_id, file_id))).rowcount:
                raise NotFound(what="file", given=str(file_id))


def _this(app_id: AppId, file_id: UUID) -> sa.ColumnElement[bool]:
    return sa.and_(files.c.id == file_id, files.c.app_id == app_id)


def _found(connection: sa.Connection, app_id: AppId, file_id: UUID) -> StoredFile:
    row = connection.execute(_ONE, named(app_id, file_id)).mappings().first()
    if row is None:
        raise NotFound(what="file", given=str(file_id))
    return file_of(row)
