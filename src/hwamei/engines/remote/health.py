"""Whether a server is asked at all: after a failure not for a while, each time longer."""

from __future__ import annotations

import threading
from collections.abc import Callable

FIRST_REST_S, LONGEST_REST_S = 1.0, 60.0


class Health:
    """Up, or down until some time. Safe from several threads."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._lock = threading.Lock()
        self._down_until_s: float | None = None
        self._rest_s = FIRST_REST_S

    @property
    def is_up(self) -> bool:
        """Whether it has answered when it was last asked."""
        return self._down_until_s is None

    @property
    def back_in_s(self) -> float:
        """In how many seconds it is looked at again; 0 for one that is up."""
        until_s = self._down_until_s
        return 0.0 if until_s is None else max(0.0, until_s - self._now_s())

    def may_look(self) -> bool:
        """Whether the time has come to see if it is up again; for one of those who ask at the same time."""
        with self._lock:
            if self._down_until_s is None or self._now_s() < self._down_until_s:
                return False
            self._down_until_s = self._now_s() + self._rest_s
            return True

    def failed(self) -> bool:
        """It did not answer; whether that is news."""
        with self._lock:
            news = self._down_until_s is None
            self._down_until_s = self._now_s() + self._rest_s
            self._rest_s = min(2 * self._rest_s, LONGEST_REST_S)
            return news

    def answered(self) -> None:
        """It did."""
        if self._down_until_s is not None or self._rest_s != FIRST_REST_S:
            with self._lock:
                self._down_until_s, self._rest_s = None, FIRST_REST_S
