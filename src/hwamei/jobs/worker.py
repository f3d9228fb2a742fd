"""A worker: runs workflows, tells that it is alive, and keeps house."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import structlog
from dbos import DBOS, DBOSConfig
from filelock import FileLock, Timeout

from hwamei.jobs.doorbell import Doorbell, PromptLook
from hwamei.jobs.housekeeping import Housekeeping
from hwamei.jobs.queues import APPLICATION, SPEECH_QUEUE, TRAINING_QUEUE, VERSION
from hwamei.jobs.workflows import Workflows

log = structlog.get_logger(__name__)

MAX_WORKERS_A_FOLDER = 64
JOBS_POLLING_S = 0.5
STOPPING_S = 30.0  # for the utterances in hand


@dataclass(frozen=True, slots=True)
class Capacity:
    """How much one worker has in hand at once, and how often it looks for more."""

    tasks: int
    jobs: int
    app_tasks: int
    app_jobs: int
    polling_s: float


class Worker(AbstractContextManager["Worker"]):
    """Works while its context is open; leaving it finishes the utterances in hand and hands the rest back.

    One in a process: DBOS keeps one application in a process.
    """

    def __init__(
        self,
        *,
        url: str,
        data: Path,
        capacity: Capacity,
        workflows: Workflows,
        housekeeping: Callable[[str], Housekeeping],
        doorbell: Doorbell,
    ) -> None:
        """`housekeeping` is made for the name that the worker gets; `doorbell`: rung when there is a speech task."""
        self._doorbell = doorbell
        self._url, self._data, self._capacity = url, data, capacity
        self._workflows, self._make_housekeeping = workflows, housekeeping
        self._open = ExitStack()
        self.name = ""

    def __enter__(self) -> Worker:
        self.name = self._open.enter_context(_Name(self._data)).text
        self._workflows.register()
        DBOS(config=self._config())
        self._open.callback(DBOS.destroy, destroy_registry=True, workflow_completion_timeout_sec=0)
        DBOS.listen_queues([TRAINING_QUEUE])
        DBOS.launch()
        self._register_queues()
        self._open.enter_context(PromptLook(SPEECH_QUEUE, self._doorbell))
        keeper = self._make_housekeeping(self.name)
        self._open.enter_context(_Thread("housekeeping", keeper.run, keeper.stop))
        self._open.enter_context(_Thread("callbacks", keeper.run_deliveries, keeper.stop))
        self._open.callback(self._hand_back)
        log.info("worker ready", worker=self.name)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def _config(self) -> DBOSConfig:
        return {
            "name": APPLICATION,
            "system_database_url": self._url,
            "application_version": VERSION,
            "executor_id": self.name,
            "run_migrations": False,
            "log_level": "ERROR",
            "scheduler_polling_interval_sec": 3600.0,
        }

    def _register_queues(self) -> None:
        capacity = self._capacity
        for name, at_once, an_app, polling_s in (
            (SPEECH_QUEUE, capacity.tasks, capacity.app_tasks, capacity.polling_s),
            # Training takes minutes, so looking for it seldom costs nobody anything.
            (TRAINING_QUEUE, capacity.jobs, capacity.app_jobs, min(5 * capacity.polling_s, JOBS_POLLING_S)),
        ):
            DBOS.register_queue(
                name,
                worker_concurrency=at_once,
                # An app alone never fills a worker that can do more than one thing: another's first task finds room.
                partition_worker_concurrency=max(1, at_once - 1),
                partition_concurrency=max(an_app, 1, at_once - 1),
                polling_interval_sec=polling_s,
                on_conflict="always_update",
            )

    def _hand_back(self) -> None:
        """Ask the steps in hand to end, and wait for the utterances that are being spoken."""
        if not self._workflows.hands.stop(within_s=STOPPING_S):
            log.warning("stopped in the middle of work", worker=self.name)


class _Name(AbstractContextManager["_Name"]):
    """A worker's name: this machine, its data folder and a number that no living worker here has.

    A worker that is started again after a crash gets the old name, so DBOS gives it its old work at once.
    """

    def __init__(self, data: Path) -> None:
        self._data = data
        self._lock: FileLock | None = None
        self.text = ""

    def __enter__(self) -> _Name:
        folder = self._data / "workers"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for number in range(MAX_WORKERS_A_FOLDER):
            lock = FileLock(folder / f"{number}.lock")
            try:
                lock.acquire(blocking=False)
            except Timeout:
                continue
            self._lock, self.text = lock, f"{socket.gethostname()}:{self._data}:{number}"
            return self
        raise RuntimeError(f"{MAX_WORKERS_A_FOLDER} workers use {self._data} already; stop one or use another folder")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lock is not None:
            self._lock.release()


class _Thread(AbstractContextManager["_Thread"]):
    """A function that runs beside everything else until it is told to stop."""

    def __init__(self, name: str, run: Callable[[], None], stop: Callable[[], None]) -> None:
        self._thread = threading.Thread(target=run, name=name, daemon=True)
        self._stop = stop

    def __enter__(self) -> _Thread:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()
        self._thread.join()
