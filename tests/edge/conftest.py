"""Services over real stores, with a clock that a test sets."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hwamei.domain.app import App, Quota
from hwamei.service.accounts import Accounts
from hwamei.service.files import Files
from hwamei.storage.blobs.folder import FolderBlobs
from hwamei.storage.sealing import open_key
from hwamei.storage.sql.database import Database, open_database
from hwamei.storage.sql.migrate import upgrade
from hwamei.storage.sql.stores import Stores, open_stores

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LINK_HOURS = 24.0


@dataclass
class Calendar:
    """A clock that a test sets."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        """So much later; takes what timedelta takes."""
        self.now += timedelta(**by)


@dataclass(frozen=True)
class Folder:
    """Where content lies, to count it."""

    root: Path

    def contents(self) -> list[Path]:
        return [path for path in self.root.glob("??/??/*") if path.is_file()]


@pytest.fixture
def clock() -> Calendar:
    return Calendar()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("database") / "empty.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(empty_database: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(empty_database, tmp_path / 'hwamei.db')}"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with open_database(database_url) as database:
        yield database


@pytest.fixture
def stores(database: Database, tmp_path: Path) -> Stores:
    return open_stores(database, open_key(tmp_path / "key"))


@pytest.fixture
def accounts(stores: Stores, clock: Calendar) -> Accounts:
    return Accounts(stores.apps, clock, secrets.token_urlsafe)


@pytest.fixture
def new_app(accounts: Accounts) -> Callable[..., App]:
    def make(name: str = "Mine", quota: Quota | None = None) -> App:
        return accounts.get(accounts.create(name, quota=quota).app_id)

    return make


@pytest.fixture
def app(new_app: Callable[..., App]) -> App:
    return new_app()


@pytest.fixture
def other_app(new_app: Callable[..., App]) -> App:
    return new_app("Not mine")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "blobs")


@pytest.fixture
def files(stores: Stores, folder: Folder, clock: Calendar, tmp_path: Path) -> Files:
    links = open_key(tmp_path / "key").derived("links")
    return Files(stores.files, FolderBlobs(folder.root), clock, links, LINK_HOURS, max_upload_bytes=100_000)
