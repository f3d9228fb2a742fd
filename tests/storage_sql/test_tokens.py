"""What every store of tokens does."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from hwamei.domain.app import App, AppId
from hwamei.domain.errors import NotFound
from hwamei.storage.sql.database import Database
from hwamei.storage.sql.schema import tokens
from hwamei.storage.sql.stores import Stores
from tests.storage_sql.things import NOON, credentials_of, later

TOKEN = "t" * 64


def test_an_app_is_found_by_its_token_until_its_time_is_over(stores: Stores, app: App, other: App) -> None:
    stores.tokens.put(app.id, TOKEN, until=later(60))
    stores.tokens.put(other.id, "o" * 64, until=later(60))
    assert stores.tokens.app_of(TOKEN, NOON) == app
    assert stores.tokens.app_of(TOKEN, later(59.9)) == app
    assert stores.tokens.app_of(TOKEN, later(60)) is None
    for wrong in ("", TOKEN[:-1], TOKEN.upper(), "half a pair \ud83d"):
        assert stores.tokens.app_of(wrong, NOON) is None


def test_a_new_token_takes_the_place_of_the_one_before_it(stores: Stores, app: App, other: App) -> None:
    stores.tokens.put(other.id, "o" * 64, until=later(60))
    stores.tokens.put(app.id, TOKEN, until=later(60))
    stores.tokens.put(app.id, "n" * 64, until=later(120))
    assert stores.tokens.app_of(TOKEN, NOON) is None
    assert stores.tokens.app_of("n" * 64, later(100)) == app
    assert stores.tokens.app_of("o" * 64, NOON) == other


def test_a_disabled_app_is_still_found_by_its_token_and_says_so(stores: Stores, app: App) -> None:
    stores.tokens.put(app.id, TOKEN, until=later(60))
    stores.apps.change(app.id, disabled=True)
    found = stores.tokens.app_of(TOKEN, NOON)
    assert found is not None
    assert found.disabled


def test_rotation_makes_the_token_void(stores: Stores, app: App) -> None:
    stores.tokens.put(app.id, TOKEN, until=later(60))
    stores.apps.rotate(credentials_of(app, version=2))
    assert stores.tokens.app_of(TOKEN, NOON) is None


def test_there_is_no_token_for_an_app_that_there_is_not(stores: Stores) -> None:
    with pytest.raises(NotFound):
        stores.tokens.put(AppId("nobody"), TOKEN, until=later(60))


def test_a_token_cannot_be_read_in_the_database(stores: Stores, app: App, database: Database) -> None:
    stores.tokens.put(app.id, TOKEN, until=later(60))
    with database.reading() as connection:
        row = connection.execute(sa.select(tokens)).one()
    assert not [value for value in row if TOKEN in str(value)]
