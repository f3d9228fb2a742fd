"""Lines that are joined while later ones are spoken."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from hwamei.service.lines_to_come import LinesToCome, NotAllSpoken


def _nothing() -> None:
    """Kept at once."""


def test_lines_come_as_they_are_kept_until_all_are() -> None:
    seen: list[int] = []
    first = Event()

    def join() -> list[int]:
        for number in coming:
            seen.append(number)
            first.set()
        return seen

    with ThreadPoolExecutor(1) as beside, LinesToCome() as coming:
        joined = beside.submit(join)
        coming.keep(_nothing, 1)
        assert first.wait(10)
        assert seen == [0]
        coming.keep(_nothing, 3)
        coming.all_kept()
        assert joined.result(10) == [0, 1, 2]
        assert list(coming) == [0, 1, 2]  # once more, for the segments


def test_a_line_does_not_come_before_it_is_kept() -> None:
    def fail() -> None:
        raise OSError("no room")

    with LinesToCome() as coming:
        with pytest.raises(OSError, match="no room"):
            coming.keep(fail, 1)
        coming.all_kept()
        assert list(coming) == []


def test_who_waits_is_told_when_the_speaking_stops() -> None:
    with ThreadPoolExecutor(1) as beside:
        with LinesToCome() as coming:
            joined = beside.submit(list[int], coming)
            coming.keep(_nothing, 2)
        with pytest.raises(NotAllSpoken):
            joined.result(10)
