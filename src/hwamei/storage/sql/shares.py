"""Voices that apps let each other use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from hwamei.domain.app import AppId
from hwamei.domain.errors import NotFound
from hwamei.domain.owned_voice import OwnedVoice
from hwamei.storage.sql.database import Database
from hwamei.storage.sql.holding import hold, hold_app
from hwamei.storage.sql.schema import listed, shares, voices
from hwamei.storage.sql.tally import Kind
from hwamei.storage.sql.voice_rows import GONE, voice_of

_THERE = voices.c.state.not_in(sorted(GONE))


class SqlShares:
    """Shares in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def offer(self, app_id: AppId, voice_id: UUID, *, share_id: UUID, at: datetime) -> UUID:
        """The id under which one other app may take the voice: the one that is open, or else `share_id`. Raises
        NotFound."""
        not_taken = sa.select(shares.c.id).where(shares.c.voice_id == voice_id, shares.c.taken_by.is_(None))
        with self._database.writing() as connection:
            held = hold(connection, Kind.VOICES, app_id, voice_id)
            if held.kind is Kind.STYLES or held.state in GONE:
                raise NotFound(what="voice", given=str(voice_id))
            known: UUID | None = connection.execute(not_taken).scalar()
            if known is None:
                row = {"id": share_id, "app_id": app_id, "voice_id": voice_id, "created_at": at}
                connection.execute(sa.insert(shares), row)
            return known or share_id

    def take(self, app_id: AppId, share_id: UUID, *, at: datetime) -> OwnedVoice:
        """Let the app use the voice from now on; to others the id is unknown then. Who offers a voice takes nothing.
        Raises NotFound."""
        offered = sa.select(shares).where(shares.c.id == share_id).with_for_update()
        with self._database.writing() as connection:
            hold_app(connection, app_id)
            share = connection.execute(offered).mappings().first()
            if share is None or share["taken_by"] not in (None, app_id):
                raise NotFound(what="share", given=str(share_id))
            there = sa.select(voices).where(voices.c.id == share["voice_id"], _THERE)
            row = connection.execute(there).mappings().first()
            if row is None:  # it goes at this very moment
                raise NotFound(what="share", given=str(share_id))
            if share["taken_by"] is None and share["app_id"] != app_id:
                taken = {"taken_by": app_id, "taken_at": at}
                connection.execute(sa.update(shares).where(shares.c.id == share_id).values(taken))
            return voice_of(row)

    def list(self, app_id: AppId) -> Sequence[OwnedVoice]:
        """The voices that the app has taken, the last one first."""
        last = sa.select(shares.c.voice_id, sa.func.max(shares.c.taken_at).label("at")).where(_taken_by(app_id))
        mine = last.group_by(shares.c.voice_id).subquery()
        found = sa.select(*listed(voices)).join(mine, mine.c.voice_id == voices.c.id).where(_THERE)
        with self._database.reading() as connection:
            rows = connection.execute(found.order_by(mine.c.at.desc(), voices.c.id)).mappings()
            return [voice_of(row) for row in rows]

    def get(self, app_id: AppId, voice_id: UUID) -> OwnedVoice:
        """A voice that the app has taken, or a style of one. Raises NotFound."""
        mine = sa.exists().where(
            _taken_by(app_id), shares.c.voice_id == sa.func.coalesce(voices.c.style_of, voices.c.id)
        )
        with self._database.reading() as connection:
            row = connection.execute(sa.select(voices).where(voices.c.id == voice_id, _THERE, mine)).mappings().first()
        if row is None:
            raise NotFound(what="voice", given=str(voice_id))
        return voice_of(row)

    def give_back(self, app_id: AppId, voice_id: UUID) -> None:
        """Use the voice no longer. Raises NotFound."""
        mine = sa.delete(shares).where(_taken_by(app_id), shares.c.voice_id == voice_id)
        with self._database.writing() as connection:
            if not connection.execute(mine).rowcount:
                raise NotFound(what="voice", given=str(voice_id))


def _taken_by(app_id: AppId) -> sa.ColumnElement[bool]:
    return shares.c.taken_by == app_id
