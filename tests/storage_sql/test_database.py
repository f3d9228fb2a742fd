"""Connections, transactions, and how a database's errors become ours."""

from __future__ import annotations

import sqlite3
import stat
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa

from hwamei.domain.app import App
from hwamei.domain.errors import NotFound, StoreUnavailable
from hwamei.storage.sql.database import MOST_REMEMBERED, Database, open_database
from hwamei.storage.sql.schema import apps, job_log
from hwamei.storage.sql.stores import Stores
from tests.storage_sql.things import a_task, an_app, credentials_of


def kinds_of(root: type[Exception]) -> Iterator[type[Exception]]:
    yield root
    for kind in root.__subclasses__():
        yield from kinds_of(kind)


DRIVERS: dict[str, type[Exception]] = {"sqlite": sqlite3.Error, "postgresql": psycopg.Error}


def test_every_error_of_a_driver_is_ours_with_the_drivers_as_its_cause(database: Database) -> None:
    root = DRIVERS["sqlite" if database.is_sqlite else "postgresql"]
    for kind in set(kinds_of(root)):
        for used in (database.reading, database.writing):
            with pytest.raises(StoreUnavailable) as ours, used():
                raise kind("the driver says so")
            assert isinstance(ours.value.__cause__, kind)


@pytest.mark.parametrize(
    "statement",
    ["SELECT * FROM no_such_table", "no SQL at all", "SELECT 1 + no_such_column", "INSERT INTO apps DEFAULT VALUES"],
)
def test_what_the_database_refuses_is_our_error(database: Database, statement: str) -> None:
    with pytest.raises(StoreUnavailable) as ours, database.writing() as connection:
        connection.execute(sa.text(statement))
    assert isinstance(ours.value.__cause__, sa.exc.DBAPIError)
    database.check()


def _row_of(app: App) -> dict[str, Any]:
    row = {"id": app.id, "project_id": "p", "name": app.name, "created_at": app.created_at, "disabled": False}
    return {**row, "quota": {}, "key_sha256": b"k", "sealed_secret": b"s"}


def test_no_parameter_is_told_by_an_error(database: Database, app: App) -> None:
    taken: dict[str, Any] = {**_row_of(app), "name": "a secret text"}
    with pytest.raises(StoreUnavailable) as ours, database.writing() as connection:
        connection.execute(sa.insert(apps), taken)
    assert "a secret text" not in f"{ours.value} {ours.value.__cause__}"


def test_what_raises_undoes_the_transaction_and_passes_unchanged(database: Database) -> None:
    with pytest.raises(NotFound):
        _write_and_raise(database)
    with database.reading() as connection:
        assert connection.execute(sa.text("SELECT * FROM workers")).all() == []


def _write_and_raise(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(sa.text("INSERT INTO workers VALUES ('a', 1)"))
        raise NotFound(what="thing", given="x")


def test_rows_that_belong_to_nothing_are_refused(database: Database, app: App) -> None:
    line = {"job_id": uuid4(), "at": app.created_at, "event": "e", "fields": {}}
    with pytest.raises(StoreUnavailable), database.writing() as connection:
        connection.execute(sa.insert(job_log), line)


def test_the_pool_gives_up_after_a_time(database: Database) -> None:
    with pytest.raises(StoreUnavailable) as ours, database.reading():
        raise sa.exc.TimeoutError("QueuePool limit reached")
    assert "QueuePool" in str(ours.value)


def test_a_full_disk_is_our_error_and_nothing_is_half_kept(sqlite_url: str) -> None:
    with open_database(sqlite_url) as database, pytest.raises(StoreUnavailable, match="full"):
        _fill(database)
    with open_database(sqlite_url) as database, database.reading() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM workers")).scalar_one() == 0


def _fill(database: Database) -> None:
    with database.writing() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        for number in range(1000):
            connection.execute(sa.text("INSERT INTO workers VALUES (:name, 1)"), {"name": f"{number:0500}"})


def test_a_file_of_sqlite_is_its_owners_only(sqlite_url: str, tmp_path: Path) -> None:
    with open_database(f"sqlite:///{tmp_path / 'new' / 'hwamei.db'}") as database:
        with database.writing() as connection:
            connection.execute(sa.text("CREATE TABLE t (a INTEGER)"))
        files = list((tmp_path / "new").iterdir())
        assert {path.suffix for path in files} >= {".db", ".db-wal"}
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
        assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_sqlite_writes_ahead_and_holds_to_its_foreign_keys(sqlite_url: str) -> None:
    with open_database(sqlite_url) as database, database.reading() as connection:
        settings = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in _WANTED}
    assert settings == _WANTED


_WANTED = {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": 30_000}


def test_postgresql_waits_for_nothing_for_ever(postgresql_url: str) -> None:
    with open_database(postgresql_url) as database, database.reading() as connection:
        limits = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
        assert [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in limits] == ["30s", "10s", "1min"]


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hwamei.db"
    path.write_bytes(b"no database at all " * 100)
    with pytest.raises(StoreUnavailable, match="not a database"):
        open_database(f"sqlite:///{path}")


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable):
        open_database(f"sqlite:///{tmp_path / 'file' / 'hwamei.db'}")


def test_a_server_that_is_not_there_is_told_at_once() -> None:
    with open_database("postgresql+psycopg://hwamei@127.0.0.1:1/hwamei") as database:
        started_s = time.monotonic()
        with pytest.raises(StoreUnavailable):
            database.check()
        assert time.monotonic() - started_s < 60


def test_a_reader_does_not_wait_for_a_writer(database: Database, stores: Stores, app: App) -> None:
    with database.writing() as connection:
        connection.execute(sa.update(apps).values(name="changed"))
        assert stores.apps.get(app.id) == app
    assert stores.apps.get(app.id).name == "changed"


def test_a_snapshot_stays_at_its_moment_and_a_reader_sees_what_is_new(
    database: Database, stores: Stores, app: App
) -> None:
    names = sa.select(apps.c.name)
    with database.snapshot() as still, database.reading() as current:
        assert still.execute(names).scalar_one() == current.execute(names).scalar_one() == app.name
        with database.writing() as connection:
            connection.execute(sa.update(apps).values(name="changed"))
        assert still.execute(names).scalar_one() == app.name
        assert current.execute(names).scalar_one() == "changed"


def test_what_one_connection_wrote_another_reads(url: str, stores: Stores) -> None:
    new = an_app("new")
    stores.apps.add(new, credentials_of(new))
    stores.tasks.add(new.id, a_task(new))
    with open_database(url) as elsewhere, elsewhere.reading() as connection:
        assert connection.execute(sa.select(apps.c.id)).scalars().all() == [new.id]


def test_what_was_read_is_remembered_until_somebody_writes(sqlite_url: str) -> None:
    asked: list[str] = []

    def read(connection: sa.Connection) -> int:
        asked.append("read")
        return int(connection.execute(sa.text("SELECT count(*) FROM lexicons")).scalar_one())

    with open_database(sqlite_url) as database:
        assert [database.remembered("count", read) for _ in range(3)] == [0, 0, 0]
        assert asked == ["read"]
        with database.writing() as connection:
            connection.execute(sa.text("CREATE TABLE anything (a INTEGER)"))
        assert database.remembered("count", read) == 0
        assert asked == ["read"] * 2


def test_what_is_remembered_does_not_grow_without_end(sqlite_url: str) -> None:
    with open_database(sqlite_url) as database:
        for key in range(3 * MOST_REMEMBERED):
            assert database.remembered(key, partial(_itself, key)) == key
        assert len(database._own.values) <= MOST_REMEMBERED  # nothing else shows it


def test_a_thread_that_reads_again_after_the_database_was_closed_opens_it_anew(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    database.check()
    database.close()
    database.check()
    database.close()


def _itself(key: int, _: sa.Connection) -> int:
    return key
