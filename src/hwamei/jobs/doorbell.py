"""Looking for work as soon as there is some, or room for more.

DBOS looks into a queue every so often. Where work is submitted in the process that does it, waiting for the next look
would be most of what a short task costs beside its speech. So the look is DBOS's own, but what it waits on between two
looks is ours, and can be rung.

DBOS counts a workflow as running from when its thread has begun. A look that comes before that would give its place
away a second time, and an app all places of a worker. So a look that claims work does not end before all of it counts.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

from dbos import DBOS, _queue
from dbos._core import WorkflowHandleFuture, execute_dequeued_workflow
from dbos._dbos import _get_dbos_instance

REST_S = 0.02  # between two looks, however often it rings: each takes some milliseconds of a processor
BEGINS_WITHIN_S = 0.001  # usually


class Doorbell(threading.Event):
    """What a thread waits on between two looks into a queue: that time is up, or that somebody rings. Rung by any
    thread, waited on by one. `set` ends the looking."""

    def __init__(self) -> None:
        super().__init__()
        self._ended = False

    def ring(self) -> None:
        """Let the next look be now, or as soon as the one under way has ended."""
        super().set()

    def set(self) -> None:
        """End the looking."""
        self._ended = True
        self.ring()

    def is_set(self) -> bool:
        """Whether the looking has ended."""
        return self._ended

    def wait(self, timeout: float | None = None) -> bool:
        """Until it is rung, ended, or time is up; whether it has ended."""
        time.sleep(REST_S)
        super().wait(timeout)
        if not self._ended:
            self.clear()
        return self._ended


class PromptLook(AbstractContextManager["PromptLook"]):
    """Looks into a queue that is registered, and that DBOS does not listen to itself, while its context is open: when
    it rings, when work has ended, and every so often for what other processes submit."""

    def __init__(self, queue_name: str, doorbell: Doorbell) -> None:
        self._queue_name, self._doorbell = queue_name, doorbell
        self._thread: threading.Thread | None = None

    def __enter__(self) -> PromptLook:
        _replace_start(self._start)
        instance = _get_dbos_instance()
        arguments = (self._doorbell, instance, instance._sys_db.get_queue(self._queue_name))
        self._thread = threading.Thread(
            target=_queue.queue_worker_thread, args=arguments, name="prompt-look", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._doorbell.set()
        if self._thread is not None:
            self._thread.join()
        _replace_start(execute_dequeued_workflow)

    def _start(self, instance: DBOS, status: Any, owner_xid: str) -> Any:
        """Start a workflow that a look has just claimed; the next look counts it, unless it has ended."""
        handle = execute_dequeued_workflow(instance, status, owner_xid)
        if isinstance(handle, WorkflowHandleFuture):  # else it is not ours any more
            running, workflow = instance._active_workflows_set, handle.future
            while handle.workflow_id not in running.activeList() and not workflow.done():
                time.sleep(BEGINS_WITHIN_S)
            workflow.add_done_callback(lambda _: self._doorbell.ring())
        return handle


def _replace_start(start: Callable[..., Any]) -> None:
    """Have every look of this process start what it has claimed by this."""
    setattr(_queue, "execute_dequeued_workflow", start)  # noqa: B010  # DBOS does not offer it
