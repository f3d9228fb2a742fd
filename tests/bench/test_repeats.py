"""Figures of a noisy machine."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bench.repeats import Spread, ratio, spread, taking_turns

figures = st.lists(st.floats(0.01, 1e3), min_size=1, max_size=20)


@given(figures)
def test_the_median_lies_between_the_least_and_the_greatest(given_figures: list[float]) -> None:
    found = spread(given_figures)
    assert min(given_figures) == found.low <= found.median <= found.high == max(given_figures)


@given(figures, st.floats(0.1, 10))
def test_a_work_that_takes_a_fixed_share_has_that_ratio_however_the_rounds_differ(
    theirs: list[float], share: float
) -> None:
    found = ratio([share * figure for figure in theirs], theirs)
    assert abs(found.low - share) < 1e-9 * share
    assert abs(found.high - share) < 1e-9 * share


def test_works_take_turns_and_every_second_round_runs_backwards() -> None:
    order: list[str] = []

    def work(name: str) -> float:
        order.append(name)
        return float(len(order))

    found = taking_turns(3, lambda: work("a"), lambda: work("b"))
    assert "".join(order) == "abbaab"
    assert found == [[1.0, 4.0, 5.0], [2.0, 3.0, 6.0]]


def test_a_spread_is_shown_with_its_unit() -> None:
    assert Spread(0.714, 0.68, 0.8).show("s") == "0.71 s (0.68–0.80)"
    assert Spread(0.714, 0.68, 0.8).show() == "0.71 (0.68–0.80)"
