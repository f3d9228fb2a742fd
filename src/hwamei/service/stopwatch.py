"""How long work takes that others wait between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

Made = TypeVar("Made")


class Stopwatch:
    """Runs while things are made, not while somebody else has them. Used by one thread."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s, self._worked_s = now_s, 0.0
        self._begun_s = now_s()

    def timed(self, things: Iterator[Made]) -> Iterator[Made]:
        """The things as they are made."""
        self._begun_s = self._now_s()
        for thing in things:
            self._worked_s += self._now_s() - self._begun_s
            yield thing
            self._begun_s = self._now_s()

    def lap_s(self) -> float:
        """Seconds of work since it was asked last. To be asked while things are made."""
        now_s = self._now_s()
        worked_s, self._worked_s = self._worked_s + now_s - self._begun_s, 0.0
        self._begun_s = now_s
        return worked_s
