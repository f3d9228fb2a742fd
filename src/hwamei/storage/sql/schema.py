"""The tables, the same in every database.

Every table of what belongs to an app has its `app_id`; ids are UUIDs of the product. Lists go by the indexes that begin
with `app_id` and end with `created_at, id`. Big texts lie in their row: lists read whole things, and a page is short;
bytes they leave where they are: see `listed`.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hwamei.domain.app import AppId
from hwamei.domain.callback import CallbackState
from hwamei.domain.speech_task import TaskState
from hwamei.domain.training_job import JobState
from hwamei.storage.sql.columns import PLAIN, SERIAL, Moment, one_of

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _app_id(*, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column("app_id", sa.ForeignKey("apps.id"), primary_key=primary_key, nullable=False)


def _some(name: str, *columns: str, where: sa.ColumnElement[bool], unique: bool = False) -> sa.Index:
    """An index of some rows only."""
    return sa.Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


apps = sa.Table(
    "apps",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("project_id", sa.String, nullable=False, unique=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.Column("quota", PLAIN, nullable=False),
    sa.Column("key_sha256", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("sealed_secret", sa.LargeBinary, nullable=False),
    sa.Column("engine", sa.String),
    sa.Column("stand_in", sa.Boolean, nullable=False, server_default=sa.false()),
)

tokens = sa.Table(
    "tokens",
    metadata,
    _app_id(primary_key=True),
    sa.Column("token_sha256", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("expires_at", Moment, nullable=False),
)

voices = sa.Table(
    "voices",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _app_id(),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("folded_name", sa.String, nullable=False),
    sa.Column("level", sa.String, nullable=False),
    sa.Column("engine", sa.String, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("reference", PLAIN, nullable=False),
    sa.Column("language", sa.String),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("job_id", sa.Uuid),
    sa.Column("facts", PLAIN),
    sa.Column("voiceprint", PLAIN),
    sa.Column("voiceprint_arrays", sa.LargeBinary),
    sa.Column("preview_file_id", sa.Uuid),
    sa.Column("preview_text", sa.String),
    sa.Column("consent", PLAIN),
    sa.Column("extra", PLAIN, nullable=False),
    sa.Column("problem", PLAIN),
    sa.Column("expires_at", Moment),
    sa.Column("style_of", sa.Uuid),  # a voice; no foreign key: SQLite cannot add one to a table that is there
    sa.Column("picture_file_id", sa.Uuid),
    sa.Column("stand_in", PLAIN),
    sa.Column("stand_in_arrays", sa.LargeBinary),
    sa.Index(None, "app_id", "created_at", "id"),
    sa.Index(None, "app_id", "state", "created_at", "id"),
    _some("ix_voices_style_of", "style_of", where=sa.column("style_of").is_not(None)),
    _some("ix_voices_expires_at", "expires_at", where=sa.column("expires_at").is_not(None)),
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _app_id(),
    sa.Column("voice_id", sa.ForeignKey("voices.id"), nullable=False),
    sa.Column("level", sa.String, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("run", sa.Integer, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("progress", sa.Double, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("callback", PLAIN),
    sa.Column("extra", PLAIN, nullable=False),
    sa.Column("problem", PLAIN),
    sa.Column("started_at", Moment),
    sa.Column("ended_at", Moment),
    sa.Column("engine", sa.String),
    sa.Index(None, "app_id", "created_at", "id"),
    sa.Index(None, "app_id", "state", "created_at", "id"),
    sa.Index(None, "app_id", "updated_at", "id"),
    sa.Index(None, "voice_id", "created_at", "id"),
    _some("ix_jobs_unfinished", "updated_at", where=one_of(sa.column("state"), JobState.WAITING, JobState.TRAINING)),
)

job_labels = sa.Table(
    # What stands under `labels` in the extra of jobs: nobody looks into JSON to find a job.
    "job_labels",
    metadata,
    sa.Column("job_id", sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("app_id", sa.ForeignKey("apps.id"), nullable=False),
    sa.Column("value", sa.String, nullable=False),
    sa.Index(None, "app_id", "name", "value", "job_id"),
)

job_log = sa.Table(
    "job_log",
    metadata,
    sa.Column("id", SERIAL, primary_key=True),
    sa.Column("job_id", sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("event", sa.String, nullable=False),
    sa.Column("fields", PLAIN, nullable=False),
    sa.Index(None, "job_id", "id"),
)

tasks = sa.Table(
    "tasks",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _app_id(),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("progress", sa.Double, nullable=False),
    sa.Column("finished_s", sa.Double, nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("run", sa.Integer, nullable=False, server_default=sa.text("1")),
    sa.Column("started_at", Moment),
    sa.Column("ended_at", Moment),
    sa.Column("idempotency_key", sa.String),
    sa.Column("request_sha256", sa.String),
    sa.Column("lexicon_name", sa.String),
    sa.Column("lexicon_version", sa.Integer),
    sa.Column("delivered", PLAIN, nullable=False),
    sa.Column("callback", PLAIN),
    sa.Column("extra", PLAIN, nullable=False),
    sa.Column("problem", PLAIN),
    sa.Column("segments", PLAIN, nullable=False),
    sa.Column("result", PLAIN),
    sa.Index(None, "app_id", "created_at", "id"),
    sa.Index(None, "app_id", "state", "created_at", "id"),
    _some("ix_tasks_unfinished", "updated_at", where=one_of(sa.column("state"), TaskState.QUEUED, TaskState.RUNNING)),
    _some("ix_tasks_ended", "app_id", "ended_at", where=sa.column("ended_at").is_not(None)),
    _some(
        "uq_tasks_idempotency_key",
        "app_id",
        "idempotency_key",
        where=sa.column("idempotency_key").is_not(None),
        unique=True,
    ),
)

files = sa.Table(
    "files",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _app_id(),
    sa.Column("task_id", sa.ForeignKey("tasks.id")),
    sa.Column("purpose", sa.String, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("media_type", sa.String, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("sha256", sa.String),
    sa.Column("size_bytes", sa.BigInteger),
    sa.Column("expires_at", Moment),
    _some("ix_files_task_id", "task_id", where=sa.column("task_id").is_not(None)),
    _some("ix_files_sha256", "sha256", where=sa.column("sha256").is_not(None)),
    _some("ix_files_expires_at", "expires_at", where=sa.column("expires_at").is_not(None)),
)

voice_files = sa.Table(
    # Which files voices are made from or have made; a file may serve several voices and goes with the last.
    "voice_files",
    metadata,
    sa.Column("voice_id", sa.ForeignKey("voices.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("file_id", sa.ForeignKey("files.id", ondelete="CASCADE"), primary_key=True),
    sa.Index(None, "file_id"),
)

shares = sa.Table(
    # A voice that is offered to, or has been taken by, one other app.
    "shares",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _app_id(),
    sa.Column("voice_id", sa.ForeignKey("voices.id"), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("taken_by", sa.ForeignKey("apps.id")),
    sa.Column("taken_at", Moment),
    sa.Index(None, "voice_id"),
    _some("ix_shares_taken_by", "taken_by", "voice_id", where=sa.column("taken_by").is_not(None)),
)

callbacks = sa.Table(
    # The outbox. A row appears in the transaction that ends a job or task.
    "callbacks",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _app_id(),
    sa.Column("order", PLAIN, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("subject_id", sa.Uuid, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("leased_until", Moment),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("problem", sa.String),
    sa.Index(None, "subject_id"),
    sa.Index(None, "created_at"),
    _some("ix_callbacks_due", "due_at", where=one_of(sa.column("state"), CallbackState.DUE)),
)

lexicons = sa.Table(
    # A removed version keeps its number, and its text as long as an accepted task needs it.
    "lexicons",
    metadata,
    _app_id(primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("text", sa.String, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("removed", sa.Boolean, nullable=False),
)

templates = sa.Table(
    "templates",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _app_id(),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("parts", PLAIN, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("extra", PLAIN, nullable=False),
    sa.Index(None, "app_id", "created_at", "id"),
)

usage = sa.Table(
    "usage",
    metadata,
    _app_id(primary_key=True),
    sa.Column("month", sa.String, primary_key=True),
    sa.Column("measure", sa.String, primary_key=True),
    sa.Column("amount", sa.BigInteger, nullable=False),
)

tally = sa.Table(
    # How many things of a kind that were made in an hour are in a state: counting a list adds up some of these.
    "tally",
    metadata,
    _app_id(primary_key=True),
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("state", sa.String, primary_key=True),
    sa.Column("hour", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("count", sa.BigInteger, nullable=False),
)

workers = sa.Table(
    "workers",
    metadata,
    sa.Column("executor_id", sa.String, primary_key=True),
    sa.Column("beat_at", Moment, nullable=False),
)


def listed(table: sa.Table) -> list[sa.Column[Any]]:
    """The columns that lists read: a voiceprint's numbers may be a megabyte, and nobody looks at them there."""
    return [column for column in table.c if not isinstance(column.type, sa.LargeBinary)]


def this(table: sa.Table) -> sa.ColumnElement[bool]:
    """The condition that finds one thing of an app, see `named`."""
    return sa.and_(table.c.id == sa.bindparam("this_id"), table.c.app_id == sa.bindparam("this_app_id"))


def named(app_id: AppId, thing_id: UUID) -> dict[str, object]:
    """The parameters of `this`."""
    return {"this_id": thing_id, "this_app_id": app_id}
