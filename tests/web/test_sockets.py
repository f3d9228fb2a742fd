"""Sockets: opened or refused, answered in order, and let go when nobody listens."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import socket
from collections.abc import Generator, Iterator
from contextlib import aclosing, contextmanager, suppress

import httpx
import pytest
import structlog
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from structlog.testing import capture_logs
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from hwamei.web.addresses import base_url
from hwamei.web.sockets import in_threads
from tests.serving import until
from tests.web.conftest import GRACE_S, PATIENCE, Small


def talking(small: Small, path: str = "/talk") -> ClientConnection:
    """A socket. No pings of its own: they would keep it from being idle for a client that counts them."""
    return connect(small.url.replace("http:", "ws:") + path, ping_interval=None, proxy=None)


def refusal(small: Small, path: str) -> tuple[int, str, str]:
    """HTTP status, code and id of the request."""
    with pytest.raises(InvalidStatus) as caught, talking(small, path):
        pass
    answer = caught.value.response
    error = json.loads(bytes(answer.body))["error"]
    assert answer.headers["x-request-id"] == error["request_id"]
    return answer.status_code, error["code"], error["message"]


def closed(client: ClientConnection) -> int:
    """The code with which it was closed; what came before is passed over."""
    with suppress(ConnectionClosed):
        while True:
            client.recv(timeout=30)
    return client.close_code or 0


def test_messages_are_answered_in_their_order(small: Small) -> None:
    with talking(small) as client:
        assert client.response is not None
        assert len(client.response.headers["x-request-id"]) == 32
        for message in ("2", b"1", "3"):
            client.send(message)
        assert [client.recv(timeout=30) for _ in range(6)] == ["0", "1", "0", "0", "1", "2"]
    assert small.heard == ["2", b"1", "3"]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/closed-door", (401, "not_signed_in")),
        ("/broken-door", (500, "unexpected")),
        ("/nothing", (404, "no_such_call")),
        ("/three", (404, "no_such_call")),
    ],
)
def test_a_socket_that_is_not_opened_is_refused_like_any_request(
    path: str, told: tuple[int, str], small: Small, caplog: pytest.LogCaptureFixture
) -> None:
    *said, message = refusal(small, path)
    assert tuple(said) == told
    assert caplog.records == []
    assert "hw_secret" not in message


@pytest.mark.parametrize(("path", "message"), [("/talk", "breaks"), ("/talk", "no number"), ("/late-refusal", "")])
def test_what_breaks_off_does_not_look_complete(path: str, message: str, small: Small) -> None:
    with talking(small, path) as client:
        if message:
            client.send(message)
        assert closed(client) == 1011


def test_when_the_client_goes_the_work_ends(small: Small) -> None:
    with talking(small) as client:
        client.send("endless")
        client.recv(timeout=30)
        client.send("1")  # what waits is not begun
    assert small.closed.wait(10)
    assert small.heard == ["endless"]


@contextmanager
def endlessly_told(small: Small, *, receive_buffer_bytes: int) -> Iterator[socket.socket]:
    """A connection over which an endless row comes; nothing reads it, nor says a word when it ends."""
    url = httpx.URL(small.url)
    with socket.create_connection((url.host, url.port or 0)) as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
        raw.sendall(
            b"GET /talk HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        assert raw.recv(12) == b"HTTP/1.1 101"
        raw.sendall(bytes([0x81, 0x80 | 7, 0, 0, 0, 0]) + b"endless")
        yield raw


def test_a_client_that_vanishes_without_a_word_ends_the_work(small: Small) -> None:
    with endlessly_told(small, receive_buffer_bytes=65536) as raw:
        until(lambda: small.chunks_made > 1, within_s=10)
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # no farewell but a reset
    assert small.closed.wait(10)


def test_a_client_that_does_not_read_holds_neither_the_work_nor_the_memory(small: Small) -> None:
    with endlessly_told(small, receive_buffer_bytes=4096):
        assert small.closed.wait(GRACE_S + 30)
    assert 1 < small.chunks_made < 500  # of 64 kB


@pytest.mark.parametrize("times", [0, 2])
def test_a_row_is_closed_whether_it_was_begun_or_not(times: int) -> None:
    def row() -> Generator[int, None, None]:
        yield from (1, 2, 3)

    async def taken(made: Generator[int, None, None]) -> list[int]:
        async with aclosing(in_threads(made)) as each_one:
            return [await anext(each_one) for _ in range(times)]

    made = row()
    assert asyncio.run(taken(made)) == [1, 2, 3][:times]
    assert inspect.getgeneratorstate(made) == inspect.GEN_CLOSED


def test_more_than_may_wait_is_read_later(small: Small) -> None:
    with talking(small) as client:
        for _ in range(20 * PATIENCE.waiting):
            client.send("1")
        assert [client.recv(timeout=30) for _ in range(20 * PATIENCE.waiting)] == ["0"] * 20 * PATIENCE.waiting


def test_a_message_that_is_too_big_closes_the_socket(small: Small) -> None:
    with talking(small) as client:
        client.send("1" * (PATIENCE.message_bytes + 1))
        assert closed(client) == 1009
    assert small.heard == []


def test_a_socket_that_says_nothing_is_closed(small: Small) -> None:
    with talking(small) as client:
        client.send("1")
        assert closed(client) == 1000


def test_sockets_are_logged_without_what_is_said(small: Small, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, logger="websockets")  # the client's own
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logged:
        with talking(small, "/talk?key=hw_secret") as client:
            client.send("1")
            client.recv(timeout=30)
        line = until(lambda: next((each for each in logged if each["event"] == "request"), None), within_s=10)
    assert line is not None
    assert (line["method"], line["route"], line["status"]) == ("GET", "/talk", 101)
    assert 'hwamei_requests_total{method="GET",route="/talk",status="101"} 1.0' in small.metrics.page().decode()
    assert "hw_secret" not in str(logged)
    ours = [record.getMessage() for record in caplog.records if record.name == "uvicorn.error"]
    assert "hw_secret" not in str(ours)


@pytest.mark.parametrize(
    ("scheme", "public", "said"),
    [
        ("ws", "", "http://here:80"),
        ("wss", "", "https://here:80"),
        ("ws", "https://x.example/a/", "https://x.example/a"),
    ],
)
def test_who_has_a_socket_is_told_addresses_of_http(scheme: str, public: str, said: str) -> None:
    app = Starlette()
    app.state.public_url = public
    headers = [(b"host", b"here:80")]
    scope = {"type": "websocket", "scheme": scheme, "path": "/a", "headers": headers, "app": app, "query_string": b""}
    assert base_url(HTTPConnection(scope)) == said
