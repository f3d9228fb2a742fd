"""What workers need of all apps' things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hwamei.domain.app import AppId
from hwamei.domain.callback import Callback, CallbackState
from hwamei.domain.speech_task import TaskState
from hwamei.domain.training_job import JobState
from hwamei.storage.sql import expiry
from hwamei.storage.sql.columns import one_of
from hwamei.storage.sql.database import Database
from hwamei.storage.sql.outbox import SPEECH_TASK, TRAINING_JOB, callback_of
from hwamei.storage.sql.schema import callbacks, files, jobs, tasks, workers
from hwamei.storage.sql.upsert import put

_AT_ONCE = 500  # values in one statement


class SqlUpkeep:
    """Upkeep in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unfinished(self, *, before: datetime) -> Sequence[tuple[str, AppId, UUID, int, int]]:
        """(`speech_task` or `training_job`, app, id, run, priority; 0 for jobs) of what has not ended and was last
        touched before a moment, the oldest first."""
        with self._database.snapshot() as connection:
            waiting = connection.execute(_unfinished_tasks(before)).all()
            training = connection.execute(_unfinished_jobs(before)).all()
        return [
            *((SPEECH_TASK, AppId(row.app_id), row.id, row.run, row.priority) for row in waiting),
            *((TRAINING_JOB, AppId(row.app_id), row.id, row.run, 0) for row in training),
        ]

    def due_callbacks(self, now: datetime, *, lease_s: float, at_most: int) -> Sequence[Callback]:
        """Callbacks to be tried now, nobody else's for `lease_s` from now."""
        free = sa.or_(callbacks.c.leased_until.is_(None), callbacks.c.leased_until <= now)
        due = sa.select(callbacks).where(one_of(callbacks.c.state, CallbackState.DUE), callbacks.c.due_at <= now, free)
        oldest = due.order_by(callbacks.c.due_at, callbacks.c.id).limit(at_most).with_for_update(skip_locked=True)
        with self._database.writing() as connection:
            found = [callback_of(row) for row in connection.execute(oldest).mappings()]
            leased = sa.update(callbacks).where(callbacks.c.id.in_([callback.id for callback in found]))
            connection.execute(leased.values(leased_until=now + timedelta(seconds=lease_s)))
        return found

    def save_callback(self, callback: Callback) -> None:
        """Replace state, attempts, problem and the next attempt; it is nobody's any more."""
        changed = {
            "state": callback.state.value,
            "attempts": callback.attempts,
            "problem": callback.problem,
            "due_at": callback.due_at,
            "leased_until": None,
        }
        with self._database.writing() as connection:
            connection.execute(sa.update(callbacks).where(callbacks.c.id == callback.id).values(changed))

    def beat(self, executor_id: str, now: datetime) -> None:
        """Note that a worker is alive."""
        row = {"executor_id": executor_id, "beat_at": now}
        with self._database.writing() as connection:
            put(connection, workers, [row], changing=_beaten)

    def silent_workers(self, *, since: datetime) -> Sequence[str]:
        """Executors whose last beat is older, each told to one asker only: they are forgotten by this."""
        silent = sa.delete(workers).where(workers.c.beat_at < since).returning(workers.c.executor_id)
        with self._database.writing() as connection:
            return sorted(connection.execute(silent).scalars())

    def expire(self, now: datetime) -> Sequence[tuple[AppId, UUID]]:
        """Remove files whose time has come and ended tasks beyond their app's retention, and expire voices; returns the
        expired voices."""
        expired = expiry.expire_voices(self._database, now)
        expiry.remove_old_tasks(self._database, now)
        expiry.remove_old_files(self._database, now)
        expiry.remove_old_callbacks(self._database, now)
        expiry.tidy(self._database, now)
        return expired

    def waiting(self) -> Mapping[str, tuple[int, datetime | None]]:
        """For `speech_task` and `training_job`: how many wait, and since when the oldest has."""
        with self._database.snapshot() as connection:
            return {
                SPEECH_TASK: _waiting(connection, tasks, TaskState.QUEUED),
                TRAINING_JOB: _waiting(connection, jobs, JobState.WAITING),
            }

    def in_use(self, sha256s: Sequence[str]) -> frozenset[str]:
        """Which of these contents some file still has."""
        found: set[str] = set()
        with self._database.reading() as connection:
            for start in range(0, len(sha256s), _AT_ONCE):
                part = files.c.sha256.in_(sha256s[start : start + _AT_ONCE])
                found.update(connection.execute(sa.select(files.c.sha256).where(part).distinct()).scalars())
        return frozenset(found)


def _beaten(new: Any) -> dict[str, Any]:
    return {"beat_at": new.beat_at}


def _waiting(connection: sa.Connection, table: sa.Table, state: str) -> tuple[int, datetime | None]:
    """What waits was last touched when it began to."""
    found = sa.select(sa.func.count(), sa.func.min(table.c.updated_at)).where(one_of(table.c.state, state))
    number, oldest = connection.execute(found).one()
    return number, oldest


def _unfinished_tasks(before: datetime) -> sa.Select[str, UUID, int, int]:
    waiting = one_of(tasks.c.state, TaskState.QUEUED, TaskState.RUNNING)
    found = sa.select(tasks.c.app_id, tasks.c.id, tasks.c.run, tasks.c.priority)
    found = found.where(waiting, tasks.c.updated_at < before)
    return found.order_by(tasks.c.updated_at)


def _unfinished_jobs(before: datetime) -> sa.Select[str, UUID, int]:
    waiting = one_of(jobs.c.state, JobState.WAITING, JobState.TRAINING)
    found = sa.select(jobs.c.app_id, jobs.c.id, jobs.c.run).where(waiting, jobs.c.updated_at < before)
    return found.order_by(jobs.c.updated_at)
