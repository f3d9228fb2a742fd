"""What submitters and workers must agree on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from dbos import DBOS

APPLICATION = "hwamei"
VERSION = "3"  # raise it when the steps of a workflow change: a worker recovers workflows of its own version only
SPEECH_QUEUE, TRAINING_QUEUE = "speech", "training"
SPEECH_WORKFLOW, TRAINING_WORKFLOW = "speech_task", "training_job"


def jobs_database(database: str, data: Path) -> str:
    """The address of the database of DBOS: the same PostgreSQL as ours, or a SQLite file of its own."""
    if database.startswith("sqlite"):
        return f"sqlite:///{data / 'jobs.db'}"
    return database.replace("postgresql+psycopg://", "postgresql://", 1)


def prepare(url: str) -> None:
    """Make the tables of DBOS, or bring them up to date. May be called twice, by several processes."""
    if url.startswith("sqlite:///"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.execute("PRAGMA journal_mode=WAL")  # readers and the writer do not wait for each other
    DBOS.migrate(url)
