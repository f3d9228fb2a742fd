"""Tokens that apps sign in with for a time."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hwamei.domain.app import App, AppId
from hwamei.storage.sql.apps import app_of, digest_of
from hwamei.storage.sql.database import Database
from hwamei.storage.sql.holding import hold_app
from hwamei.storage.sql.schema import apps, tokens
from hwamei.storage.sql.upsert import put

# Made once: every request asks it.
_BY_TOKEN = (
    sa.select(apps, tokens.c.token_sha256, tokens.c.expires_at)
    .join(tokens, tokens.c.app_id == apps.c.id)
    .where(tokens.c.token_sha256 == sa.bindparam("digest"))
)


class SqlTokens:
    """A TokenStore in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, app_id: AppId, token: str, *, until: datetime) -> None:
        """Keep a hash of the app's new token; the one before it is void at once. Raises NotFound."""
        row = {"app_id": app_id, "token_sha256": digest_of(token), "expires_at": until}
        with self._database.writing() as connection:
            hold_app(connection, app_id)
            put(connection, tokens, [row], changing=_replaced)

    def app_of(self, token: str, now: datetime) -> App | None:
        """The app that the token belongs to, disabled or not; None if there is none, or its time is over."""
        digest = digest_of(token)

        def read(connection: sa.Connection) -> tuple[App, datetime] | None:
            row = connection.execute(_BY_TOKEN, {"digest": digest}).mappings().first()
            if row is None or not hmac.compare_digest(row["token_sha256"], digest):
                return None
            return app_of(row), row["expires_at"]

        found = self._database.remembered(("token", digest), read)
        return found[0] if found is not None and now < found[1] else None


def _replaced(new: Any) -> dict[str, Any]:
    return {"token_sha256": new.token_sha256, "expires_at": new.expires_at}
