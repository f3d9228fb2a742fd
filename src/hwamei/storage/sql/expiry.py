"""Removing what has had its time: piece by piece, each a transaction of its own, so that nobody waits for it long."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import sqlalchemy as sa

from hwamei.domain.app import AppId
from hwamei.domain.callback import CallbackState
from hwamei.domain.owned_voice import VoiceState, move_voice
from hwamei.domain.training_job import JobState, cancel_job
from hwamei.storage.sql.columns import hour_of
from hwamei.storage.sql.database import Database
from hwamei.storage.sql.holding import Held, find, hold, hold_if_there, replace
from hwamei.storage.sql.job_rows import job_columns, job_of
from hwamei.storage.sql.lexicons import still_needed
from hwamei.storage.sql.schema import apps, callbacks, files, lexicons, tally, tasks, voice_files, voices
from hwamei.storage.sql.tally import Kind, Tally
from hwamei.storage.sql.task_removal import remove_tasks
from hwamei.storage.sql.voice_changes import replace_voice
from hwamei.storage.sql.voice_rows import GONE, voice_of

PIECE = 200  # rows
CALLBACKS_KEPT = timedelta(days=7)  # after they were made, for who looks for what became of one

Removal = Callable[[sa.Connection], int]
"""Removes up to PIECE rows; how many it did."""


def expire_voices(database: Database, now: datetime) -> Sequence[tuple[AppId, UUID]]:
    """Expire the voices whose time has come; which they were."""
    due = sa.select(voices.c.app_id, voices.c.id).where(voices.c.expires_at <= now, voices.c.state.not_in(sorted(GONE)))
    with database.reading() as connection:
        found = [(AppId(row.app_id), row.id) for row in connection.execute(due)]
    return [(app_id, voice_id) for app_id, voice_id in found if _expire_voice(database, app_id, voice_id, now)]


def _expire_voice(database: Database, app_id: AppId, voice_id: UUID, now: datetime) -> bool:
    """False where somebody else did it, or gave the voice more time, since we looked."""
    with database.writing() as connection:
        held = hold_if_there(connection, Kind.VOICES, app_id, voice_id)
        if held is None or held.state in GONE:
            return False
        voice = voice_of(find(connection, Kind.VOICES, app_id, voice_id))
        if voice.expires_at is None or voice.expires_at > now:
            return False
        changes = Tally(app_id)
        replace_voice(connection, held, move_voice(voice, VoiceState.EXPIRED, now), changes)
        if voice.state is VoiceState.DRAFT and voice.job_id is not None:
            _cancel_draft(connection, hold(connection, Kind.JOBS, app_id, voice.job_id), now, changes)
        changes.write(connection)
        return True


def _cancel_draft(connection: sa.Connection, held: Held, now: datetime, changes: Tally) -> None:
    """A job whose recordings never came is cancelled with its voice."""
    if held.state == JobState.DRAFT:
        job = job_of(find(connection, Kind.JOBS, held.app_id, held.id))
        replace(connection, held, job_columns(cancel_job(job, now)), changes)


def remove_old_tasks(database: Database, now: datetime) -> None:
    """Remove ended tasks, with their files, that are older than their app keeps them."""
    with database.reading() as connection:
        kept = [(AppId(row.id), row.quota["retention_days"]) for row in connection.execute(sa.select(apps))]
    for app_id, days in kept:
        if days is not None:
            before = now - timedelta(days=days)
            _exhaust(database, partial(_remove_tasks, app_id=app_id, before=before))


def _remove_tasks(connection: sa.Connection, *, app_id: AppId, before: datetime) -> int:
    old = sa.select(tasks.c.id, tasks.c.state, tasks.c.created_at).where(
        tasks.c.app_id == app_id, tasks.c.ended_at < before
    )
    rows = connection.execute(old.limit(PIECE).with_for_update(skip_locked=True)).all()
    remove_tasks(connection, app_id, [Held(Kind.TASKS, app_id, row.id, row.state, row.created_at) for row in rows])
    return len(rows)


def remove_old_files(database: Database, now: datetime) -> None:
    """Remove the files whose time has come; those that voices are made from stay as long as these."""
    linked = sa.exists().where(voice_files.c.file_id == files.c.id)
    old = sa.select(files.c.id).where(files.c.expires_at <= now, ~linked)
    _exhaust(database, lambda connection: _remove(connection, files, old))


def remove_old_callbacks(database: Database, now: datetime) -> None:
    """Remove the callbacks that were delivered or given up some time ago."""
    old = sa.select(callbacks.c.id).where(
        callbacks.c.created_at < now - CALLBACKS_KEPT, callbacks.c.state != CallbackState.DUE.value
    )
    _exhaust(database, lambda connection: _remove(connection, callbacks, old))


def _remove(connection: sa.Connection, table: sa.Table, which: sa.Select[UUID]) -> int:
    """By number, one after the other: PostgreSQL holds the rows that it selects, SQLite all."""
    ids = connection.execute(which.limit(PIECE).with_for_update(skip_locked=True, of=table)).scalars().all()
    connection.execute(sa.delete(table).where(table.c.id.in_(ids)))
    return len(ids)


def tidy(database: Database, now: datetime) -> None:
    """Empty what is of no more use: texts of removed lexicons, counts of nothing."""
    unneeded = sa.and_(lexicons.c.removed, lexicons.c.text != "", ~still_needed())
    yesterday = hour_of(now) - 24  # the counts of today are about to be needed again
    nothing = sa.and_(tally.c.count == 0, tally.c.hour < yesterday)
    with database.writing() as connection:
        connection.execute(sa.update(lexicons).where(unneeded).values(text=""))
    with database.writing() as connection:
        connection.execute(sa.delete(tally).where(nothing))


def _exhaust(database: Database, remove: Removal) -> None:
    """Until there is nothing left to remove."""
    removed = PIECE
    while removed == PIECE:
        with database.writing() as connection:
            removed = remove(connection)
