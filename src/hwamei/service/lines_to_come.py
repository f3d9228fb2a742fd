"""Joining the lines of a task while later ones are still being spoken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from threading import Condition
from types import TracebackType


class NotAllSpoken(Exception):
    """Who speaks has stopped before the last line."""


class LinesToCome(AbstractContextManager["LinesToCome"]):
    """The numbers of lines, from 0 on, as they are kept. Told by one thread at a time; iterated by any, which waits,
    until it is told that all are kept. Leaving the context ends the waiting with NotAllSpoken."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._kept = 0
        self._all_kept = self._left = False

    def keep(self, keep: Callable[[], None], lines: int) -> None:
        """Keep one; so many are kept then."""
        keep()
        with self._changed:
            self._kept = lines
            self._changed.notify_all()

    def all_kept(self) -> None:
        """There are no more."""
        with self._changed:
            self._all_kept = True
            self._changed.notify_all()

    def __iter__(self) -> Iterator[int]:
        number = 0
        while self._is_kept(number):
            yield number
            number += 1

    def _is_kept(self, number: int) -> bool:
        """Waits; False if there is none of this number."""
        with self._changed:
            self._changed.wait_for(lambda: number < self._kept or self._all_kept or self._left)
            if number < self._kept or self._all_kept:
                return number < self._kept
        raise NotAllSpoken

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._left = True
            self._changed.notify_all()
