"""Training jobs."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from hwamei.domain.app import AppId
from hwamei.domain.errors import NotFound
from hwamei.domain.listing import NEWEST_FIRST, Order, Page, PageRequest
from hwamei.domain.owned_voice import OwnedVoice
from hwamei.domain.training_job import JobFilter, JobState, LogEntry, TrainingJob
from hwamei.storage.sql.database import Database
from hwamei.storage.sql.holding import find, hold, refuse_unless, replace
from hwamei.storage.sql.job_labels import conditions, label
from hwamei.storage.sql.job_rows import entry_of, job_columns, job_of
from hwamei.storage.sql.outbox import announce_job
from hwamei.storage.sql.pages import Wanted, read_page
from hwamei.storage.sql.progress import Progress
from hwamei.storage.sql.schema import job_log, jobs
from hwamei.storage.sql.tally import Kind, Tally
from hwamei.storage.sql.voice_changes import may_become, replace_trained

_PROGRESS = Progress(Kind.JOBS, while_in=JobState.TRAINING, figures=("progress",))


class SqlJobs:
    """A JobStore in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, app_id: AppId, job_id: UUID) -> TrainingJob:
        """Raises NotFound."""
        with self._database.reading() as connection:
            return job_of(find(connection, Kind.JOBS, app_id, job_id))

    def list(
        self, app_id: AppId, which: JobFilter, page: PageRequest, order: Order = NEWEST_FIRST
    ) -> Page[TrainingJob]:
        """In that order."""
        also = conditions(app_id, which)
        wanted = Wanted(app_id, Kind.JOBS, frozenset(which.states), which.created, also, order)
        with self._database.snapshot() as connection:
            rows, total = read_page(connection, wanted, page)
        return Page(tuple(job_of(row) for row in rows), total)

    def save(
        self, app_id: AppId, job: TrainingJob, *, was: JobState, voice: OwnedVoice | None = None, at: datetime
    ) -> None:
        """Replace a job if it still is in the state that it was in, with its voice; in the same transaction, put its
        callback into the outbox if it has ended. Of both, what their app may change meanwhile (extra; a voice's name,
        consent, expiry) is left as it is. Raises WrongState, also where the voice cannot become what it is to be;
        NotFound."""
        _refuse_foreign(app_id, job, voice)
        with self._database.writing() as connection:
            tally = Tally(app_id)
            if voice is not None:
                _save_voice(connection, app_id, voice, tally)
            held = hold(connection, Kind.JOBS, app_id, job.id)
            refuse_unless(held, may=held.state == was, wanted=job.state)
            columns = job_columns(job)
            del columns["extra"]
            replace(connection, held, columns, tally)
            if job.state.ended and not was.ended:
                announce_job(connection, job, at)
            tally.write(connection)

    def remember(self, app_id: AppId, job_id: UUID, extra: Mapping[str, object]) -> None:
        """Replace the job's extra, and so its labels, in whatever state it is. Raises NotFound."""
        with self._database.writing() as connection:
            hold(connection, Kind.JOBS, app_id, job_id)
            job = dataclasses.replace(job_of(find(connection, Kind.JOBS, app_id, job_id)), extra=extra)
            connection.execute(sa.update(jobs).where(jobs.c.id == job_id).values(extra=dict(extra)))
            label(connection, job)

    def progress(self, app_id: AppId, job_id: UUID, progress: float, *, at: datetime) -> JobState:
        """Note how far a training job is; the state tells whether it is still wanted. Raises NotFound."""
        with self._database.writing() as connection:
            return JobState(_PROGRESS.note(connection, app_id, job_id, {"progress": progress}, at=at))

    def log(self, app_id: AppId, job_id: UUID, entry: LogEntry) -> None:
        """Add a line. Raises NotFound."""
        row = {"job_id": job_id, "at": entry.at, "event": entry.event, "fields": dict(entry.fields)}
        with self._database.writing() as connection:
            _refuse_unknown(connection, app_id, job_id)
            connection.execute(sa.insert(job_log), row)

    def read_log(self, app_id: AppId, job_id: UUID) -> Sequence[LogEntry]:
        """All lines, the oldest first. Raises NotFound."""
        lines = sa.select(job_log).where(job_log.c.job_id == job_id).order_by(job_log.c.id)
        with self._database.snapshot() as connection:
            _refuse_unknown(connection, app_id, job_id)
            return [entry_of(row) for row in connection.execute(lines).mappings()]


def _save_voice(connection: sa.Connection, app_id: AppId, voice: OwnedVoice, tally: Tally) -> None:
    held = hold(connection, Kind.VOICES, app_id, voice.id)
    refuse_unless(held, may=may_become(held.state, voice.state), wanted=voice.state)
    replace_trained(connection, held, voice, tally)


def _refuse_unknown(connection: sa.Connection, app_id: AppId, job_id: UUID) -> None:
    found = sa.select(jobs.c.id).where(jobs.c.id == job_id, jobs.c.app_id == app_id)
    if connection.execute(found).first() is None:
        raise NotFound(what="training job", given=str(job_id))


def _refuse_foreign(app_id: AppId, job: TrainingJob, voice: OwnedVoice | None) -> None:
    """What is another app's is not there. Raises NotFound."""
    if job.app_id != app_id or (voice is not None and voice.app_id != app_id):
        raise NotFound(what="training job", given=str(job.id))
