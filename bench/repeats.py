"""Measuring on a machine that others use too: repeat, take turns, and say how far the figures lie apart."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some figures, the least and the greatest of them."""

    median: float
    low: float
    high: float

    def show(self, unit: str = "", *, digits: int = 2) -> str:
        """Such as `0.71 s (0.68–0.80)`."""
        middle, low, high = (f"{value:.{digits}f}" for value in (self.median, self.low, self.high))
        return f"{middle}{unit and ' '}{unit} ({low}–{high})"


def spread(figures: Sequence[float]) -> Spread:
    """Of at least one figure."""
    return Spread(median(figures), min(figures), max(figures))


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Of ours over theirs, round by round: what slowed a round down slowed both, and cancels."""
    return spread([a / b for a, b in zip(ours, theirs, strict=True)])


def taking_turns(rounds: int, *works: Callable[[], float]) -> list[list[float]]:
    """The figures of each work, one a round. Every second round runs backwards, so that a drift favours nobody."""
    figures: list[list[float]] = [[] for _ in works]
    for turn in range(rounds):
        order = range(len(works)) if turn % 2 == 0 else reversed(range(len(works)))
        for index in order:
            figures[index].append(works[index]())
    return figures


def seconds(work: Callable[[], object]) -> float:
    """Wall time that the work takes."""
    begun_s = time.perf_counter()
    work()
    return time.perf_counter() - begun_s
