"""Passes open what they say, for a while, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.domain.app import App
from hwamei.domain.errors import NotFound
from hwamei.service.passes import Passes
from tests.edge.conftest import Calendar

MINUTE = timedelta(minutes=1)


def test_a_pass_says_whose_it_is_and_what_for(app: App, clock: Calendar) -> None:
    passes = Passes(b"key", clock)
    issued = passes.issue(app, "socket", {"voice": "梅"}, lasts=MINUTE)
    assert issued.replace("-", "").replace("_", "").replace(".", "").isalnum()
    assert passes.read("socket", issued) == (app.id, {"voice": "梅"})


def test_a_pass_ends(app: App, clock: Calendar) -> None:
    passes = Passes(b"key", clock)
    issued = passes.issue(app, "socket", {}, lasts=MINUTE)
    clock.turn(seconds=59)
    passes.read("socket", issued)
    clock.turn(seconds=1)
    with pytest.raises(NotFound):
        passes.read("socket", issued)


def test_a_pass_of_another_key_or_for_another_purpose_opens_nothing(app: App, clock: Calendar) -> None:
    issued = Passes(b"key", clock).issue(app, "socket", {}, lasts=MINUTE)
    for passes, purpose in ((Passes(b"another", clock), "socket"), (Passes(b"key", clock), "other")):
        with pytest.raises(NotFound):
            passes.read(purpose, issued)


@given(st.text(), st.integers(0, 200))
def test_what_is_no_pass_opens_nothing(text: str, position: int) -> None:
    passes = Passes(b"key", Calendar())
    for given_text in (text, f"{text}.{text}", "é" * position, "W10." + "A" * position):
        with pytest.raises(NotFound):
            passes.read("socket", given_text)


def test_a_pass_that_was_changed_opens_nothing(app: App, clock: Calendar) -> None:
    passes = Passes(b"key", clock)
    issued = passes.issue(app, "socket", {"voice": "a"}, lasts=MINUTE)
    for position in range(0, len(issued) - 1, 7):
        changed = issued[:position] + ("A" if issued[position] != "A" else "B") + issued[position + 1 :]
        with pytest.raises(NotFound):
            passes.read("socket", changed)
