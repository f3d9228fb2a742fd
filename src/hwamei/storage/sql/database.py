"""One database: connections, transactions, and the one place where its errors become ours."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import Lock, local
from typing import Any, TypeVar
from weakref import WeakSet

import sqlalchemy as sa
from filelock import FileLock
from sqlalchemy.engine.interfaces import DBAPIConnection

from hwamei import atomic
from hwamei.domain.errors import StoreUnavailable
from hwamei.storage.sql.columns import dumped

SQLITE_BUSY_TIMEOUT_MS = 30_000
POSTGRESQL_LIMITS = {
    # A server that waits longer than this is of no use to a caller, and holds what others need.
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
}
CONNECT_TIMEOUT_S = 10
POOL_SIZE = 10
POOL_OVERFLOW = 30  # all threads of the web's pool may ask at once
POOL_TIMEOUT_S = 15.0
MOST_REMEMBERED = 1_000  # answers in each thread

Value = TypeVar("Value")


class Database:
    """Connections to one database. Safe to use from several threads; a process opens its own. Closed by its context."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._is_sqlite = engine.dialect.name == "sqlite"
        levels = ("AUTOCOMMIT", "REPEATABLE READ", "READ COMMITTED")
        self._reader, self._snapshots, self._writer = (
            engine if self._is_sqlite else engine.execution_options(isolation_level=level) for level in levels
        )
        # SQLite has one writer at a time; waiting for one's turn here is fairer and quicker than its own polling.
        self._own, self._kept = local(), WeakSet[sa.Connection]()
        self._turn: AbstractContextManager[Any] = Lock() if self._is_sqlite else nullcontext()

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of this machine."""
        return self._is_sqlite

    def close(self) -> None:
        """Close the connections that nobody uses. May be called twice."""
        for connection in list(self._kept):
            connection.close()
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection to read with, each statement by itself, which is quickest. Raises StoreUnavailable."""
        if not self._is_sqlite:
            with self._translating(), self._reader.connect() as connection:
                yield connection
            return
        with self._translating():
            yield self._own_reader()

    def _own_reader(self) -> sa.Connection:
        """The one that this thread keeps: to take it from the pool and to give it back is a third of a short read. A
        file does not go away, as a database behind a network does."""
        connection: sa.Connection | None = getattr(self._own, "reader", None)
        if connection is None or connection.closed:
            connection = self._own.reader = self._reader.connect()
            self._own.version = None
            self._kept.add(connection)
        return connection

    def remembered(self, key: Hashable, read: Callable[[sa.Connection], Value]) -> Value:
        """What `read` gives, or gave this thread for this key if nobody has written anything since.

        For what every request asks: SQLite knows whether its file has changed in a twentieth of the time that a query
        takes. Raises StoreUnavailable.
        """
        with self.reading() as connection:
            if not self._is_sqlite:
                return read(connection)
            version = _version(connection)
            if getattr(self._own, "version", None) != version:
                self._own.version, self._own.values = version, {}
            values: dict[Hashable, Value] = self._own.values
            if key not in values:
                if len(values) >= MOST_REMEMBERED:
                    values.clear()
                values[key] = read(connection)
            return values[key]

    @contextmanager
    def snapshot(self) -> Iterator[sa.Connection]:
        """A connection to read with: all statements see the same moment. Raises StoreUnavailable."""
        with self._translating(), self._snapshots.connect() as connection:
            self._begin(connection, "BEGIN")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction, kept when the block ends well and undone when it raises. Raises StoreUnavailable."""
        with self._turn, self._translating(), self._writer.begin() as connection:
            # A writer takes the lock at once: one that reads first and then finds another writing could not wait.
            self._begin(connection, "BEGIN IMMEDIATE")
            yield connection

    def check(self) -> None:
        """Reach the database. Raises StoreUnavailable."""
        with self.reading() as connection:
            connection.execute(sa.select(sa.literal(1)))

    def _begin(self, connection: sa.Connection, how: str) -> None:
        """SQLite's driver begins nothing by itself, see _set_up_sqlite. SQLAlchemy has an event for this, but it makes
        every statement of the engine a quarter slower."""
        if self._is_sqlite:
            connection.exec_driver_sql(how)

    @contextmanager
    def _translating(self) -> Iterator[None]:
        """Every error of the driver or of the pool as ours."""
        try:
            yield
        except sa.exc.DBAPIError as error:
            raise StoreUnavailable(store="database", problem=_first_line(error.orig)) from error
        except (sa.exc.TimeoutError, self._engine.dialect.loaded_dbapi.Error) as error:
            raise StoreUnavailable(store="database", problem=_first_line(error)) from error


def _version(connection: sa.Connection) -> int:
    """Another number than before if another connection has written anything; this one only reads."""
    file = connection.connection.driver_connection
    assert isinstance(file, sqlite3.Connection)
    (version,) = file.execute("PRAGMA data_version").fetchone()
    return int(version)


def _first_line(error: BaseException | None) -> str:
    """What happened; the lines after it may show what is stored."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def open_database(url: str) -> Database:
    """The database at `sqlite:///path` (made if it is not there) or `postgresql+psycopg://…`, whatever is in it.

    Raises StoreUnavailable.
    """
    address = sa.make_url(url)
    return Database(_sqlite(address) if address.get_backend_name() == "sqlite" else _postgresql(address))


def _sqlite(address: sa.URL) -> sa.Engine:
    path = Path(address.database or "")
    try:
        _prepare(path)
    except (OSError, sqlite3.Error) as error:
        raise StoreUnavailable(store="database", problem=f"{path}: {error}") from error
    engine = sa.create_engine(address, **_usual())
    sa.event.listen(engine, "connect", _set_up_sqlite)
    return engine


def _prepare(path: Path) -> None:
    """The file, for its owner only, in write-ahead mode: the switch is not safe against another process's."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with FileLock(path.with_name(f"{path.name}.opening"), mode=atomic.FOR_OWNER):
        if not path.exists():  # one that SQLite has open must not be: closing it would drop the locks of this process
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, atomic.FOR_OWNER))
        connection = sqlite3.connect(path, timeout=SQLITE_BUSY_TIMEOUT_MS / 1000)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        finally:
            connection.close()


def _set_up_sqlite(connection: DBAPIConnection, _: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, see Database._begin
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA synchronous=FULL")  # what was accepted survives a power cut too
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _postgresql(address: sa.URL) -> sa.Engine:
    engine = sa.create_engine(
        address, connect_args={"connect_timeout": CONNECT_TIMEOUT_S}, pool_pre_ping=True, **_usual()
    )
    sa.event.listen(engine, "connect", _set_up_postgresql)
    return engine


def _set_up_postgresql(connection: DBAPIConnection, _: object) -> None:
    cursor = connection.cursor()
    for name, value in POSTGRESQL_LIMITS.items():
        cursor.execute(f"SET {name} = '{value}'")
    cursor.close()
    connection.commit()


def _usual() -> dict[str, Any]:
    """What both need. Parameters stay out of errors: they hold people's texts."""
    return {
        "json_serializer": dumped,
        "hide_parameters": True,
        "pool_size": POOL_SIZE,
        "max_overflow": POOL_OVERFLOW,
        "pool_timeout": POOL_TIMEOUT_S,
    }
