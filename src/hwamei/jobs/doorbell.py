"""Looking for work as soon as there is some.

DBOS looks into a queue every so often. Where work is submitted in the process that does it, waiting for the next look
would be most of what a short task costs beside its speech. So the look is DBOS's own, but what it waits on between two
looks is ours, and can be rung.
"""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager
from types import TracebackType

from dbos._dbos import _get_dbos_instance
from dbos._queue import queue_worker_thread

SOON_S = 0.02
LOOKS = 6  # work that is just being ended makes room for other work within so many


class Doorbell(threading.Event):
    """The event that ends DBOS's looking into a queue; it also wakes it when it is rung, and a few times soon after,
    for the room that work needs may not be there yet. Rung by any thread."""

    def __init__(self) -> None:
        super().__init__()
        self._changed = threading.Condition()
        self._rung = self._ended = False
        self._looks = 0

    def ring(self) -> None:
        """Let the next look be now."""
        with self._changed:
            self._rung = True
            self._changed.notify_all()

    def set(self) -> None:
        """End the looking."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def is_set(self) -> bool:
        """Whether the looking has ended."""
        return self._ended

    def wait(self, timeout: float | None = None) -> bool:
        """Until it is rung, ended, or time is up; whether it has ended."""
        with self._changed:
            soon = SOON_S if self._looks else None
            until_s = min((limit for limit in (soon, timeout) if limit is not None), default=None)
            rung = self._changed.wait_for(lambda: self._rung or self._ended, until_s)
            self._looks = LOOKS if rung else max(0, self._looks - 1)
            self._rung = False
            return self._ended


class PromptLook(AbstractContextManager["PromptLook"]):
    """Looks into a queue that is registered, and that DBOS does not listen to itself, while its context is open."""

    def __init__(self, queue_name: str, doorbell: Doorbell) -> None:
        self._queue_name, self._doorbell = queue_name, doorbell
        self._thread: threading.Thread | None = None

    def __enter__(self) -> PromptLook:
        dbos = _get_dbos_instance()
        queue = dbos._sys_db.get_queue(self._queue_name)
        arguments = (self._doorbell, dbos, queue)
        self._thread = threading.Thread(target=queue_worker_thread, args=arguments, name="prompt-look", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._doorbell.set()
        if self._thread is not None:
            self._thread.join()
