"""The voices that the servers bring along, asked for now and then."""

from __future__ import annotations

import threading
from collections.abc import Callable

from hwamei.engines.remote.replicas import Replicas

FRESH_S, AFTER_FAILURE_S = 60.0, 5.0
MAX_VOICES = 1_000


class Presets:
    """Safe from several threads. One asks at a time; others wait for it only where nothing is known yet."""

    def __init__(self, replicas: Replicas, now_s: Callable[[], float]) -> None:
        self._replicas, self._now_s = replicas, now_s
        self._lock = threading.Lock()
        self._names: tuple[str, ...] | None = None
        self._ask_at_s = 0.0

    def names(self) -> tuple[str, ...] | None:
        """As the servers had it a minute ago or less, or when they last answered; None if they never did."""
        if self._now_s() < self._ask_at_s or not self._lock.acquire(blocking=self._names is None):
            return self._names
        try:
            if self._now_s() >= self._ask_at_s:
                self._ask()
        finally:
            self._lock.release()
        return self._names

    def _ask(self) -> None:
        listed = self._replicas.voices()
        self._names = self._names if listed is None else listed.own[:MAX_VOICES]
        self._ask_at_s = self._now_s() + (AFTER_FAILURE_S if listed is None else FRESH_S)
