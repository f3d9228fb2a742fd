"""An engine with a time limit on what it speaks."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import contextmanager
from types import TracebackType
from typing import TypeVar

from hwamei.domain.audio import Audio
from hwamei.domain.errors import EngineDown, EngineHung
from hwamei.domain.language import Language
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import SpokenUtterance, Utterance
from hwamei.domain.voice import Gender, Level, Voiceprint
from hwamei.ports import Checkpoints, EarlyEngine, Engine, EngineWithCapacity, Progress, StreamingEngine
from hwamei.service.engine_down import told_if_down

Made = TypeVar("Made")
Returned = TypeVar("Returned")


class WatchedEngine:
    """An engine whose utterances have a time limit. One that hangs is left to its fate: a thread cannot be ended.

    It streams, or speaks early, if the engine does; then the limit is on each piece. That the engine is down is told as
    EngineDown.
    """

    def __init__(self, engine: Engine, timeout_s: float) -> None:
        self.name, self.sample_rate_hz = engine.name, engine.sample_rate_hz
        self.hung = False
        self.problem: str | None = None
        """Why it was not to be had when it was last asked; None if it was."""
        self._engine, self._timeout_s = engine, timeout_s
        self._threads = ThreadPoolExecutor(thread_name_prefix="speak")
        if isinstance(engine, StreamingEngine):
            self.stream = self._stream  # who has it streams: what asks for it looks whether it is there
        if isinstance(engine, EarlyEngine):
            self.speak_early = self._speak_early

    def __enter__(self) -> WatchedEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=False)
        if not self.hung:
            self._engine.__exit__(kind, error, trace)

    @property
    def capacity(self) -> int | None:
        """How many utterances it can speak at once, if it says so itself."""
        return max(1, self._engine.capacity) if isinstance(self._engine, EngineWithCapacity) else None

    def speak(self, utterance: Utterance, voiceprint: Voiceprint, delivery: Delivery) -> SpokenUtterance:
        """The utterance. Raises EngineHung, EngineDown, and what the engine raises."""
        with self._asked():
            return self._in_time(lambda: self._engine.speak(utterance, voiceprint, delivery))

    def _stream(
        self, utterance: Utterance, voiceprint: Voiceprint, delivery: Delivery
    ) -> Generator[Audio, None, SpokenUtterance]:
        """The utterance piece by piece. Raises as `speak`."""
        assert isinstance(self._engine, StreamingEngine)
        return (yield from self._each_in_time(self._engine.stream(utterance, voiceprint, delivery)))

    def _speak_early(
        self, utterance: Utterance, voiceprint: Voiceprint, delivery: Delivery
    ) -> Generator[SpokenUtterance, None, None]:
        """The utterance in parts, of which each has the time limit. Raises as `speak`."""
        assert isinstance(self._engine, EarlyEngine)
        yield from self._each_in_time(self._engine.speak_early(utterance, voiceprint, delivery))

    def _each_in_time(self, parts: Generator[Made, None, Returned]) -> Generator[Made, None, Returned]:
        ended: list[Returned] = []

        def next_part() -> Made | None:
            try:
                return next(parts)
            except StopIteration as end:
                ended.append(end.value)
                return None

        try:
            with self._asked():
                while (part := self._in_time(next_part)) is not None:
                    yield part
        finally:
            if not self.hung:  # a generator at work cannot be closed
                parts.close()
        return ended[0]

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """Note whether it is down. Raises EngineDown, and what the engine raises."""
        try:
            with told_if_down(self.name):
                yield
        except EngineDown as down:
            self.problem = down.problem
            raise
        self.problem = None

    def _in_time(self, work: Callable[[], Made]) -> Made:
        made: Future[Made] = self._threads.submit(work)
        try:
            return made.result(timeout=self._timeout_s)
        except FutureTimeout as error:
            if made.done():  # a TimeoutError of the engine's own
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
        with self._asked():
            return self._engine.enrol(
                reference, said=said, level=level, seed=seed, progress=progress, checkpoints=checkpoints
            )

    def preset(self, name: str) -> Voiceprint:
        """As the engine does."""
        with self._asked():
            return self._engine.preset(name)

    def preset_language(self, name: str) -> Language | None:
        """As the engine does."""
        return self._engine.preset_language(name)

    def preset_gender(self, name: str) -> Gender | None:
        """As the engine does."""
        return self._engine.preset_gender(name)

    def presets(self) -> Sequence[str]:
        """As the engine does."""
        with self._asked():
            return self._engine.presets()
