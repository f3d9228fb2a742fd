"""The same stores in every database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hwamei.domain.app import App
from hwamei.storage.sealing import Key, open_key
from hwamei.storage.sql.database import Database, open_database
from hwamei.storage.sql.migrate import upgrade
from hwamei.storage.sql.stores import Stores, open_stores
from tests.storage_sql.things import an_app, credentials_of

DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with our tables and nothing in them."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'hwamei.db')}"


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest) -> str:
    """A database with our tables in it, of the test's own."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    with open_database(url) as opened:
        yield opened


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Key:
    return open_key(tmp_path_factory.mktemp("key") / "key")


@pytest.fixture
def stores(database: Database, key: Key) -> Stores:
    return open_stores(database, key)


@pytest.fixture
def app(stores: Stores) -> App:
    """An app that is there."""
    return _kept(stores, an_app("apricot"))


@pytest.fixture
def other(stores: Stores) -> App:
    """Another app that is there."""
    return _kept(stores, an_app("other"))


def _kept(stores: Stores, app: App) -> App:
    stores.apps.add(app, credentials_of(app))
    return app
