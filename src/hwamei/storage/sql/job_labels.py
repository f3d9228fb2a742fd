"""How training jobs are found by more than their state and the time they were made."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from hwamei.domain.app import AppId
from hwamei.domain.training_job import JobFilter, JobState, TrainingJob
from hwamei.storage.sql.job_rows import label_rows
from hwamei.storage.sql.schema import job_labels, jobs

_CALLERS = ',"callers":true'


def label(connection: sa.Connection, job: TrainingJob) -> None:
    """Let the job be found by the labels that it has now, and by no others."""
    connection.execute(sa.delete(job_labels).where(job_labels.c.job_id == job.id))
    rows = label_rows(job)
    if rows:
        connection.execute(sa.insert(job_labels), rows)


def conditions(app_id: AppId, which: JobFilter) -> tuple[sa.ColumnElement[bool], ...]:
    """What must be true of a job besides its state and the time it was made."""
    return (
        *_equal(which),
        *_between(which.updated.since, which.updated.until),
        *(_labelled(app_id, name, value) for name, value in which.labels.items()),
        *(() if which.mendable is None else (_unless_failed_otherwise(mendable=which.mendable),)),
    )


def _equal(which: JobFilter) -> list[sa.ColumnElement[bool]]:
    wanted = ((jobs.c.voice_id, which.voice_id), (jobs.c.id, which.job_id))
    return [column == value for column, value in wanted if value is not None]


def _between(since: datetime | None, until: datetime | None) -> list[sa.ColumnElement[bool]]:
    bounds = [] if since is None else [jobs.c.updated_at >= since]
    return bounds if until is None else [*bounds, jobs.c.updated_at < until]


def _labelled(app_id: AppId, name: str, value: str) -> sa.ColumnElement[bool]:
    labels = job_labels.c
    same = (labels.app_id == app_id, labels.name == name, labels.value == value)
    return jobs.c.id.in_(sa.select(labels.job_id).where(*same))


def _unless_failed_otherwise(*, mendable: bool) -> sa.ColumnElement[bool]:
    # In the text as we have written it: PostgreSQL takes nothing out of JSON that has NUL in any of its texts. No text
    # in there can look like this, as its quotation marks are escaped.
    callers = sa.cast(jobs.c.problem, sa.String).contains(_CALLERS, autoescape=True)
    return sa.or_(jobs.c.state != JobState.FAILED.value, callers if mendable else sa.not_(callers))
