"""A text that comes piece by piece is cut where it can be spoken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.dialects.elevenlabs.pieces import Pieces


def test_what_is_short_waits_for_more_and_a_piece_ends_with_a_clause() -> None:
    pieces = Pieces([20, 5])
    assert pieces.add("One two, three. ") == ""
    assert pieces.add("Four five, six") == "One two, three. Four five,"
    assert pieces.add(" seven") == ""
    assert pieces.add(". Eight ") == " six seven."
    assert pieces.rest() == " Eight "
    assert pieces.rest() == ""


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("今天天气很好，我们去", "今天天气很好，"),
        ("It costs 1,000.50 now", ""),
        ("“Well.” she said", "“Well.”"),
        ("他说：“好。”然后", "他说：“好。”"),
        ("no mark at all", ""),
        ("... ?", ""),
    ],
)
def test_marks_end_clauses_in_both_languages(text: str, piece: str) -> None:
    assert Pieces([1]).add(text) == piece


def test_a_trigger_needs_fifty_characters() -> None:
    assert Pieces().add("Word, " * 8, triggered=True) == ""
    assert Pieces().add("Word, " * 9, triggered=True) == "Word, " * 8 + "Word,"
    assert Pieces([10]).add("Word, " * 2, triggered=True) == "Word, Word,"


def test_at_once_nothing_waits() -> None:
    pieces = Pieces(at_once=True)
    assert pieces.add(" ") == ""
    assert pieces.add("Hello") == "Hello"


@given(st.lists(st.text("ab ,.。，\n", max_size=12)), st.lists(st.integers(1, 30), min_size=1, max_size=3))
def test_nothing_that_can_be_said_is_lost_or_said_twice(texts: list[str], schedule: list[int]) -> None:
    pieces = Pieces(schedule)
    said = "".join([*(pieces.add(text) for text in texts), pieces.rest()])
    assert [each for each in said if each.isalnum()] == [each for each in "".join(texts) if each.isalnum()]
