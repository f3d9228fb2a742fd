"""The first tables."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# As the columns were when this was written: a step never changes.
_MOMENT = sa.BigInteger  # microseconds since 1970 UTC
_PLAIN = sa.JSON
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make them all."""
    _apps()
    _workers()
    _callbacks()
    _lexicons()
    _tally()
    _tasks()
    _usage()
    _voices()
    _files()
    _jobs()
    _job_log()
    _voice_files()


def _apps() -> None:
    op.create_table(
        "apps",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("project_id", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("quota", _PLAIN, nullable=False),
        sa.Column("key_sha256", sa.LargeBinary, nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_apps"),
        sa.UniqueConstraint("key_sha256", name="uq_apps_key_sha256"),
        sa.UniqueConstraint("project_id", name="uq_apps_project_id"),
    )


def _workers() -> None:
    op.create_table(
        "workers",
        sa.Column("executor_id", sa.String, nullable=False),
        sa.Column("beat_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("executor_id", name="pk_workers"),
    )


def _callbacks() -> None:
    op.create_table(
        "callbacks",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("app_id", sa.String, nullable=False),
        sa.Column("order", _PLAIN, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("leased_until", _MOMENT),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("problem", sa.String),
        sa.ForeignKeyConstraint(["app_id"], ["apps.id"], name="fk_callbacks_app_id"),
        sa.PrimaryKeyConstraint("id", name="pk_callbacks"),
    )
    op.create_index("ix_callbacks_created_at", "callbacks", ["created_at"])
    op.create_index("ix_callbacks_due", "callbacks", ["due_at"], **_where("state IN ('due')"))
    op.create_index("ix_callbacks_subject_id", "callbacks", ["subject_id"])


def _lexicons() -> None:
    op.create_table(
        "lexicons",
        sa.Column("app_id", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("removed", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(["app_id"], ["apps.id"], name="fk_lexicons_app_id"),
        sa.PrimaryKeyConstraint("app_id", "name", "version", name="pk_lexicons"),
    )


def _tally() -> None:
    op.create_table(
        "tally",
        sa.Column("app_id", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("hour", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["app_id"], ["apps.id"], name="fk_tally_app_id"),
        sa.PrimaryKeyConstraint("app_id", "kind", "state", "hour", name="pk_tally"),
    )


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("app_id", sa.String, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("progress", sa.Double, nullable=False),
        sa.Column("finished_s", sa.Double, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("started_at", _MOMENT),
        sa.Column("ended_at", _MOMENT),
        sa.Column("idempotency_key", sa.String),
        sa.Column("request_sha256", sa.String),
        sa.Column("lexicon_name", sa.String),
        sa.Column("lexicon_version", sa.Integer),
        sa.Column("delivered", _PLAIN, nullable=False),
        sa.Column("callback", _PLAIN),
        sa.Column("extra", _PLAIN, nullable=False),
        sa.Column("problem", _PLAIN),
        sa.Column("segments", _PLAIN, nullable=False),
        sa.Column("result", _PLAIN),
        sa.ForeignKeyConstraint(["app_id"], ["apps.id"], name="fk_tasks_app_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
    )
    op.create_index("ix_tasks_app_id_created_at_id", "tasks", ["app_id", "created_at", "id"])
    op.create_index("ix_tasks_app_id_state_created_at_id", "tasks", ["app_id", "state", "created_at", "id"])
    op.create_index("ix_tasks_ended", "tasks", ["app_id", "ended_at"], **_where("ended_at IS NOT NULL"))
    op.create_index("ix_tasks_unfinished", "tasks", ["updated_at"], **_where("state IN ('queued', 'running')"))
    op.create_index(
        "uq_tasks_idempotency_key",
        "tasks",
        ["app_id", "idempotency_key"],
        unique=True,
        **_where("idempotency_key IS NOT NULL"),
    )


def _usage() -> None:
    op.create_table(
        "usage",
        sa.Column("app_id", sa.String, nullable=False),
        sa.Column("month", sa.String, nullable=False),
        sa.Column("measure", sa.String, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["app_id"], ["apps.id"], name="fk_usage_app_id"),
        sa.PrimaryKeyConstraint("app_id", "month", "measure", name="pk_usage"),
    )


def _voices() -> None:
    op.create_table(
        "voices",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("app_id", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("folded_name", sa.String, nullable=False),
        sa.Column("level", sa.String, nullable=False),
        sa.Column("engine", sa.String, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("reference", _PLAIN, nullable=False),
        sa.Column("language", sa.String),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("job_id", sa.Uuid),
        sa.Column("facts", _PLAIN),
        sa.Column("voiceprint", _PLAIN),
        sa.Column("voiceprint_arrays", sa.LargeBinary),
        sa.Column("preview_file_id", sa.Uuid),
        sa.Column("preview_text", sa.String),
        sa.Column("consent", _PLAIN),
        sa.Column("extra", _PLAIN, nullable=False),
        sa.Column("problem", _PLAIN),
        sa.Column("expires_at", _MOMENT),
        sa.ForeignKeyConstraint(["app_id"], ["apps.id"], name="fk_voices_app_id"),
        sa.PrimaryKeyConstraint("id", name="pk_voices"),
    )
    op.create_index("ix_voices_app_id_created_at_id", "voices", ["app_id", "created_at", "id"])
    op.create_index("ix_voices_app_id_state_created_at_id", "voices", ["app_id", "state", "created_at", "id"])
    op.create_index("ix_voices_expires_at", "voices", ["expires_at"], **_where("expires_at IS NOT NULL"))


def _files() -> None:
    op.create_table(
        "files",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("app_id", sa.String, nullable=False),
        sa.Column("task_id", sa.Uuid),
        sa.Column("purpose", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("media_type", sa.String, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("sha256", sa.String),
        sa.Column("size_bytes", sa.BigInteger),
        sa.Column("expires_at", _MOMENT),
        sa.ForeignKeyConstraint(["app_id"], ["apps.id"], name="fk_files_app_id"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_files_task_id"),
        sa.PrimaryKeyConstraint("id", name="pk_files"),
    )
    op.create_index("ix_files_expires_at", "files", ["expires_at"], **_where("expires_at IS NOT NULL"))
    op.create_index("ix_files_sha256", "files", ["sha256"], **_where("sha256 IS NOT NULL"))
    op.create_index("ix_files_task_id", "files", ["task_id"], **_where("task_id IS NOT NULL"))


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("app_id", sa.String, nullable=False),
        sa.Column("voice_id", sa.Uuid, nullable=False),
        sa.Column("level", sa.String, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("run", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("progress", sa.Double, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("callback", _PLAIN),
        sa.Column("extra", _PLAIN, nullable=False),
        sa.Column("problem", _PLAIN),
        sa.Column("started_at", _MOMENT),
        sa.Column("ended_at", _MOMENT),
        sa.ForeignKeyConstraint(["app_id"], ["apps.id"], name="fk_jobs_app_id"),
        sa.ForeignKeyConstraint(["voice_id"], ["voices.id"], name="fk_jobs_voice_id"),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_app_id_created_at_id", "jobs", ["app_id", "created_at", "id"])
    op.create_index("ix_jobs_app_id_state_created_at_id", "jobs", ["app_id", "state", "created_at", "id"])
    op.create_index("ix_jobs_unfinished", "jobs", ["updated_at"], **_where("state IN ('waiting', 'training')"))
    op.create_index("ix_jobs_voice_id_created_at_id", "jobs", ["voice_id", "created_at", "id"])


def _job_log() -> None:
    op.create_table(
        "job_log",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("job_id", sa.Uuid, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("event", sa.String, nullable=False),
        sa.Column("fields", _PLAIN, nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_job_log_job_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_job_log"),
    )
    op.create_index("ix_job_log_job_id_id", "job_log", ["job_id", "id"])


def _voice_files() -> None:
    op.create_table(
        "voice_files",
        sa.Column("voice_id", sa.Uuid, nullable=False),
        sa.Column("file_id", sa.Uuid, nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name="fk_voice_files_file_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["voice_id"], ["voices.id"], name="fk_voice_files_voice_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("voice_id", "file_id", name="pk_voice_files"),
    )
    op.create_index("ix_voice_files_file_id", "voice_files", ["file_id"])


def _where(condition: str) -> dict[str, Any]:
    """For an index of some rows only."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
