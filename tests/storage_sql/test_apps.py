"""What every store of apps does."""

from __future__ import annotations

import dataclasses

import pytest
import sqlalchemy as sa

from hwamei.domain.app import App, AppId, EngineChoice, Quota
from hwamei.domain.errors import AppTaken, NotFound, StoreUnavailable
from hwamei.storage.sealing import Key
from hwamei.storage.sql.database import Database, open_database
from hwamei.storage.sql.schema import apps
from hwamei.storage.sql.stores import Stores, open_stores
from tests.storage_sql.things import a_quota, an_app, credentials_of, later

NOBODY = AppId("nobody")


@pytest.mark.parametrize("quota", [Quota(), a_quota(), Quota(rates={}, characters_per_month=0)])
def test_an_app_comes_back_as_it_was_kept(stores: Stores, quota: Quota) -> None:
    kept = an_app(quota=quota)
    stores.apps.add(kept, credentials_of(kept))
    assert stores.apps.get(kept.id) == kept


def test_an_id_and_a_project_belong_to_one_app(stores: Stores, app: App) -> None:
    for taken in (an_app(app.id), dataclasses.replace(an_app("new"), project_id=app.project_id)):
        with pytest.raises(AppTaken):
            stores.apps.add(taken, credentials_of(taken, version=2))
    assert stores.apps.by_key(credentials_of(app).api_key) == app


def test_an_app_is_found_by_its_key_and_by_no_other(stores: Stores, app: App) -> None:
    key = credentials_of(app).api_key
    assert stores.apps.by_key(key) == app
    for wrong in ("", key + " ", key[:-1], key.upper(), "half a pair \ud83d"):
        assert stores.apps.by_key(wrong) is None


def test_a_disabled_app_is_still_found_by_its_key_and_says_so(stores: Stores, app: App) -> None:
    stores.apps.change(app.id, disabled=True)
    found = stores.apps.by_key(credentials_of(app).api_key)
    assert found is not None
    assert found.disabled


def test_apps_are_listed_from_the_oldest(stores: Stores) -> None:
    for seconds, name in ((3, "c"), (1, "b"), (2, "a")):
        added = dataclasses.replace(an_app(name), created_at=later(seconds))
        stores.apps.add(added, credentials_of(added))
    assert [found.id for found in stores.apps.list()] == ["b", "a", "c"]


def test_what_is_given_changes_and_nothing_else(stores: Stores, app: App) -> None:
    assert stores.apps.change(app.id) == app
    assert stores.apps.change(app.id, disabled=True) == dataclasses.replace(app, disabled=True)
    changed = stores.apps.change(app.id, quota=a_quota())
    assert changed == dataclasses.replace(app, disabled=True, quota=a_quota())
    assert stores.apps.change(app.id, disabled=False) == dataclasses.replace(changed, disabled=False)
    assert stores.apps.get(app.id) == dataclasses.replace(app, quota=a_quota())


def test_after_rotation_only_the_new_key_and_secret_work(stores: Stores, app: App) -> None:
    new = credentials_of(app, version=2)
    stores.apps.rotate(new)
    assert stores.apps.by_key(credentials_of(app).api_key) is None
    assert stores.apps.by_key(new.api_key) == app
    assert stores.apps.secret(app.id) == new.secret


def test_an_unknown_app_is_not_found(stores: Stores) -> None:
    missing = an_app(NOBODY)
    with pytest.raises(NotFound):
        stores.apps.get(NOBODY)
    with pytest.raises(NotFound):
        stores.apps.secret(NOBODY)
    with pytest.raises(NotFound):
        stores.apps.change(NOBODY, disabled=True)
    with pytest.raises(NotFound):
        stores.apps.rotate(credentials_of(missing))


def test_neither_keys_nor_secrets_can_be_read_in_the_database(stores: Stores, app: App, database: Database) -> None:
    credentials = credentials_of(app)
    with database.reading() as connection:
        row = connection.execute(sa.select(apps)).one()
    assert stores.apps.secret(app.id) == credentials.secret
    assert not [value for value in row if credentials.api_key in str(value) or credentials.secret in str(value)]


def test_another_key_file_does_not_open_a_secret_and_the_error_says_what_to_do(database: Database, app: App) -> None:
    with pytest.raises(StoreUnavailable, match="put back the key file"):
        open_stores(database, Key(b"k" * 32)).apps.secret(app.id)


def test_a_sealed_secret_moved_to_another_app_does_not_open(
    stores: Stores, app: App, other: App, database: Database
) -> None:
    sealed = sa.select(apps.c.sealed_secret).where(apps.c.id == app.id).scalar_subquery()
    with database.writing() as connection:
        connection.execute(sa.update(apps).where(apps.c.id == other.id).values(sealed_secret=sealed))
    with pytest.raises(StoreUnavailable):
        stores.apps.secret(other.id)


def test_what_another_process_changes_is_seen_by_the_next_question(
    stores: Stores, app: App, url: str, key: Key
) -> None:
    """SQLite's answers are remembered only as long as nobody writes."""
    api_key = credentials_of(app).api_key
    with open_database(url) as theirs:
        others = open_stores(theirs, key)
        for disabled in (True, False, True):
            assert stores.apps.by_key(api_key) == stores.apps.by_key(api_key)
            others.apps.change(app.id, disabled=disabled)
            found = stores.apps.by_key(api_key)
            assert found is not None
            assert found.disabled is disabled
        others.apps.rotate(credentials_of(app, version=2))
    assert stores.apps.by_key(api_key) is None


def test_an_app_chooses_its_engine_and_whether_another_may_stand_in(stores: Stores, app: App) -> None:
    assert (app.engine, app.stand_in) == (None, False)
    stores.apps.change(app.id, engine=EngineChoice("zipvoice", stand_in=True))
    found = stores.apps.get(app.id)
    assert (found.engine, found.stand_in) == ("zipvoice", True)
    assert stores.apps.change(app.id, disabled=True).engine == "zipvoice"
    assert stores.apps.change(app.id, engine=EngineChoice(None, stand_in=False)).engine is None
