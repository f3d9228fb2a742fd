"""Cutting a row of things that cannot be cut themselves into pieces of like width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

Piece = tuple[int, int]
"""Units first..last-1."""


def cut_evenly(widths: Sequence[int], cut_costs: Sequence[float], *, full: int) -> list[Piece]:
    """The units with these widths in the fewest pieces no wider than `full` (a unit wider than that stands alone).

    Of those the ones whose widths lie nearest to the even width, in squares, plus the cut cost of each unit that begins
    a piece: dynamic programming, in time units x the units of a full piece.
    """
    edges = [0, *accumulate(widths)]
    even = edges[-1] / max(1, -(-edges[-1] // full))
    best = [(0, 0.0, 0)]  # for the first n units: pieces, their cost, where the last of them begins
    for end in range(1, len(edges)):
        options = []
        for begin in range(end - 1, -1, -1):
            piece = edges[end] - edges[begin]
            if piece > full and begin < end - 1:
                break
            pieces, cost, _ = best[begin]
            cut = cut_costs[begin] if begin else 0.0
            options.append((pieces + 1, cost + (piece - even) ** 2 + cut, begin))
        best.append(min(options))
    return list(_traced(best))[::-1]


def _traced(best: Sequence[tuple[int, float, int]]) -> Iterator[Piece]:
    """The pieces, the last one first."""
    end = len(best) - 1
    while end:
        begin = best[end][2]
        yield begin, end
        end = begin
