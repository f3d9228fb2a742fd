"""Bodies are limited in size and in time, before anything of them is parsed."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from hwamei.web.bodies import MAX_JSON_BYTES
from tests.web.conftest import GRACE_S, UPLOAD_BYTES, Small


def raw(url: str, head: str, *pieces: bytes) -> bytes:
    """All that the server answers to this, byte for byte."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=30) as connection:
        connection.sendall(f"{head}\r\nHost: test\r\n\r\n".encode())
        for piece in pieces:
            connection.sendall(piece)
        answer = b""
        while received := connection.recv(65536):
            answer += received
        return answer


def told(answer: bytes) -> tuple[int, str]:
    """Status and code of a raw answer."""
    head, _, body = answer.partition(b"\r\n\r\n")
    if b"chunked" in head.lower():
        body = body.partition(b"\r\n")[2].partition(b"\r\n0\r\n")[0]
    return int(head.split()[1]), json.loads(body)["error"]["code"]


def test_what_json_may_have_goes_through(small: Small) -> None:
    answer = httpx.post(f"{small.url}/order", json={"text": "a" * (MAX_JSON_BYTES - 100)})
    assert answer.json() == {"characters": MAX_JSON_BYTES - 100}


def test_json_that_is_too_big_is_refused(small: Small) -> None:
    answer = httpx.post(f"{small.url}/order", json={"text": "a" * MAX_JSON_BYTES})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_big")
    assert answer.json()["error"]["fields"]["allowed"] == MAX_JSON_BYTES


def test_a_body_that_says_that_it_is_too_big_is_refused_before_any_of_it_comes(small: Small) -> None:
    answer = raw(small.url, f"POST /order HTTP/1.1\r\nContent-Length: {MAX_JSON_BYTES + 1}")
    assert told(answer) == (413, "too_big")


def test_a_client_that_asks_whether_to_send_too_much_is_told_not_to(small: Small) -> None:
    head = f"POST /order HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: {MAX_JSON_BYTES + 1}"
    assert raw(small.url, head).startswith(b"HTTP/1.1 413")


def test_a_body_that_does_not_say_how_big_it_is_is_counted(small: Small) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(UPLOAD_BYTES // 65536):
            yield b"\0" * 65536

    assert httpx.post(f"{small.url}/upload", content=pieces()).json() == {"bytes": UPLOAD_BYTES}
    assert httpx.post(f"{small.url}/order", content=pieces()).status_code == 413


def test_an_upload_may_be_bigger_than_json_and_not_one_byte_bigger_than_allowed(small: Small) -> None:
    assert httpx.post(f"{small.url}/upload", content=b"\0" * UPLOAD_BYTES).json() == {"bytes": UPLOAD_BYTES}
    assert httpx.post(f"{small.url}/upload", content=b"\0" * (UPLOAD_BYTES + 1)).status_code == 413


def test_a_body_that_does_not_come_is_given_up(small: Small) -> None:
    """The length is a lie: nothing more follows."""
    begun_s = time.monotonic()
    answer = raw(small.url, "POST /order HTTP/1.1\r\nContent-Length: 100", b'{"text":')
    assert told(answer) == (408, "body_too_slow")
    assert time.monotonic() - begun_s >= GRACE_S


def test_a_body_that_trickles_is_given_up(small: Small) -> None:
    parts = urlsplit(small.url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=30) as connection:
        connection.sendall(b"POST /upload HTTP/1.1\r\nHost: test\r\nContent-Length: 1000\r\n\r\n")
        connection.settimeout(0.05)
        answer = b""
        for _ in range(1000):  # one byte at a time, each well within the grace
            try:
                connection.sendall(b"\0")
                answer += connection.recv(65536)
            except TimeoutError:
                continue
            if answer:
                break
    assert answer.startswith(b"HTTP/1.1 408")


def test_a_body_that_is_cut_off_is_nothing_to_the_next(small: Small) -> None:
    parts = urlsplit(small.url)
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as connection:
        connection.sendall(b"POST /order HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\n{")
    assert httpx.post(f"{small.url}/order", json={"text": "a"}).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "code", "name"),
    [
        (b"{", 400, "not_json", None),
        (b"\xff\xfe", 400, "not_json", None),
        (b"[]", 422, "bad_field", "body"),
        (b"{}", 422, "bad_field", "text"),
        (b'{"text": 1}', 422, "bad_field", "text"),
        (b'{"text": 1, "\\ud800": "\\ud800"}', 422, "bad_field", "text"),
        (b"[" * 200_000, 400, "not_json", None),
    ],
)
def test_json_of_the_wrong_shape_is_refused_with_the_place(
    body: bytes, status: int, code: str | None, name: str | None, small: Small
) -> None:
    answer = httpx.post(f"{small.url}/order", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == status
    error = answer.json()["error"]
    assert code is None or error["code"] == code
    assert name is None or error["fields"]["name"] == name
