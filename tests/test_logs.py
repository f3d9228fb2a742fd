"""Logs are for machines and people, and hold no more than they were given."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from hwamei import logs


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged from `info` on; afterwards logging is as before."""
    root = logging.getLogger()
    level, handlers, before = root.level, list(root.handlers), structlog.get_config()
    stream = io.StringIO()
    logs.configure("info", stream=stream)
    yield stream
    structlog.configure(**before)
    root.setLevel(level)
    root.handlers[:] = handlers


def lines(written: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_an_event_is_a_line_of_json_with_time_level_and_what_it_belongs_to(written: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request_id="abc"):
        structlog.get_logger("test").info("task done", seconds=1.5)
    (line,) = lines(written)
    assert {**line, "timestamp": ""} == {
        "event": "task done",
        "level": "info",
        "request_id": "abc",
        "seconds": 1.5,
        "timestamp": "",
    }
    assert str(line["timestamp"]).endswith("Z")


def test_less_serious_events_are_not_logged(written: io.StringIO) -> None:
    structlog.get_logger("test").debug("nothing")
    logging.getLogger("library").debug("nothing")
    logging.getLogger("httpx").info("GET https://somewhere/?key=hw_secret")
    assert lines(written) == []


def test_libraries_log_the_same_way(written: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request_id="abc"):
        logging.getLogger("library").warning("queue %s", "slow")
    (line,) = lines(written)
    assert (line["event"], line["level"], line["request_id"]) == ("queue slow", "warning", "abc")


def test_a_traceback_does_not_show_the_values_of_variables(written: io.StringIO) -> None:
    def fail() -> None:
        text = "secret " + "words"
        raise RuntimeError(len(text))

    try:
        fail()
    except RuntimeError as error:
        structlog.get_logger("test").error("failed", exc_info=error)
        logging.getLogger("library").exception("failed")
    ours, theirs = lines(written)
    for line in (ours, theirs):
        assert "RuntimeError: 12" in str(line["exception"])
        assert "secret words" not in str(line)
