"""Reading dictionaries of apps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hwamei.domain.app import AppId
from hwamei.domain.errors import NotFound, WrongState
from hwamei.domain.speech_task import TaskState
from hwamei.ports import LexiconVersion
from hwamei.storage.sql.database import Database
from hwamei.storage.sql.holding import hold_app
from hwamei.storage.sql.schema import lexicons, tasks


class SqlLexicons:
    """A LexiconStore in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, app_id: AppId, name: str, text: str, *, at: datetime, after: int | None = None) -> LexiconVersion:
        """A new version, or the newest one if nothing changed. Numbers are never used twice, also after a removal.

        Raises WrongState where the newest is not the version `after` (0: there is none)."""
        with self._database.writing() as connection:
            hold_app(connection, app_id)
            newest = connection.execute(_newest(app_id, name)).mappings().first()
            _refuse_unless_newest(newest, name, after)
            if newest is not None and newest["text"] == text and not newest["removed"]:
                return _version_of(newest)
            version = LexiconVersion(name, 1 if newest is None else newest["version"] + 1, text, at)
            row = {"app_id": app_id, "name": name, "version": version.version, "text": text, "created_at": at}
            connection.execute(sa.insert(lexicons), {**row, "removed": False})
            return version

    def get(self, app_id: AppId, name: str, version: int | None = None) -> LexiconVersion:
        """That version, or the newest. A removed one only while a task that was accepted with it has not ended.

        Raises NotFound."""
        wanted = _newest(app_id, name)
        if version is not None:
            wanted = wanted.where(lexicons.c.version == version)
        may_be_read = sa.not_(lexicons.c.removed)
        if version is not None:
            may_be_read = sa.or_(may_be_read, still_needed())
        with self._database.reading() as connection:
            row = connection.execute(wanted.where(may_be_read)).mappings().first()
        if row is None:
            raise NotFound(what="lexicon", given=name if version is None else f"{name}, version {version}")
        return _version_of(row)

    def list(self, app_id: AppId) -> Sequence[LexiconVersion]:
        """The newest version of each, by name."""
        mine = sa.and_(lexicons.c.app_id == app_id, sa.not_(lexicons.c.removed))
        newest = sa.select(lexicons.c.name, sa.func.max(lexicons.c.version).label("version"))
        newest_of_each = newest.where(mine).group_by(lexicons.c.name).subquery()
        same = sa.and_(lexicons.c.name == newest_of_each.c.name, lexicons.c.version == newest_of_each.c.version)
        wanted = sa.select(lexicons).join(newest_of_each, same).where(mine)
        with self._database.reading() as connection:
            found = [_version_of(row) for row in connection.execute(wanted).mappings()]
        return sorted(found, key=lambda version: version.name)  # here: each database has its own order of letters

    def delete(self, app_id: AppId, name: str) -> None:
        """Remove all versions; tasks that were accepted with one keep it. Raises NotFound."""
        mine = sa.and_(lexicons.c.app_id == app_id, lexicons.c.name == name, sa.not_(lexicons.c.removed))
        with self._database.writing() as connection:
            if not connection.execute(sa.update(lexicons).where(mine).values(removed=True)).rowcount:
                raise NotFound(what="lexicon", given=name)


def still_needed() -> sa.ColumnElement[bool]:
    """Whether a task that has not ended was accepted with the version."""
    waiting = [state.value for state in TaskState if not state.ended]
    return sa.exists().where(
        tasks.c.app_id == lexicons.c.app_id,
        tasks.c.state.in_(waiting),
        tasks.c.lexicon_name == lexicons.c.name,
        tasks.c.lexicon_version == lexicons.c.version,
    )


def _newest(app_id: AppId, name: str) -> sa.Select[*tuple[Any, ...]]:
    mine = sa.and_(lexicons.c.app_id == app_id, lexicons.c.name == name)
    return sa.select(lexicons).where(mine).order_by(lexicons.c.version.desc()).limit(1)


def _refuse_unless_newest(newest: sa.RowMapping | None, name: str, after: int | None) -> None:
    there = 0 if newest is None or newest["removed"] else newest["version"]
    if after is not None and there != after:
        raise WrongState(what="lexicon", given=name, state=f"at version {there}", wanted=f"what follows {after}")


def _version_of(row: sa.RowMapping) -> LexiconVersion:
    return LexiconVersion(row["name"], row["version"], row["text"], row["created_at"])
