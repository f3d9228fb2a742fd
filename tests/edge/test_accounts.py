"""Apps, their keys and what they may use."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hwamei.domain.app import App, Operation, Quota, Rate
from hwamei.domain.errors import AppDisabled, AppTaken, BadField, NotFound, NotSignedIn
from hwamei.service.accounts import Accounts
from hwamei.storage.sql.stores import Stores
from tests.edge.conftest import NOON, Calendar


def test_a_new_app_is_known_by_its_key_and_by_nothing_else(accounts: Accounts) -> None:
    made = accounts.create("My app")
    app = accounts.authenticate(made.api_key)
    assert app == App(made.app_id, made.project_id, "My app", NOON)
    assert accounts.secret(app.id) == made.secret
    assert re.fullmatch(r"hw_[A-Za-z0-9_-]{43}", made.api_key)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", made.secret)
    assert re.fullmatch(r"[0-9a-f]{32}", made.project_id)
    assert re.fullmatch(r"app_[0-9a-f]{16}", made.app_id)
    for wrong in ("", "hw_", made.secret, made.api_key[:-1], made.api_key + "x", f"hw_{'A' * 43}", made.app_id, "é"):
        with pytest.raises(NotSignedIn):
            accounts.authenticate(wrong)


def test_no_two_apps_are_alike_and_the_oldest_is_listed_first(accounts: Accounts, clock: Calendar) -> None:
    made = []
    for _ in range(20):
        clock.turn(seconds=1)
        made.append(accounts.create("Same name"))
    for field in ("app_id", "project_id", "secret", "api_key"):
        assert len({getattr(one, field) for one in made}) == 20
    assert [app.id for app in accounts.list()] == [one.app_id for one in made]


def test_an_id_and_a_secret_may_be_brought_along(accounts: Accounts) -> None:
    made = accounts.create("Moved here", app_id="4b9da3d6", secret="0123456789abcdef")
    assert (made.app_id, accounts.secret("4b9da3d6")) == ("4b9da3d6", "0123456789abcdef")
    with pytest.raises(AppTaken):
        accounts.create("Another", app_id="4b9da3d6")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("name", value) for value in ("", "  ", "x" * 101, "a\nb", "a\0b", "\ud83d")),
        *(("app_id", value) for value in ("", "-a", "a b", "a/b", "x" * 65, "é", "a\n")),
        *(("secret", value) for value in ("", "short", "x" * 201, "sixteen letters and blanks", "x" * 20 + "\n")),
    ],
)
def test_what_cannot_be_an_apps_is_refused_by_the_fields_name(field: str, value: str, accounts: Accounts) -> None:
    with pytest.raises(BadField) as refused:
        accounts.create(**{"name": "Name", field: value})  # type: ignore[arg-type]  # all of them are texts
    assert refused.value.name == field
    assert accounts.list() == []


def test_a_secret_that_is_refused_does_not_show_in_the_message(accounts: Accounts) -> None:
    with pytest.raises(BadField) as refused:
        accounts.create("Name", secret="hush hush hush hush")
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "quota"),
    [
        ("rates.read.times", Quota(rates={Operation.READ: Rate(0, 60)})),
        ("rates.upload.period_s", Quota(rates={Operation.UPLOAD: Rate(1, 0)})),
        ("rates.upload.period_s", Quota(rates={Operation.UPLOAD: Rate(1, 86_401)})),
        ("retention_days", Quota(retention_days=0)),
        ("voices", Quota(voices=-1)),
        ("characters_per_month", Quota(characters_per_month=-1)),
    ],
)
def test_a_quota_that_makes_no_sense_is_refused(name: str, quota: Quota, accounts: Accounts, app: App) -> None:
    with pytest.raises(BadField) as refused:
        accounts.set_quota(app.id, quota)
    assert refused.value.name == name
    with pytest.raises(BadField):
        accounts.create("Another", quota=quota)


def test_a_quota_holds_from_the_next_request_on(accounts: Accounts) -> None:
    made = accounts.create("Name", quota=Quota(voices=3))
    assert accounts.authenticate(made.api_key).quota == Quota(voices=3)
    quota = Quota(rates={Operation.READ: Rate(2, 1)}, characters_per_month=0)
    assert accounts.set_quota(made.app_id, quota).quota == quota
    assert accounts.authenticate(made.api_key).quota == quota


def test_a_disabled_app_is_refused_at_once_until_it_is_enabled(accounts: Accounts, stores: Stores) -> None:
    elsewhere = Accounts(stores.apps, Calendar(), secrets.token_urlsafe)  # another server on the same database
    made = accounts.create("Name")
    elsewhere.authenticate(made.api_key)
    for _ in range(2):
        assert accounts.disable(made.app_id).disabled
    with pytest.raises(AppDisabled):
        elsewhere.authenticate(made.api_key)
    with pytest.raises(AppDisabled):
        elsewhere.enabled(made.app_id)
    assert not accounts.enable(made.app_id).disabled
    assert elsewhere.authenticate(made.api_key) == elsewhere.enabled(made.app_id)


def test_new_credentials_void_the_old_ones(accounts: Accounts) -> None:
    old = accounts.create("Name")
    new = accounts.rotate(old.app_id)
    assert (new.app_id, new.project_id) == (old.app_id, old.project_id)
    assert new.api_key != old.api_key
    assert accounts.secret(old.app_id) == new.secret != old.secret
    assert accounts.authenticate(new.api_key).id == old.app_id
    with pytest.raises(NotSignedIn):
        accounts.authenticate(old.api_key)


def test_an_app_that_does_not_exist_is_not_found(accounts: Accounts) -> None:
    for verb in (accounts.get, accounts.rotate, accounts.disable, accounts.enable, accounts.secret, accounts.enabled):
        with pytest.raises(NotFound):
            verb("nobody")
    with pytest.raises(NotFound):
        accounts.set_quota("nobody", Quota())


def test_neither_key_nor_secret_lies_open_in_the_database(accounts: Accounts, tmp_path: Path) -> None:
    made = [accounts.create("Name"), accounts.rotate(accounts.create("Other").app_id)]
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("hwamei.db*"))
    assert made[0].app_id.encode() in kept
    for credentials in made:
        assert credentials.api_key.encode() not in kept
        assert credentials.api_key.removeprefix("hw_").encode() not in kept
        assert credentials.secret.encode() not in kept
        assert credentials.secret not in repr(replace(credentials))


@given(key=st.text(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_other_text_is_a_key(key: str, accounts: Accounts) -> None:
    with pytest.raises(NotSignedIn):
        accounts.authenticate(key)
