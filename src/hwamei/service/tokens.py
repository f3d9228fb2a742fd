"""Signing in with an id and a secret, for a token that is good for a time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hwamei.domain.app import App
from hwamei.domain.errors import NotSignedIn
from hwamei.ports import Clock, TokenStore
from hwamei.service.accounts import Accounts, if_enabled

GOOD_FOR = timedelta(days=1)
TOKEN_BYTES = 48  # 64 characters

_TOKEN = re.compile(r"[A-Za-z0-9_-]{64}")


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token, shown once, and the moment from which on it is void."""

    text: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True)
class Tokens:
    """Gives out tokens and knows them again. Used by many threads at once; every answer is asked of the store, so that
    a new token, a rotation and a disabled app count from the next request on, on every machine.

    `new_token`: so many random bytes as URL-safe base64 without padding, like secrets.token_urlsafe.
    """

    accounts: Accounts
    store: TokenStore
    clock: Clock
    new_token: Callable[[int], str]

    def issue(self, app_id: str, secret: str) -> IssuedToken:
        """A new token for the app; the one before it is void at once. Raises NotSignedIn for an app that there is not
        and for a secret that is not its own, alike; AppDisabled."""
        app = self.accounts.proved(app_id, secret)
        issued = IssuedToken(self.new_token(TOKEN_BYTES), self.clock() + GOOD_FOR)
        self.store.put(app.id, issued.text, until=issued.expires_at)
        return issued

    def authenticate(self, token: str) -> App:
        """The app that the token belongs to. Raises NotSignedIn, AppDisabled."""
        # What cannot be a token costs no query.
        app = self.store.app_of(token, self.clock()) if _TOKEN.fullmatch(token) else None
        if app is None:
            raise NotSignedIn
        return if_enabled(app)
