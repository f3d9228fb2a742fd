"""Tokens that are got with an id and a secret."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest

from hwamei.domain.app import App
from hwamei.domain.errors import AppDisabled, NotSignedIn
from hwamei.service.accounts import Accounts
from hwamei.service.tokens import GOOD_FOR, Tokens
from hwamei.storage.sql.stores import Stores
from tests.edge.conftest import Calendar


@pytest.fixture
def tokens(stores: Stores, accounts: Accounts, clock: Calendar) -> Tokens:
    return Tokens(accounts, stores.tokens, clock, secrets.token_urlsafe)


def test_a_token_is_good_for_a_day(tokens: Tokens, accounts: Accounts, app: App, clock: Calendar) -> None:
    issued = tokens.issue(app.id, accounts.secret(app.id))
    assert re.fullmatch(r"[A-Za-z0-9_-]{64}", issued.text)
    assert issued.expires_at == clock.now + GOOD_FOR == clock.now + timedelta(days=1)
    assert issued.text not in repr(issued)
    clock.turn(days=1, seconds=-1)
    assert tokens.authenticate(issued.text) == app
    clock.turn(seconds=1)
    with pytest.raises(NotSignedIn):
        tokens.authenticate(issued.text)


def test_the_next_token_ends_the_one_before_it(tokens: Tokens, accounts: Accounts, app: App) -> None:
    first, second = (tokens.issue(app.id, accounts.secret(app.id)).text for _ in range(2))
    assert tokens.authenticate(second) == app
    with pytest.raises(NotSignedIn):
        tokens.authenticate(first)


def test_who_knows_not_the_secret_gets_no_token_and_ends_none(
    tokens: Tokens, accounts: Accounts, app: App, other_app: App
) -> None:
    good = tokens.issue(app.id, accounts.secret(app.id)).text
    wrong = ("", "wrong", accounts.secret(other_app.id), accounts.secret(app.id) + "x", "é", "half a pair \ud83d")
    for app_id, secret in [*((app.id, secret) for secret in wrong), ("nobody", "x" * 20)]:
        with pytest.raises(NotSignedIn):
            tokens.issue(app_id, secret)
    assert tokens.authenticate(good) == app


@pytest.mark.parametrize("wrong", ["", "x", "x" * 64, "é" * 64, "x" * 65, "hw_" + "x" * 61])
def test_what_is_no_token_signs_nobody_in(wrong: str, tokens: Tokens) -> None:
    with pytest.raises(NotSignedIn):
        tokens.authenticate(wrong)


def test_a_disabled_app_neither_gets_a_token_nor_signs_in_with_one(
    tokens: Tokens, accounts: Accounts, new_app: Callable[..., App]
) -> None:
    app = new_app()
    issued = tokens.issue(app.id, accounts.secret(app.id))
    accounts.disable(app.id)
    with pytest.raises(AppDisabled):
        tokens.issue(app.id, accounts.secret(app.id))
    with pytest.raises(AppDisabled):
        tokens.authenticate(issued.text)
    accounts.enable(app.id)
    assert tokens.authenticate(issued.text).id == app.id
