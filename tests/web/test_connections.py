"""Heads of requests are limited in time and size, and odd ones do no harm."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request

from hwamei.server import listen
from hwamei.web.addresses import base_url
from hwamei.web.connections import MAX_HEAD_BYTES, ImpatientProtocol
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


def test_an_answer_does_not_wait_for_the_client_to_acknowledge_its_beginning() -> None:
    """asyncio switches that off only for sockets that name their protocol; each answer would take 40 ms longer."""
    with listen("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP
