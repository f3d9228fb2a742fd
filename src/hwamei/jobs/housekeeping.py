"""What a worker does between times: tell that it lives, take over from those that do not, and clear away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from threading import Event

import structlog
from dbos import DBOS

from hwamei.domain.errors import HwameiError
from hwamei.domain.problem import Problem
from hwamei.jobs.submitting import LOST, DbosJobs, job_workflow_id, task_workflow_id
from hwamei.ports import Blobs, Clock, Upkeep
from hwamei.service.deliveries import Deliveries
from hwamei.service.engines import Engines
from hwamei.service.task_work import TaskRun, TaskWork
from hwamei.service.training_work import TrainingWork

log = structlog.get_logger(__name__)

LOST_WORK = Problem("worker_lost", "the work was begun several times and never came to an end", callers=False)
LONG_AGO = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often things are done, and how long others may be silent."""

    deliver_s: float = 1.0
    beat_s: float = 5.0
    silence: timedelta = timedelta(seconds=20)
    sweep_s: float = 10.0
    untouched: timedelta = timedelta(seconds=30)
    clear_s: float = 300.0
    orphans: timedelta = timedelta(hours=1)


@dataclass
class Housekeeping:
    """One worker's; run by two threads of its own. Several workers may keep house at the same time."""

    name: str
    upkeep: Upkeep
    blobs: Blobs
    jobs: DbosJobs
    engines: Engines
    deliveries: Deliveries
    speech: TaskWork
    training: TrainingWork
    clock: Clock
    now_s: Callable[[], float]
    rhythm: Rhythm = field(default_factory=Rhythm)
    _stopped: Event = field(default_factory=Event)

    def run(self) -> None:
        """Until `stop`. A round that fails is logged; the next one tries again."""
        chores = [
            _Chore(self.rhythm.beat_s, self.beat),
            _Chore(self.rhythm.sweep_s, self.sweep),
            _Chore(self.rhythm.clear_s, self.clear),
        ]
        while not self._stopped.is_set():
            for chore in chores:
                chore.do_if_due(self.now_s())
            self._stopped.wait(min(self.rhythm.beat_s, self.rhythm.sweep_s) / 2)
        self.upkeep.beat(self.name, self.clock() - LONG_AGO)  # so that others take over at once

    def run_deliveries(self) -> None:
        """Until `stop`, in a thread of its own: receivers may be slow, and others must hear that this worker lives."""
        deliver = _Chore(self.rhythm.deliver_s, self.deliver)
        while not self._stopped.wait(self.rhythm.deliver_s / 2):
            deliver.do_if_due(self.now_s())

    def stop(self) -> None:
        """End `run`."""
        self._stopped.set()

    def beat(self) -> None:
        """Tell that this worker lives, and take over the work of those that do not."""
        now = self.clock()
        self.upkeep.beat(self.name, now)
        silent = [name for name in self.upkeep.silent_workers(since=now - self.rhythm.silence) if name != self.name]
        if silent:
            log.warning("taking over", workers=silent)
            DBOS._recover_pending_workflows(silent)

    def deliver(self) -> None:
        """Call back."""
        self.deliveries.deliver_due()

    def sweep(self) -> None:
        """See that all accepted work is in the queue, and that what DBOS gave up is not left without an end."""
        for kind, app_id, work_id, run, priority in self.upkeep.unfinished(before=self.clock() - self.rhythm.untouched):
            if kind == "speech_task":
                self._see_to(
                    task_workflow_id(work_id, run),
                    lambda: self.jobs.enqueue_task(app_id, work_id, run, priority=priority),  # noqa: B023  # at once
                    lambda: self.speech.fail(TaskRun(app_id, work_id, run), LOST_WORK),  # noqa: B023
                )
            else:
                self._see_to(
                    job_workflow_id(work_id, run),
                    lambda: self.jobs.enqueue_job(app_id, work_id, run),  # noqa: B023
                    lambda: self.training.fail(app_id, work_id, LOST_WORK),  # noqa: B023
                )

    def clear(self) -> None:
        """Remove what has expired and contents that no file has; let idle engines go."""
        now = self.clock()
        self.upkeep.expire(now)
        clear_orphans(self.blobs, self.upkeep, before=now - self.rhythm.orphans)
        self.engines.close_if_idle()

    def _see_to(self, workflow_id: str, enqueue: Callable[[], None], fail: Callable[[], None]) -> None:
        status = self.jobs.status(workflow_id)
        if status is None:
            enqueue()
        elif status in LOST or status == "SUCCESS":
            fail()


def clear_orphans(blobs: Blobs, upkeep: Upkeep, *, before: datetime) -> None:
    """Remove contents that no file has and that were last added before a moment: newer ones may be about to get one."""
    candidates = iter(blobs.older_than(before))
    while some := list(islice(candidates, 500)):
        used = upkeep.in_use(some)
        for sha256 in some:
            if sha256 not in used:
                blobs.remove(sha256, unless_added_since=before)


@dataclass
class _Chore:
    """Something to do every so often."""

    every_s: float
    do: Callable[[], None]
    due_s: float = 0.0

    def do_if_due(self, now_s: float) -> None:
        if now_s < self.due_s:
            return
        self.due_s = now_s + self.every_s
        try:
            self.do()
        except HwameiError as error:
            log.warning("chore failed", chore=self.do.__name__, problem=str(error))
