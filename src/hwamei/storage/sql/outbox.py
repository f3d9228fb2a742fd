"""Callbacks that wait to be delivered. A row appears in the transaction that ends what it tells of."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa

from hwamei.domain.app import AppId
from hwamei.domain.callback import Callback, CallbackOrder, CallbackState
from hwamei.domain.speech_task import SpeechTask
from hwamei.domain.training_job import TrainingJob
from hwamei.storage.sql.problem_rows import order_columns
from hwamei.storage.sql.schema import callbacks

SPEECH_TASK = "speech_task"
TRAINING_JOB = "training_job"


def announce_task(connection: sa.Connection, task: SpeechTask) -> None:
    """Put the callback of a task that has ended into the outbox, if it has one; each run of a task ends once."""
    if task.callback is not None:
        told = _due(task.app_id, task.callback, task.updated_at)
        _insert(connection, told, SPEECH_TASK, task.id, end=task.run)


def announce_job(connection: sa.Connection, job: TrainingJob, at: datetime) -> None:
    """Put the callback of a job that has ended into the outbox, if it has one; each run of a job ends once."""
    if job.callback is not None:
        _insert(connection, _due(job.app_id, job.callback, at), TRAINING_JOB, job.id, end=job.run)


def callback_of(row: sa.RowMapping) -> Callback:
    """The callback in the row."""
    return Callback(
        id=row["id"],
        app_id=AppId(row["app_id"]),
        order=CallbackOrder(**row["order"]),
        subject=row["subject"],
        subject_id=row["subject_id"],
        created_at=row["created_at"],
        due_at=row["due_at"],
        state=CallbackState(row["state"]),
        attempts=row["attempts"],
        problem=row["problem"],
    )


def _due(app_id: AppId, order: CallbackOrder, at: datetime) -> dict[str, Any]:
    return {
        "app_id": app_id,
        "order": order_columns(order),
        "created_at": at,
        "due_at": at,
        "state": CallbackState.DUE.value,
        "attempts": 0,
    }


def _insert(connection: sa.Connection, told: dict[str, Any], subject: str, subject_id: UUID, *, end: int) -> None:
    """The id follows from what is told, so that nothing can be told twice."""
    told = {**told, "id": uuid5(subject_id, f"{subject} ended {end}"), "subject": subject, "subject_id": subject_id}
    connection.execute(sa.insert(callbacks), told)
