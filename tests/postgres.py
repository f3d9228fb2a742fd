"""A throwaway PostgreSQL out of the binaries of this machine: one server for all tests, a database of its own for each.

It does not write to the disk for certain, so it is quick; all else is as in earnest.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from hwamei.storage.sql.migrate import upgrade

USER = "hwamei"
TEMPLATE = "template_hwamei"
START_TAKES_AT_MOST_S = 60.0
WITHOUT_SAFETY = (
    "fsync=off",
    "full_page_writes=off",
    "shared_buffers=64MB",
    "max_connections=200",
    "log_min_messages=fatal",
)


class Cluster:
    """A server in a folder of its own on a free port of this machine."""

    def __init__(self, folder: Path, binaries: Path) -> None:
        self._folder, self._binaries = folder, binaries
        self._owner = _owner()
        self._numbers = itertools.count()
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port: int = free.getsockname()[1]

    def make(self) -> None:
        """The files of a new server, and the database that all others are copies of."""
        if self._owner is not None:
            os.chown(self._folder, pwd.getpwnam(self._owner).pw_uid, -1)
        usual = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", f"--username={USER}")
        command = [str(self._binaries / "initdb"), "-D", str(self._folder / "data"), *usual]
        done = subprocess.run(command, user=self._owner, cwd=self._folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        self.start()
        self._execute(f"CREATE DATABASE {TEMPLATE}")
        upgrade(self._url(TEMPLATE))

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = [f"-c{setting}" for setting in (*WITHOUT_SAFETY, f"unix_socket_directories={self._folder}")]
        where = ["-D", str(self._folder / "data"), "-h", "127.0.0.1", "-p", str(self._port)]
        with (self._folder / "log").open("ab") as log:
            command = [str(self._binaries / "postgres"), *where, *options]
            self._process = subprocess.Popen(command, user=self._owner, cwd=self._folder, stdout=log, stderr=log)
        self._wait_for_answer()

    def stop(self) -> None:
        """Stop the server at once; whoever is connected is cut off."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
            self._process = None

    def new_database(self, template: str = TEMPLATE) -> str:
        """The address of a fresh database: with our tables, or empty from `template1`."""
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self._url(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever still uses it."""
        self._execute(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self._port}/{name}"

    def _execute(self, statement: str) -> None:
        address = f"postgresql://{USER}@127.0.0.1:{self._port}/postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _wait_for_answer(self) -> None:
        give_up_at = time.monotonic() + START_TAKES_AT_MOST_S
        while True:
            try:
                self._execute("SELECT 1")
            except psycopg.OperationalError:
                assert self._process is not None
                stopped = self._process.poll() is not None
                assert not stopped, (self._folder / "log").read_text()
                assert time.monotonic() < give_up_at, "PostgreSQL does not answer"
                time.sleep(0.02)
            else:
                return


def _owner() -> str | None:
    """Whom the server runs as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def binaries() -> Path:
    """The folder with `initdb` and `postgres`."""
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).resolve().parent
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    assert packaged, "these tests need PostgreSQL's own programs: apt-get install postgresql"
    return packaged[-1].parent


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """A server, which is gone afterwards with all that was in it."""
    with tempfile.TemporaryDirectory(prefix="hwamei-postgresql-") as folder:  # short: it holds a socket
        cluster = Cluster(Path(folder), binaries())
        try:
            cluster.make()
            yield cluster
        finally:
            cluster.stop()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The server of all tests."""
    with running_cluster() as running:
        yield running


@pytest.fixture
def postgresql_url(cluster: Cluster) -> Iterator[str]:
    """A database with our tables in it, of the test's own."""
    url = cluster.new_database()
    yield url
    cluster.drop(url)
