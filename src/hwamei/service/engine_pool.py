"""One engine for many threads: how many may speak at once, how long one may take, when it is let go."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import contextmanager
from types import TracebackType

from hwamei.domain.audio import Audio
from hwamei.domain.errors import EngineHung, TooBusy
from hwamei.domain.language import Language
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import SpokenUtterance, Utterance
from hwamei.domain.voice import Gender, Level, Voiceprint
from hwamei.ports import Checkpoints, Engine, Progress

_USUAL_TURN_S = 2.0
_MEMORY = 0.8  # of the mean length of a turn: how much the past weighs


class EnginePool:
    """Lends the engine. Safe from many threads.

    Who wants to speak now gets one of `slots` turns or is told when to come back; durable work is bounded by its queue
    and takes no such turn. The engine is opened when it is first lent and closed after `idle_s` without a borrower.
    """

    def __init__(
        self,
        open_engine: Callable[[], Engine],
        *,
        slots: int,
        idle_s: float,
        utterance_timeout_s: float,
        now_s: Callable[[], float],
    ) -> None:
        self.slots = slots
        self._open_engine, self._now_s = open_engine, now_s
        self._idle_s, self._timeout_s = idle_s, utterance_timeout_s
        self._lock = threading.Lock()
        self._engine: _Watched | None = None
        self._turns_taken = 0
        self._borrowers = 0
        self._last_used_s = now_s()
        self._turn_s = _USUAL_TURN_S

    @property
    def turns_taken(self) -> int:
        """How many of the slots are taken."""
        return self._turns_taken

    @property
    def is_open(self) -> bool:
        """Whether an engine is held."""
        return self._engine is not None

    @contextmanager
    def at_once(self) -> Iterator[Engine]:
        """The engine for somebody who waits for sound. Raises TooBusy when all turns are taken."""
        self._take_turn()
        begun_s = self._now_s()
        try:
            with self.for_work() as engine:
                yield engine
        finally:
            self._give_turn_back(self._now_s() - begun_s)

    @contextmanager
    def for_work(self) -> Iterator[Engine]:
        """The engine for durable work."""
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

    def _opened(self) -> _Watched:
        with self._lock:
            if self._engine is None or self._engine.hung:
                self._engine = _Watched(self._open_engine().__enter__(), self._timeout_s)
            return self._engine

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


class _Watched:
    """An engine whose utterances have a time limit. One that hangs is left to its fate: a thread cannot be ended."""

    def __init__(self, engine: Engine, timeout_s: float) -> None:
        self.name, self.sample_rate_hz = engine.name, engine.sample_rate_hz
        self.hung = False
        self._engine, self._timeout_s = engine, timeout_s
        self._threads = ThreadPoolExecutor(thread_name_prefix="speak")

    def __enter__(self) -> _Watched:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=False)
        if not self.hung:
            self._engine.__exit__(kind, error, trace)

    def speak(self, utterance: Utterance, voiceprint: Voiceprint, delivery: Delivery) -> SpokenUtterance:
        """The utterance. Raises EngineHung, and what the engine raises."""
        work: Future[SpokenUtterance] = self._threads.submit(self._engine.speak, utterance, voiceprint, delivery)
        try:
            return work.result(timeout=self._timeout_s)
        except FutureTimeout as error:
            if work.done():  # a TimeoutError of the engine's own
                raise
            self.hung = True
            raise EngineHung(engine=self.name, waited_s=self._timeout_s) from error

    def enrol(
        self,
        reference: Sequence[Audio],
        *,
        said: Sequence[str | None] = (),
        level: Level,
        seed: int,
        progress: Progress,
        checkpoints: Checkpoints,
    ) -> Voiceprint:
        """As the engine does."""
        return self._engine.enrol(
            reference, said=said, level=level, seed=seed, progress=progress, checkpoints=checkpoints
        )

    def preset(self, name: str) -> Voiceprint:
        """As the engine does."""
        return self._engine.preset(name)

    def preset_language(self, name: str) -> Language | None:
        """As the engine does."""
        return self._engine.preset_language(name)

    def preset_gender(self, name: str) -> Gender | None:
        """As the engine does."""
        return self._engine.preset_gender(name)

    def presets(self) -> Sequence[str]:
        """As the engine does."""
        return self._engine.presets()
