"""Speech tasks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from hwamei.domain.app import AppId
from hwamei.domain.errors import IdempotencyConflict, NotFound, QuotaUsedUp
from hwamei.domain.listing import Page, PageRequest
from hwamei.domain.speech_task import SpeechTask, TaskFilter, TaskState
from hwamei.domain.stored_file import StoredFile
from hwamei.domain.usage import Cost
from hwamei.storage.sql.database import Database
from hwamei.storage.sql.file_changes import keep_files
from hwamei.storage.sql.holding import find, hold, hold_app, insert, refuse_unless, replace
from hwamei.storage.sql.outbox import announce_task
from hwamei.storage.sql.pages import Wanted, read_page
from hwamei.storage.sql.progress import Progress
from hwamei.storage.sql.schema import tasks
from hwamei.storage.sql.tally import Kind, Tally, count
from hwamei.storage.sql.task_removal import remove_tasks
from hwamei.storage.sql.task_rows import task_columns, task_of
from hwamei.storage.sql.usage import write_down

_WAITING = frozenset(state for state in TaskState if not state.ended)
_PROGRESS = Progress(Kind.TASKS, while_in=TaskState.RUNNING, figures=("progress", "finished_s"))


class SqlTasks:
    """A TaskStore in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, app_id: AppId, task: SpeechTask, *, at_most: int | None = None, cost: Cost | None = None
    ) -> SpeechTask:
        """Keep a new task and write down its cost, or give the one that was made with the same idempotency key.

        Raises IdempotencyConflict; QuotaUsedUp where `at_most` tasks wait or run already or the cost is too much."""
        _refuse_foreign(app_id, task)
        with self._database.writing() as connection:
            hold_app(connection, app_id)
            earlier = _made_with_same_key(connection, task)
            if earlier is not None:
                return earlier
            waiting = count(connection, app_id, Kind.TASKS, _WAITING) if at_most is not None else 0
            if at_most is not None and waiting >= at_most:
                raise QuotaUsedUp(what="waiting speech tasks", used=waiting, allowed=at_most, retry_after_s=None)
            if cost is not None:
                write_down(connection, app_id, cost)
            tally = Tally(app_id)
            insert(connection, Kind.TASKS, task_columns(task), tally)
            tally.write(connection)
        return task

    def get(self, app_id: AppId, task_id: UUID) -> SpeechTask:
        """Raises NotFound."""
        with self._database.reading() as connection:
            row = find(connection, Kind.TASKS, app_id, task_id)
        return task_of(row)

    def list(self, app_id: AppId, which: TaskFilter, page: PageRequest) -> Page[SpeechTask]:
        """The newest first."""
        wanted = Wanted(app_id, Kind.TASKS, frozenset(which.states), which.created)
        with self._database.snapshot() as connection:
            rows, total = read_page(connection, wanted, page)
        return Page(tuple(task_of(row) for row in rows), total)

    def save(self, app_id: AppId, task: SpeechTask, *, was: TaskState, files: Sequence[StoredFile] = ()) -> None:
        """Replace a task if it still is in the state that it was in, and keep its files; in the same transaction, put
        its callback into the outbox if it has ended. Raises WrongState, NotFound."""
        _refuse_foreign(app_id, task)
        with self._database.writing() as connection:
            held = hold(connection, Kind.TASKS, app_id, task.id)
            refuse_unless(held, may=held.state == was, wanted=task.state)
            tally = Tally(app_id)
            replace(connection, held, task_columns(task), tally)
            keep_files(connection, app_id, files, task_id=task.id)
            if task.state.ended and not was.ended:
                announce_task(connection, task)
            tally.write(connection)

    def progress(  # by keyword, but for what it is
        self,
        app_id: AppId,
        task_id: UUID,
        progress: float,
        finished_s: float,
        *,
        at: datetime,
        files: Sequence[StoredFile] = (),
    ) -> TaskState:
        """Note how far a running task is, and keep its files; the state tells whether it is still wanted. Raises
        NotFound."""
        figures = {"progress": progress, "finished_s": finished_s}
        with self._database.writing() as connection:
            state = TaskState(_PROGRESS.note(connection, app_id, task_id, figures, at=at))
            keep_files(connection, app_id, files, task_id=task_id)
            return state

    def delete(self, app_id: AppId, task_id: UUID) -> None:
        """Remove a task that has ended, with its files. Raises NotFound, WrongState."""
        with self._database.writing() as connection:
            held = hold(connection, Kind.TASKS, app_id, task_id)
            refuse_unless(held, may=TaskState(held.state).ended, wanted="deleted")
            remove_tasks(connection, app_id, [held])


def _made_with_same_key(connection: sa.Connection, task: SpeechTask) -> SpeechTask | None:
    """Raises IdempotencyConflict if that was for another request."""
    if task.idempotency_key is None:
        return None
    same = sa.and_(tasks.c.app_id == task.app_id, tasks.c.idempotency_key == task.idempotency_key)
    row = connection.execute(sa.select(tasks).where(same)).mappings().first()
    if row is not None and row["request_sha256"] != task.request_sha256:
        raise IdempotencyConflict(key=task.idempotency_key)
    return None if row is None else task_of(row)


def _refuse_foreign(app_id: AppId, task: SpeechTask) -> None:
    """What is another app's is not there. Raises NotFound."""
    if task.app_id != app_id:
        raise NotFound(what="speech task", given=str(task.id))
