"""All the servers together: who is asked first, who next, and what it means when none can."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256

from hwamei.domain.audio import Audio
from hwamei.domain.errors import EngineDown, EngineFailed, HwameiError, TooBusy
from hwamei.engines.remote.calls import Listed
from hwamei.engines.remote.failures import Broken, Busy, Declined, Fault, Unreachable
from hwamei.engines.remote.prompt import ENGINE
from hwamei.engines.remote.replica import Replica, Speech

_LOOK_AGAIN_S = 0.5  # at least so often while all are busy


@dataclass
class _Round:
    """What came of asking each server once."""

    busy_s: list[float] = field(default_factory=list)
    broken: list[Fault] = field(default_factory=list)

    def verdict(self, replicas: Sequence[Replica]) -> HwameiError:
        """What whoever asked is told."""
        if self.broken:
            return EngineFailed(engine=ENGINE, problem=f"the server {self.broken[-1].problem}")
        if self.busy_s:
            return TooBusy(what="the engine", retry_after_s=max(1.0, min(self.busy_s)))
        back_in_s = min(replica.health.back_in_s for replica in replicas)
        problem = f"none of its servers ({len(replicas)}) answers"
        return EngineDown(engine=ENGINE, problem=problem, retry_after_s=max(1.0, back_in_s))


class Replicas:
    """Safe from several threads."""

    def __init__(self, replicas: Sequence[Replica], *, wait_s: float, now_s: Callable[[], float]) -> None:
        self._replicas, self._wait_s, self._now_s = replicas, wait_s, now_s
        self._room = threading.Condition()

    @property
    def up(self) -> int:
        """How many have answered when they were last asked, or were not asked yet."""
        return sum(replica.health.is_up for replica in self._replicas)

    def sound(self, speech: Speech) -> Generator[Audio, None, None]:
        """The speech piece by piece, by the first server that can. Raises EngineFailed, EngineDown, TooBusy."""
        give_up_at_s = self._now_s() + self._wait_s
        while True:
            round_ = _Round()
            if (yield from self._one_round(speech, round_)):
                return
            left_s = give_up_at_s - self._now_s()
            if round_.broken or not round_.busy_s or left_s < min(round_.busy_s):
                raise round_.verdict(self._replicas)
            with self._room:
                self._room.wait(min(round_.busy_s))

    def voices(self) -> Listed | None:
        """What the first server that answers lists; None if none does."""
        for replica in self._replicas:
            try:
                if replica.is_up():
                    with replica.heeded():
                        return replica.calls.voices()
            except Fault:
                continue
        return None

    def _one_round(self, speech: Speech, round_: _Round) -> Generator[Audio, None, bool]:
        """Whether somebody has spoken."""
        for replica in _in_order(self._replicas, speech.speaker.name):
            if not replica.is_up():
                continue
            with self._place(replica) as free:
                if not free:
                    round_.busy_s.append(_LOOK_AGAIN_S)
                elif (yield from _spoken(replica, speech, round_)):
                    return True
        return False

    @contextmanager
    def _place(self, replica: Replica) -> Iterator[bool]:
        """Whether the server has room for one more; while the context lasts."""
        if not replica.take_place():
            yield False
            return
        try:
            yield True
        finally:
            replica.give_place_back()
            with self._room:
                self._room.notify()


def _spoken(replica: Replica, speech: Speech, round_: _Round) -> Generator[Audio, None, bool]:
    """The speech, if this server can; otherwise false, and the round knows why. Once it has begun to sound, no other
    server can go on: raises EngineFailed then."""
    with closing(_generated(replica.sound(speech))) as pieces:
        try:
            first = next(pieces, None)
        except Declined as error:
            raise EngineFailed(engine=ENGINE, problem=f"the server {error.problem}") from error
        except Busy as error:
            round_.busy_s.append(error.retry_after_s)
            return False
        except Unreachable:
            return False
        except Broken as error:
            round_.broken.append(error)
            return False
        if first is None:
            round_.broken.append(Broken("sent no sound"))
            return False
        yield first
        try:
            yield from pieces
        except Fault as error:
            raise EngineFailed(engine=ENGINE, problem=f"the server {error.problem}, midway") from error
    return True


def _generated(pieces: Iterator[Audio]) -> Generator[Audio, None, None]:
    yield from pieces


def _in_order(replicas: Sequence[Replica], voice: str) -> list[Replica]:
    """The servers as this voice prefers them: always the same one first, and each server as often by another's end."""

    def rank(replica: Replica) -> bytes:
        return sha256(f"{replica.calls.url}\0{voice}".encode()).digest()

    return sorted(replicas, key=rank)


def clock() -> float:
    """Seconds that never go back."""
    return time.monotonic()
