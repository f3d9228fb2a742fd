"""Apps: who may use a server, and what they prove it with."""

from __future__ import annotations

import hmac
import re
import unicodedata
from base64 import urlsafe_b64decode
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hwamei.domain.app import MAX_APP_NAME_CHARACTERS, THE_SERVERS, App, AppId, Credentials, EngineChoice, Quota
from hwamei.domain.errors import AppDisabled, BadField, NotFound, NotSignedIn
from hwamei.ports import AppStore, Clock

API_KEY_PREFIX = "hw_"
TOKEN_BYTES = 32  # 43 characters; 256 bits cannot be guessed
_NOBODYS_SECRET = "nobody's"  # compared with where there is no app, so that this takes as long
LONGEST_PERIOD_S = 24 * 60 * 60  # of a rate

_API_KEY = re.compile(rf"{API_KEY_PREFIX}[A-Za-z0-9_-]{{43}}")
_APP_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SECRET = re.compile(r"[\x21-\x7e]{16,200}")


@dataclass(frozen=True)
class Accounts:
    """The apps of a server. Used by many threads at once; every answer is asked of the store, so that disabling an app
    and rotating its key hold from the next request on, on every machine.

    `new_token`: so many random bytes as URL-safe base64 without padding, like secrets.token_urlsafe.
    """

    store: AppStore
    clock: Clock
    new_token: Callable[[int], str]

    def create(
        self,
        name: str,
        *,
        app_id: str | None = None,
        secret: str | None = None,
        quota: Quota | None = None,
        engine: EngineChoice = THE_SERVERS,
    ) -> Credentials:
        """A new app's credentials, to be shown once. Raises BadField, AppTaken."""
        app = App(
            id=AppId(f"app_{self._hex(8)}" if app_id is None else _checked_id(app_id)),
            project_id=self._hex(16),
            name=_checked_name(name),
            created_at=self.clock(),
            quota=Quota() if quota is None else _checked_quota(quota),
            engine=engine.name,
            stand_in=engine.stand_in,
        )
        credentials = self._credentials(app, secret)
        self.store.add(app, credentials)
        return credentials

    def authenticate(self, api_key: str) -> App:
        """The app that the key belongs to. Raises NotSignedIn, AppDisabled."""
        # What cannot be a key costs no query.
        app = self.store.by_key(api_key) if _API_KEY.fullmatch(api_key) else None
        if app is None:
            raise NotSignedIn
        return if_enabled(app)

    def proved(self, app_id: str, secret: str) -> App:
        """The app whose secret this is. Raises NotSignedIn, for an app that there is not and for a wrong secret alike;
        AppDisabled."""
        try:
            right = self.store.secret(AppId(app_id)) if _APP_ID.fullmatch(app_id) else None
        except NotFound:
            right = None
        same = hmac.compare_digest((right or _NOBODYS_SECRET).encode(), secret.encode("utf-8", "replace"))
        if right is None or not same:
            raise NotSignedIn
        return self.enabled(app_id)

    def get(self, app_id: str) -> App:
        """The app, disabled or not. Raises NotFound."""
        return self.store.get(AppId(app_id))

    def enabled(self, app_id: str) -> App:
        """The app, for who has proved otherwise than by its key to act for it. Raises NotFound, AppDisabled."""
        return if_enabled(self.get(app_id))

    def list(self) -> Sequence[App]:
        """All apps, the oldest first."""
        return self.store.list()

    def rotate(self, app_id: str) -> Credentials:
        """New credentials, to be shown once; the old ones are void at once. Raises NotFound."""
        credentials = self._credentials(self.get(app_id), None)
        self.store.rotate(credentials)
        return credentials

    def disable(self, app_id: str) -> App:
        """Let the app do nothing more, from its next request on. May be called twice. Raises NotFound."""
        return self.store.change(AppId(app_id), disabled=True)

    def enable(self, app_id: str) -> App:
        """Let the app in again. May be called twice. Raises NotFound."""
        return self.store.change(AppId(app_id), disabled=False)

    def set_quota(self, app_id: str, quota: Quota) -> App:
        """Replace what the app may use. Raises NotFound, BadField."""
        return self.store.change(AppId(app_id), quota=_checked_quota(quota))

    def set_engine(self, app_id: str, engine: EngineChoice) -> App:
        """Choose the engine of the voices that the app makes from now on, and whether another one may stand in for it.
        Raises NotFound."""
        return self.store.change(AppId(app_id), engine=engine)

    def secret(self, app_id: str) -> str:
        """What the app's signatures are made with. Raises NotFound."""
        return self.store.secret(AppId(app_id))

    def _credentials(self, app: App, secret: str | None) -> Credentials:
        return Credentials(
            app_id=app.id,
            project_id=app.project_id,
            secret=self.new_token(TOKEN_BYTES) if secret is None else _checked_secret(secret),
            api_key=API_KEY_PREFIX + self.new_token(TOKEN_BYTES),
        )

    def _hex(self, size_bytes: int) -> str:
        token = self.new_token(size_bytes)
        return urlsafe_b64decode(token + "=" * (-len(token) % 4)).hex()


def if_enabled(app: App) -> App:
    """The app. Raises AppDisabled."""
    if app.disabled:
        raise AppDisabled(app_id=app.id)
    return app


def _checked_id(given: str) -> str:
    if not _APP_ID.fullmatch(given):
        raise BadField(
            name="app_id",
            given=given,
            problem="take 1 to 64 letters, digits, dots, dashes and underscores, the first a letter or digit",
        )
    return given


def _checked_name(given: str) -> str:
    name = given.strip()
    if not 1 <= len(name) <= MAX_APP_NAME_CHARACTERS:
        raise BadField(name="name", given=given, problem=f"take 1 to {MAX_APP_NAME_CHARACTERS} characters")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        raise BadField(name="name", given=given, problem="take characters that can be printed")
    return name


def _checked_secret(given: str) -> str:
    if not _SECRET.fullmatch(given):
        raise BadField(name="secret", given="(hidden)", problem="take 16 to 200 printable ASCII characters, no spaces")
    return given


def _checked_quota(quota: Quota) -> Quota:
    for operation, rate in quota.rates.items():
        _check_least(f"rates.{operation}.times", rate.times, 1)
        _check_least(f"rates.{operation}.period_s", rate.period_s, 1)
        if rate.period_s > LONGEST_PERIOD_S:
            raise BadField(
                name=f"rates.{operation}.period_s", given=str(rate.period_s), problem=f"take at most {LONGEST_PERIOD_S}"
            )
    _check_least("retention_days", quota.retention_days, 1)
    for name in ("voices", "waiting_tasks", "characters_per_month"):
        _check_least(name, getattr(quota, name), 0)
    return quota


def _check_least(name: str, given: int | None, least: int) -> None:
    if given is not None and given < least:
        raise BadField(name=name, given=str(given), problem=f"take {least} or more")
