"""Removing tasks with all that hangs on them, as a step of a transaction."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from hwamei.domain.app import AppId
from hwamei.storage.sql.holding import Held
from hwamei.storage.sql.schema import callbacks, files, tasks
from hwamei.storage.sql.tally import Tally


def remove_tasks(connection: sa.Connection, app_id: AppId, held: Sequence[Held]) -> None:
    """Remove tasks that are held, their files, and callbacks that nothing is left to tell of."""
    ids = [task.id for task in held]
    connection.execute(sa.delete(files).where(files.c.task_id.in_(ids)))
    connection.execute(sa.delete(callbacks).where(callbacks.c.subject_id.in_(ids)))
    connection.execute(sa.delete(tasks).where(tasks.c.id.in_(ids)))
    tally = Tally(app_id)
    for task in held:
        tally.went(task.kind, task.state, task.created_at)
    tally.write(connection)
