"""Ids, faults, and answers that break off."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

import httpx
import pytest
import structlog
from structlog.testing import capture_logs
from structlog.typing import EventDict

from tests.serving import until
from tests.web.conftest import Small


def test_the_id_of_a_request_is_the_callers_if_it_is_sane(small: Small) -> None:
    answer = httpx.get(f"{small.url}/refused", headers={"x-request-id": "abc-1.2_3"})
    assert answer.headers["x-request-id"] == answer.json()["error"]["request_id"] == "abc-1.2_3"


@pytest.mark.parametrize("given", ["", "a b", "x" * 81, "<script>"])
def test_an_id_that_is_not_sane_is_replaced(given: str, small: Small) -> None:
    answer = httpx.get(f"{small.url}/refused", headers={"x-request-id": given})
    assert answer.headers["x-request-id"] == answer.json()["error"]["request_id"]
    assert len(answer.headers["x-request-id"]) == 32


def test_a_fault_of_ours_is_told_without_what_it_was_and_logged_with_its_traceback(small: Small) -> None:
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logged:
        answer = httpx.get(f"{small.url}/fault")
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "unexpected")
    assert "hw_secret" not in answer.text
    fault = next(line for line in logged if line["log_level"] == "error")
    assert isinstance(fault["exc_info"], RuntimeError)
    assert fault["request_id"] == answer.headers["x-request-id"]


def requests_in(logged: Sequence[EventDict], *, at_least: int) -> Sequence[EventDict]:
    """The lines of requests, once there are enough: they are written after the answer."""
    lines = [line for line in logged if line["event"] == "request"]
    return lines if len(lines) >= at_least else []


def test_each_request_is_logged_once_without_what_was_in_it(small: Small) -> None:
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logged:
        httpx.post(f"{small.url}/order?key=hw_secret", json={"text": "secret words"})
        httpx.get(f"{small.url}/nothing/hw_secret")
        lines = until(lambda: requests_in(logged, at_least=2), within_s=10)
    assert [(line["route"], line["status"]) for line in lines] == [("/order", 200), ("unmatched", 404)]
    assert "secret" not in str(logged)


def test_an_address_or_method_that_is_not_there_is_told_like_all_errors(small: Small) -> None:
    assert httpx.get(f"{small.url}/nothing").json()["error"]["code"] == "no_such_call"
    answer = httpx.put(f"{small.url}/refused")
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "wrong_method")
    assert answer.headers["allow"] == "GET"


def test_chunks_come_one_after_the_other(small: Small) -> None:
    answer = httpx.get(f"{small.url}/three")
    assert answer.text == "one two three"
    assert "content-length" not in answer.headers


def test_when_the_client_goes_the_work_ends(small: Small) -> None:
    with httpx.stream("GET", f"{small.url}/endless") as answer:
        assert next(answer.iter_raw())[:5] == b"first"
    assert small.closed.wait(10)


def test_a_client_that_does_not_read_does_not_hold_the_work_for_ever(small: Small) -> None:
    parts = urlsplit(small.url)
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as connection:
        connection.sendall(b"GET /unread HTTP/1.1\r\nHost: test\r\n\r\n")
        assert small.closed.wait(30)
        assert small.chunks_made > 1


@pytest.mark.parametrize("sized", [True, False])
def test_an_answer_that_breaks_off_does_not_look_complete(sized: bool, small: Small) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{small.url}/breaks", params={"sized": sized})
    assert httpx.get(f"{small.url}/three").text == "one two three"


def test_requests_are_counted_by_route_and_status(small: Small) -> None:
    httpx.get(f"{small.url}/refused")
    httpx.get(f"{small.url}/nothing")
    counted = 'hwamei_requests_total{method="GET",route="%s",status="%s"} 1.0'
    lines = {counted % ("/refused", 422), counted % ("unmatched", 404)}
    until(lambda: lines <= set(small.metrics.page().decode().splitlines()), within_s=10)
