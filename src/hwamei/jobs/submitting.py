"""Putting work into the queues, from any process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TypeVar
from uuid import UUID

from dbos import DBOSClient, EnqueueOptions
from dbos import error as dbos_errors
from sqlalchemy.exc import SQLAlchemyError

from hwamei.domain.app import App, AppId
from hwamei.domain.errors import StoreUnavailable
from hwamei.domain.speech_task import PRIORITY_RANGE, SpeechTask
from hwamei.domain.training_job import TrainingJob
from hwamei.jobs.queues import (
    APPLICATION,
    SPEECH_QUEUE,
    SPEECH_WORKFLOW,
    TRAINING_QUEUE,
    TRAINING_WORKFLOW,
    VERSION,
)

Result = TypeVar("Result")

LOST = frozenset({"ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})


class DbosJobs:
    """Submits to DBOS. Safe from many threads. A workflow's id is that of the task or job with its run."""

    def __init__(
        self, url: str, *, depth: Callable[[], Mapping[str, tuple[int, float]]], task_waits: Callable[[], None]
    ) -> None:
        """`depth`: what waits, counted where tasks and jobs are kept; `task_waits` is called when one has come."""
        self._task_waits = task_waits
        self._client = DBOSClient(system_database_url=url, application_name=APPLICATION, retry_connection_errors=False)
        self.depth = depth

    def __enter__(self) -> DbosJobs:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.destroy()

    def submit_task(self, app: App, task: SpeechTask) -> None:
        """See that a task is spoken."""
        self.enqueue_task(app.id, task.id, task.run, priority=task.priority)

    def submit_job(self, app: App, job: TrainingJob) -> None:
        """See that a job is done."""
        self.enqueue_job(app.id, job.id, job.run)

    def forget(self, work: SpeechTask | TrainingJob) -> None:
        """Take work out of the queue if it still waits there."""
        named = task_workflow_id if isinstance(work, SpeechTask) else job_workflow_id
        workflow_id = named(work.id, work.run)
        if self.status(workflow_id) == "ENQUEUED":
            self._translated(lambda: self._client.cancel_workflow(workflow_id))

    def enqueue_task(self, app_id: AppId, task_id: UUID, run: int, *, priority: int) -> None:
        """Put the workflow of a task's run into its queue, unless there is one."""
        options: EnqueueOptions = {
            "workflow_name": SPEECH_WORKFLOW,
            "queue_name": SPEECH_QUEUE,
            "workflow_id": task_workflow_id(task_id, run),
            "priority": PRIORITY_RANGE[1] - priority + 1,  # DBOS begins with 1, the first to go
            "queue_partition_key": app_id,
            "app_version": VERSION,
        }
        self._translated(lambda: self._client.enqueue(options, app_id, str(task_id), run))
        self._task_waits()

    def enqueue_job(self, app_id: AppId, job_id: UUID, run: int) -> None:
        """Put the workflow of a job's run into its queue, unless there is one."""
        options: EnqueueOptions = {
            "workflow_name": TRAINING_WORKFLOW,
            "queue_name": TRAINING_QUEUE,
            "workflow_id": job_workflow_id(job_id, run),
            "queue_partition_key": app_id,
            "app_version": VERSION,
        }
        self._translated(lambda: self._client.enqueue(options, app_id, str(job_id)))

    def status(self, workflow_id: str) -> str | None:
        """What DBOS says of a workflow; None if it knows none."""
        found = self._translated(lambda: self._client.list_workflows(workflow_ids=[workflow_id], load_input=False))
        return found[0].status if found else None

    def _translated(self, call: Callable[[], Result]) -> Result:
        try:
            return call()
        except (SQLAlchemyError, dbos_errors.DBOSException) as error:
            raise StoreUnavailable(store="job queue", problem=type(error).__name__) from error


def task_workflow_id(task_id: UUID, run: int) -> str:
    """Each run of a task is work of its own; the first is named as the task is."""
    return str(task_id) if run == 1 else f"{task_id}:{run}"


def job_workflow_id(job_id: UUID, run: int) -> str:
    """Each run of a job is work of its own."""
    return f"{job_id}:{run}"
