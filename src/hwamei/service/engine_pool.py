"""One engine for many threads: how many may speak at once, how long one may take, when it is let go."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from hwamei.domain.errors import EngineDown, TooBusy
from hwamei.ports import Engine
from hwamei.service.engine_down import told_if_down
from hwamei.service.watched_engine import WatchedEngine

_USUAL_TURN_S = 2.0
_MEMORY = 0.8  # of the mean length of a turn: how much the past weighs


class Turns(NamedTuple):
    """How many speak at once now, and how many may."""

    taken: int
    of: int


class EnginePool:
    """Lends one engine. Safe from many threads.

    Who wants to speak now gets one of `slots` turns or is told when to come back; an engine that knows its own capacity
    has so many instead. Durable work is bounded by its queue and takes no such turn. The engine is opened when it is
    first lent and closed after `idle_s` without a borrower.
    """

    def __init__(
        self,
        name: str,
        open_engine: Callable[[], Engine],
        *,
        slots: int,
        idle_s: float,
        utterance_timeout_s: float,
        now_s: Callable[[], float],
    ) -> None:
        self.name = name
        self._slots = slots
        self._problem: str | None = None
        self._open_engine, self._now_s = open_engine, now_s
        self._idle_s, self._timeout_s = idle_s, utterance_timeout_s
        self._lock = threading.Lock()
        self._engine: WatchedEngine | None = None
        self._turns_taken = 0
        self._borrowers = 0
        self._last_used_s = now_s()
        self._turn_s = _USUAL_TURN_S

    @property
    def slots(self) -> int:
        """How many may speak at once."""
        engine = self._engine
        return (engine and engine.capacity) or self._slots

    @property
    def turns_taken(self) -> int:
        """How many of the slots are taken."""
        return self._turns_taken

    @property
    def turns(self) -> Turns:
        """Both together."""
        return Turns(self._turns_taken, self.slots)

    @property
    def problem(self) -> str | None:
        """Why the engine was not to be had when it was last asked; None if it was, or was never asked."""
        engine = self._engine
        return self._problem if engine is None else engine.problem

    @property
    def is_open(self) -> bool:
        """Whether an engine is held."""
        return self._engine is not None

    @contextmanager
    def at_once(self) -> Iterator[Engine]:
        """The engine for somebody who waits for sound. Raises TooBusy when all turns are taken, EngineDown."""
        with self.for_work() as engine:
            self._take_turn()
            begun_s = self._now_s()
            try:
                yield engine
            finally:
                self._give_turn_back(self._now_s() - begun_s)

    @contextmanager
    def for_work(self) -> Iterator[Engine]:
        """The engine for durable work. Raises EngineDown."""
        with self._lock:
            self._borrowers += 1
        try:
            yield self._opened()
        finally:
            with self._lock:
                self._borrowers -= 1
                self._last_used_s = self._now_s()

    def close_if_idle(self) -> bool:
        """Let the engine go if nobody has used it for a while; whether it was."""
        with self._lock:
            idle = self._engine is not None and not self._borrowers
            if not idle or self._now_s() - self._last_used_s < self._idle_s:
                return False
            engine, self._engine = self._engine, None
        assert engine is not None
        engine.__exit__(None, None, None)
        return True

    def close(self) -> None:
        """Let the engine go."""
        with self._lock:
            engine, self._engine = self._engine, None
        if engine is not None:
            engine.__exit__(None, None, None)

    def _opened(self) -> WatchedEngine:
        with self._lock:
            if self._engine is None or self._engine.hung:
                self._engine = self._open()
            return self._engine

    def _open(self) -> WatchedEngine:
        try:
            with told_if_down(self.name):
                return WatchedEngine(self._open_engine().__enter__(), self._timeout_s)
        except EngineDown as down:
            self._problem = down.problem
            raise

    def _take_turn(self) -> None:
        with self._lock:
            if self._turns_taken >= self.slots:
                after_s = max(1.0, self._turn_s / self.slots)
                raise TooBusy(what="the engine", retry_after_s=after_s, at_once=self.slots)
            self._turns_taken += 1

    def _give_turn_back(self, took_s: float) -> None:
        with self._lock:
            self._turns_taken -= 1
            self._turn_s = _MEMORY * self._turn_s + (1 - _MEMORY) * took_s
