"""Heads of requests are limited in time and size, and odd ones do no harm."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from hwamei.server import listen
from hwamei.web.addresses import base_url
from hwamei.web.connections import MAX_HEAD_BYTES, ImpatientProtocol, without_known_fault
from tests.serving import served

HEAD_S = 0.5


class VeryImpatientProtocol(ImpatientProtocol):
    """For tests."""

    head_s = HEAD_S


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server that waits half a second for the head of a request."""
    app = FastAPI()
    app.state.public_url = ""

    @app.post("/echo")
    async def echo(request: Request) -> dict[str, object]:
        return {"bytes": len(await request.body()), "base_url": base_url(request)}

    with served(app, http=VeryImpatientProtocol) as url:
        yield url


@contextmanager
def connected(url: str) -> Iterator[socket.socket]:
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=30) as connection:
        yield connection


def all_of(connection: socket.socket) -> bytes:
    """Everything until the server closes."""
    answer = b""
    while received := connection.recv(65536):
        answer += received
    return answer


def test_a_connection_that_says_nothing_is_closed(url: str) -> None:
    with connected(url) as connection:
        assert all_of(connection) == b""


def test_a_head_that_does_not_end_is_given_up(url: str) -> None:
    with connected(url) as connection:
        connection.sendall(b"POST /echo HTTP/1.1\r\nHost: test\r\nX-A: b")
        assert all_of(connection) == b""


def test_a_second_request_has_its_own_time(url: str) -> None:
    with connected(url) as connection:
        for _ in range(2):
            connection.sendall(b"POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\n\r\nx")
            answer = b""
            while not answer.endswith(b"}"):
                answer += connection.recv(65536)
            assert answer.startswith(b"HTTP/1.1 200")
        connection.sendall(b"POST /echo HTTP/1.1\r\n")
        assert all_of(connection) == b""


def test_a_head_that_is_too_big_is_refused(url: str) -> None:
    with connected(url) as connection:
        connection.sendall(b"POST /echo HTTP/1.1\r\nHost: test\r\nX-A: " + b"a" * (MAX_HEAD_BYTES + 1))
        assert all_of(connection).startswith(b"HTTP/1.1 431")


def test_a_big_body_is_no_big_head(url: str) -> None:
    assert httpx.post(f"{url}/echo", content=b"x" * 1_000_000).json()["bytes"] == 1_000_000


@pytest.mark.parametrize("host", ["", "a b", "[", "]:80", "a:b:c", "<script>", "\xff", "x" * 5_000, "a/../b?c#d"])
def test_a_host_of_any_shape_is_answered(host: str, url: str) -> None:
    with connected(url) as connection:
        head = f"POST /echo HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        connection.sendall(head.encode("latin-1"))
        assert int(all_of(connection).split()[1]) < 500


STAYING = b"POST /echo HTTP/1.1\r\nHost: test\r\ncharset : utf-8\r\nContent-Length: 3\r\n\r\nabc"
FAULTY = STAYING.replace(b"Host:", b"Connection: close\r\nHost:")
LINE = b"charset : utf-8\r\n"


def statuses(answer: bytes) -> list[int]:
    return [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]]


def told(url: str, *pieces: bytes) -> bytes:
    """The answers to pieces that are sent one after the other, until the server closes."""
    with connected(url) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(0.05)  # so that they arrive as pieces
        return all_of(connection)


@pytest.mark.parametrize("last", [b"", LINE], ids=["in the middle", "at the end"])
def test_the_one_malformed_line_that_is_known_is_passed_over(last: bytes, url: str) -> None:
    request = FAULTY.replace(LINE, b"").replace(b"\r\n\r\n", b"\r\n" + last + b"\r\n") if last else FAULTY
    answer = told(url, request)
    assert statuses(answer) == [200]
    assert b'"bytes":3' in answer


@pytest.mark.parametrize(
    "line",
    [
        b"charset  : utf-8\r\n",
        b"charset : utf-16\r\n",
        b"Charset : utf-8\r\n",
        b"charset\t: utf-8\r\n",
        b"Content-Length : 5\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Host : other\r\n",
        LINE + LINE,
        LINE + b"Content-Length : 5\r\n",
    ],
)
def test_every_other_malformed_line_is_refused(line: bytes, url: str) -> None:
    assert statuses(told(url, FAULTY.replace(LINE, line))) == [400]


def test_where_the_head_comes_in_pieces_the_line_is_refused(url: str) -> None:
    assert statuses(told(url, FAULTY[:30], FAULTY[30:])) == [400]


def test_the_line_in_a_body_stays(url: str) -> None:
    body = b"a\r\n" + LINE + b"\r\n"
    head = b"POST /echo HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    for pieces in ([head + body], [head, body], [head[:-1], head[-1:] + body], [head + body[:2], body[2:]]):
        assert b'"bytes":%d' % len(body) in told(url, *pieces)


def test_the_next_request_on_a_connection_may_have_the_line_too(url: str) -> None:
    assert statuses(told(url, STAYING, FAULTY)) == [200, 200]
    assert statuses(told(url, STAYING + FAULTY)) == [400]  # in one breath, where one ends is not looked for


@given(st.lists(st.sampled_from([LINE, b"\r", b"\n", b"\r\n", b"a: b\r\n", b"x", b"GET / HTTP/1.1\r\n"]), max_size=9))
def test_nothing_but_that_line_is_ever_taken_out(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    kept = without_known_fault(data)
    if kept != data:
        head, _, rest = data.partition(b"\r\n\r\n")
        assert kept.endswith(b"\r\n\r\n" + rest)
        assert len(data) - len(kept) == len(LINE)
        assert (head + b"\r\n").replace(b"\r\n" + LINE, b"\r\n", 1) + b"\r\n" + rest == kept


def test_an_answer_does_not_wait_for_the_client_to_acknowledge_its_beginning() -> None:
    """asyncio switches that off only for sockets that name their protocol; each answer would take 40 ms longer."""
    with listen("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP
