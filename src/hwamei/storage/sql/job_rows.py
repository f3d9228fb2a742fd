"""Training jobs and their logs as rows."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from hwamei.domain.app import AppId
from hwamei.domain.training_job import JobState, LogEntry, TrainingJob
from hwamei.domain.voice import Level
from hwamei.storage.sql.problem_rows import order_columns, order_of, problem_columns, problem_of


def job_columns(job: TrainingJob) -> dict[str, Any]:
    """The row of a job."""
    return {
        "id": job.id,
        "app_id": job.app_id,
        "voice_id": job.voice_id,
        "level": job.level.value,
        "created_at": job.created_at,
        "updated_at": job.updated_at,
        "seed": job.seed,
        "run": job.run,
        "state": job.state.value,
        "progress": job.progress,
        "attempts": job.attempts,
        "callback": order_columns(job.callback),
        "extra": dict(job.extra),
        "problem": problem_columns(job.problem),
        "started_at": job.started_at,
        "ended_at": job.ended_at,
        "engine": job.engine,
    }


def job_of(row: sa.RowMapping) -> TrainingJob:
    """The job in the row."""
    return TrainingJob(
        id=row["id"],
        app_id=AppId(row["app_id"]),
        voice_id=row["voice_id"],
        level=Level(row["level"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        seed=row["seed"],
        run=row["run"],
        state=JobState(row["state"]),
        progress=row["progress"],
        attempts=row["attempts"],
        callback=order_of(row["callback"]),
        extra=row["extra"],
        problem=problem_of(row["problem"]),
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        engine=row["engine"],
    )


def label_rows(job: TrainingJob) -> list[dict[str, Any]]:
    """The rows of a job's labels."""
    return [
        {"job_id": job.id, "app_id": job.app_id, "name": name, "value": value} for name, value in job.labels.items()
    ]


def entry_of(row: sa.RowMapping) -> LogEntry:
    """The line in the row."""
    return LogEntry(row["at"], row["event"], row["fields"])
