"""The apps themselves, and what they prove themselves with."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from hwamei.domain.app import App, AppId, Credentials, EngineChoice, Operation, Quota, Rate
from hwamei.domain.errors import AppTaken, NotFound
from hwamei.storage.sealing import Key
from hwamei.storage.sql.database import Database
from hwamei.storage.sql.schema import apps, tokens

# Made once: every request asks one of them.
_BY_ID = sa.select(apps).where(apps.c.id == sa.bindparam("app_id"))
_BY_KEY = sa.select(apps).where(apps.c.key_sha256 == sa.bindparam("digest"))


class SqlApps:
    """An AppStore in a database."""

    def __init__(self, database: Database, key: Key) -> None:
        self._database, self._key = database, key

    def add(self, app: App, credentials: Credentials) -> None:
        """Keep an app; of the key only its hash, the secret encrypted. Raises AppTaken, also for its project's id."""
        row = {
            "id": app.id,
            "project_id": app.project_id,
            "name": app.name,
            "created_at": app.created_at,
            "disabled": app.disabled,
            "quota": _quota_columns(app.quota),
            "engine": app.engine,
            "stand_in": app.stand_in,
            **self._credential_columns(credentials),
        }
        with self._database.writing() as connection:
            taken = sa.or_(apps.c.id == app.id, apps.c.project_id == app.project_id)
            if connection.execute(sa.select(apps.c.id).where(taken)).first() is not None:
                raise AppTaken(app_id=app.id)
            try:
                connection.execute(sa.insert(apps), row)
            except sa.exc.IntegrityError as error:  # taken since we looked
                raise AppTaken(app_id=app.id) from error

    def get(self, app_id: AppId) -> App:
        """Raises NotFound."""
        with self._database.reading() as connection:
            return app_of(_found(connection, app_id))

    def by_key(self, api_key: str) -> App | None:
        """The app that the key belongs to, disabled or not; None if there is none."""
        digest = digest_of(api_key)

        def read(connection: sa.Connection) -> App | None:
            row = connection.execute(_BY_KEY, {"digest": digest}).mappings().first()
            return app_of(row) if row is not None and hmac.compare_digest(row["key_sha256"], digest) else None

        return self._database.remembered(("app", digest), read)

    def list(self) -> Sequence[App]:
        """All apps, the oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(apps).order_by(apps.c.created_at, apps.c.id)).mappings()
            return [app_of(row) for row in rows]

    def secret(self, app_id: AppId) -> str:
        """The signing secret. Raises NotFound."""
        with self._database.reading() as connection:
            sealed = _found(connection, app_id)["sealed_secret"]
        return self._key.open(sealed, about=_about(app_id))

    def change(
        self,
        app_id: AppId,
        *,
        disabled: bool | None = None,
        quota: Quota | None = None,
        engine: EngineChoice | None = None,
    ) -> App:
        """Change what is given. Raises NotFound."""
        changed: dict[str, Any] = {} if disabled is None else {"disabled": disabled}
        if quota is not None:
            changed["quota"] = _quota_columns(quota)
        if engine is not None:
            changed |= {"engine": engine.name, "stand_in": engine.stand_in}
        with self._database.writing() as connection:
            if changed:
                connection.execute(sa.update(apps).where(apps.c.id == app_id).values(changed))
            return app_of(_found(connection, app_id))

    def rotate(self, credentials: Credentials) -> None:
        """Replace secret and key; the old ones are void at once, and so is a token that was got with them. Raises
        NotFound."""
        with self._database.writing() as connection:
            _found(connection, credentials.app_id)
            changed = self._credential_columns(credentials)
            connection.execute(sa.update(apps).where(apps.c.id == credentials.app_id), changed)
            connection.execute(sa.delete(tokens).where(tokens.c.app_id == credentials.app_id))

    def _credential_columns(self, credentials: Credentials) -> dict[str, Any]:
        sealed = self._key.seal(credentials.secret, about=_about(credentials.app_id))
        return {"key_sha256": digest_of(credentials.api_key), "sealed_secret": sealed}


def digest_of(key: str) -> bytes:
    """A plain hash: a key or a token is 256 random bits or more, which nobody finds by trying, so a slow hash for
    passwords would make every request slow and no key safer."""
    return sha256(key.encode("utf-8", "surrogatepass")).digest()


def _about(app_id: AppId) -> str:
    return f"app {app_id}"


def _found(connection: sa.Connection, app_id: AppId) -> sa.RowMapping:
    row = connection.execute(_BY_ID, {"app_id": app_id}).mappings().first()
    if row is None:
        raise NotFound(what="app", given=app_id)
    return row


def app_of(row: sa.RowMapping) -> App:
    """The app in the row."""
    return App(
        id=AppId(row["id"]),
        project_id=row["project_id"],
        name=row["name"],
        created_at=row["created_at"],
        disabled=row["disabled"],
        quota=_quota_of(row["quota"]),
        engine=row["engine"],
        stand_in=row["stand_in"],
    )


def _quota_columns(quota: Quota) -> dict[str, Any]:
    rates = {operation.value: [rate.times, rate.period_s] for operation, rate in quota.rates.items()}
    return {**asdict(quota), "rates": rates}


def _quota_of(plain: dict[str, Any]) -> Quota:
    limits = tuple((name, value) for name, value in plain.items() if name != "rates")
    return _quota(limits, tuple((name, *rate) for name, rate in plain["rates"].items()))


@lru_cache(maxsize=1000)
def _quota(limits: tuple[tuple[str, Any], ...], rates: tuple[tuple[str, int, int], ...]) -> Quota:
    """Remembered: every request asks for its app's, and most apps have the same."""
    return Quota(rates={Operation(name): Rate(times, period_s) for name, times, period_s in rates}, **dict(limits))
