"""A small application behind everything that web/ puts around one."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial

import pytest
import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from structlog.testing import capture_logs

from hwamei.domain.errors import HwameiError, NotSignedIn, TextEmpty
from hwamei.web.bodies import BodyGuard, allow
from hwamei.web.chunks import ChunkResponse
from hwamei.web.edge import RequestEdge, failed_response
from hwamei.web.metrics import Metrics
from hwamei.web.sockets import Heard, Patience, converse, in_threads
from tests.serving import served

UPLOAD_BYTES = 8 * 1024 * 1024
GRACE_S = 0.5
PATIENCE = Patience(idle_s=1.5, stall_s=GRACE_S, waiting=2, message_bytes=100)


class Order(BaseModel):
    """A body."""

    text: str


@dataclass
class Small:
    """The application where it can be reached, and what the test wants to see of it."""

    url: str = ""
    metrics: Metrics = field(default_factory=Metrics)
    chunks_made: int = 0
    heard: list[Heard] = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Faults are made on purpose here; showing each takes seconds."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    with capture_logs():
        yield
    structlog.configure(**before)


@pytest.fixture
def small() -> Iterator[Small]:
    """The application on a free port."""
    small = Small()
    with served(_app(small)) as small.url:
        yield small


def _app(small: Small) -> FastAPI:
    app = FastAPI(openapi_url=None)
    app.add_middleware(BodyGuard, grace_s=GRACE_S)
    app.add_middleware(RequestEdge, dialects=(), metrics=small.metrics)

    async def tell(request: HTTPConnection, error: Exception) -> Response:
        return failed_response(request, error, ())

    for kind in (HwameiError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, tell)
    _add_routes(app, small)
    _add_sockets(app, small)
    return app


def _add_routes(app: FastAPI, small: Small) -> None:
    @app.post("/order")
    def order(body: Order) -> dict[str, int]:
        return {"characters": len(body.text)}

    @app.post("/upload")
    async def upload(request: Request) -> dict[str, int]:
        allow(request, UPLOAD_BYTES)
        return {"bytes": len(await request.body())}

    @app.get("/refused")
    def refused() -> None:
        raise TextEmpty

    @app.get("/fault")
    def fault() -> None:
        raise RuntimeError("the key is hw_secret")

    @app.get("/endless")
    def endless() -> Response:
        return ChunkResponse(b"first", _endless(small), headers={})

    @app.get("/unread")
    def unread() -> Response:
        return ChunkResponse(b"first", _endless(small), headers={}, stall_s=GRACE_S)

    @app.get("/three")
    def three() -> Response:
        return ChunkResponse(b"one ", (piece for piece in (b"two ", b"three")), headers={"content-type": "text/plain"})

    @app.get("/breaks")
    def breaks(sized: bool = False) -> Response:
        headers = {"content-length": "100"} if sized else {}
        return ChunkResponse(b"first", _breaking(), headers=headers)


def _add_sockets(app: FastAPI, small: Small) -> None:
    @app.websocket("/talk")
    async def talk(socket: WebSocket) -> None:
        await socket.accept()
        await converse(socket, partial(_said, small), PATIENCE)

    @app.websocket("/closed-door")
    async def closed_door(socket: WebSocket) -> None:
        raise NotSignedIn

    @app.websocket("/broken-door")
    async def broken_door(socket: WebSocket) -> None:
        raise RuntimeError("the key is hw_secret")

    @app.websocket("/late-refusal")
    async def late_refusal(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text("wait")
        raise TextEmpty


async def _said(small: Small, message: Heard) -> AsyncGenerator[str, None]:
    """What is asked for: `3` numbers, an `endless` row, one that `breaks`."""
    small.heard.append(message)
    if message == "breaks":
        yield "first"
        raise RuntimeError("the engine is gone")
    if message == "endless":
        async with aclosing(in_threads(_endless(small))) as pieces:
            async for piece in pieces:
                yield piece.decode()
    else:
        for number in range(int(message)):
            yield str(number)


def _endless(small: Small) -> Generator[bytes, None, None]:
    try:
        while True:
            small.chunks_made += 1
            yield b"\0" * 65536
    finally:
        small.closed.set()


def _breaking() -> Generator[bytes, None, None]:
    yield b"second"
    raise RuntimeError("the engine is gone")
