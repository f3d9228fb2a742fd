"""Invitations: secrets that sign a person in once, at the machine that the server runs on."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from hwamei.domain.app import Credentials
from hwamei.domain.errors import AppTaken, NotFound
from hwamei.ports import Clock
from hwamei.service.accounts import Accounts

STUDIO_APP = "studio"
GOOD_FOR = timedelta(hours=1)
SECRET_BYTES = 32


@dataclass
class Invitations:
    """Gives out invitations and takes each back once. Safe from many threads.

    They live in this process alone and end with it: nothing is written down that could be used a second time, on
    whatever machine. `new_token`: so many random bytes as URL-safe base64 without padding, like secrets.token_urlsafe.
    """

    accounts: Accounts
    clock: Clock
    new_token: Callable[[int], str]
    _lock: Lock = field(default_factory=Lock, repr=False)
    _open: dict[str, datetime] = field(default_factory=dict, repr=False)

    def issue(self) -> str:
        """A new invitation, good for an hour and one use."""
        secret = self.new_token(SECRET_BYTES)
        with self._lock:
            self._open[secret] = self.clock() + GOOD_FOR
        return secret

    def redeem(self, given: str) -> Credentials:
        """New credentials of the app `studio`, which is made if there is none; its old ones are void. Raises NotFound
        for an invitation that was never given out, was used, or is over."""
        self._use_up(given)
        try:
            return self.accounts.create("Studio", app_id=STUDIO_APP)
        except AppTaken:
            self.accounts.enable(STUDIO_APP)
            return self.accounts.rotate(STUDIO_APP)

    def _use_up(self, given: str) -> None:
        with self._lock:
            found = [secret for secret in self._open if hmac.compare_digest(secret.encode(), given.encode())]
            ends = [self._open.pop(secret) for secret in found]
        if not ends or ends[0] <= self.clock():
            raise NotFound(what="invitation", given=given[:4])
