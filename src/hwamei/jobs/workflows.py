"""The two workflows: what is done step by step, and what happens when a step cannot be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition
from types import TracebackType
from typing import Any
from uuid import UUID

import structlog
from dbos import DBOS
from dbos import error as dbos_errors

from hwamei.domain.app import AppId
from hwamei.domain.errors import HwameiError
from hwamei.domain.problem import Problem, may_pass
from hwamei.jobs.queues import SPEECH_WORKFLOW, TRAINING_WORKFLOW
from hwamei.service.task_work import TaskRun, TaskWork
from hwamei.service.training_work import NotWanted, TrainingWork

log = structlog.get_logger(__name__)

MAX_RECOVERIES = 20  # of one workflow: work that kills its worker each time must end too
INTERNAL = Problem("internal_error", "something went wrong that is not the request's fault; try again", callers=False)


class HandedBack(BaseException):
    """The worker stops. Not an Exception: DBOS then leaves the workflow as it is, for another worker to go on with."""


class Hands:
    """The steps that a worker has in hand, and whether it takes more. Safe from many threads."""

    def __init__(self) -> None:
        self._busy = 0
        self._stopping = False
        self._changed = Condition()

    def go_on(self) -> None:
        """Raises HandedBack when the worker is to stop."""
        if self._stopping:
            raise HandedBack

    def __enter__(self) -> None:
        self.go_on()
        with self._changed:
            self._busy += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._busy -= 1
            self._changed.notify_all()

    def stop(self, *, within_s: float) -> bool:
        """Take no more steps; whether those in hand ended in that time."""
        self._stopping = True
        with self._changed:
            return self._changed.wait_for(lambda: not self._busy, timeout=within_s)


@dataclass(frozen=True)
class Retries:
    """How often a step is tried that may succeed yet, the first try included, and how long is waited, growing twice."""

    attempts: int = 5
    first_wait_s: float = 1.0


@dataclass(frozen=True)
class Workflows:
    """Registers the workflows with DBOS, which knows one set of them in a process."""

    speech: TaskWork
    training: TrainingWork
    hands: Hands
    retries: Retries

    def register(self) -> None:
        """Before DBOS is launched."""
        workflow = DBOS.workflow
        workflow(name=SPEECH_WORKFLOW, max_recovery_attempts=MAX_RECOVERIES)(self._speech_workflow())
        workflow(name=TRAINING_WORKFLOW, max_recovery_attempts=MAX_RECOVERIES)(self._training_workflow())

    def _step(self, workflow: str, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        decorate = DBOS.step(
            name=f"{workflow}.{name}",  # DBOS wants names of their own for all steps
            retries_allowed=True,
            max_attempts=self.retries.attempts,
            interval_seconds=self.retries.first_wait_s,
            should_retry=may_pass,
        )

        def step(*arguments: Any) -> Any:
            with self.hands:
                return work(*arguments)

        return decorate(step)

    def _speech_workflow(self) -> Callable[[str, str, int], None]:
        speak = self._step(SPEECH_WORKFLOW, "speak", self.speech.speak)
        tidy = self._step(SPEECH_WORKFLOW, "tidy", self.speech.tidy)
        fail = self._step(SPEECH_WORKFLOW, "fail", self.speech.fail)

        def speech_task(app: str, task: str, run: int = 1) -> None:  # work of an older version has no run
            work, lines, finished_s, goes_on = TaskRun(AppId(app), UUID(task), run), 0, 0.0, True
            try:
                while goes_on:
                    spoken = speak(work, lines, finished_s)
                    lines, finished_s, goes_on = spoken.lines, spoken.finished_s, spoken.goes_on
            except Exception as error:  # noqa: BLE001  # the worker's job: whatever it was, the task has an end
                fail(work, _problem(error, task_id=task))
            tidy(work, lines)

        return speech_task

    def _training_workflow(self) -> Callable[[str, str], None]:
        names = ("fetch", "check", "enrol", "train", "preview")
        steps = [self._step(TRAINING_WORKFLOW, name, _quietly(getattr(self.training, name))) for name in names]
        tidy = self._step(TRAINING_WORKFLOW, "tidy", self.training.tidy)
        fail = self._step(TRAINING_WORKFLOW, "fail", self.training.fail)

        def training_job(app: str, job: str) -> None:
            app_id, job_id = AppId(app), UUID(job)
            try:
                for step in steps:
                    if not step(app_id, job_id):
                        break
            except Exception as error:  # noqa: BLE001  # the worker's job: whatever it was, the job has an end
                fail(app_id, job_id, _problem(error, job_id=job))
            tidy(app_id, job_id)

        return training_job


def _quietly(work: Callable[[AppId, UUID], None]) -> Callable[[AppId, UUID], bool]:
    """The work; whether it is still wanted instead of NotWanted."""

    def step(app_id: AppId, job_id: UUID) -> bool:
        try:
            work(app_id, job_id)
        except NotWanted:
            return False
        return True

    return step


def _problem(error: Exception, **context: str) -> Problem:
    cause = error.errors[-1] if isinstance(error, dbos_errors.DBOSMaxStepRetriesExceeded) else error
    if isinstance(cause, HwameiError):
        log.info("work failed", error=type(cause).__name__, **context)
        return Problem.of(cause)
    log.error("work failed", exc_info=cause, **context)
    return INTERNAL
