"""The composition root of the web server: settings → platform → web application → socket."""

from __future__ import annotations

import gc
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from hwamei import dialects
from hwamei.serving import AS_USUAL, Tuning, open_serving
from hwamei.settings import Settings
from hwamei.studio.pages import studio_router
from hwamei.web.application import make_app
from hwamei.web.bodies import MAX_JSON_BYTES
from hwamei.web.connections import DiscreetSocketProtocol, ImpatientProtocol
from hwamei.web.metrics import Metrics

BACKLOG = 2048
STOPPING_S = 15  # for answers that are being sent when the server is told to stop
GARBAGE_AFTER = 10_000  # new objects; 700 is Python's own
KEEP_ALIVE_S = 30  # longer than the pause between two polls
PING_S = 30  # so that proxies leave a quiet socket open, and one whose client is gone is noticed


@contextmanager
def open_app(settings: Settings, *, works: bool, tuning: Tuning = AS_USUAL) -> Iterator[FastAPI]:
    """The web application with everything behind it; `works`: with a worker in this process.

    Raises StoreUnavailable, Unknown for an engine that does not exist.
    """
    metrics = Metrics()
    with open_serving(settings, works=works, observer=metrics, tuning=tuning) as serving:
        engines = serving.platform.engines
        metrics.watch(
            depth=serving.platform.jobs.depth, slots=lambda: {each.name: each.turns for each in engines.asked()}
        )
        yield make_app(
            serving.platform,
            dialects.find_all(),
            check_all=serving.check_all,
            metrics=metrics,
            public_url=settings.public_url,
            pages=[studio_router()],
        )


def listen(host: str, port: int) -> socket.socket:
    """A socket that clients can connect to from now on; port 0 takes a free one. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio switches Nagle's waiting off only where it is: each answer would take 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening


def serve(app: FastAPI, listening: socket.socket) -> None:
    """Answer until told to stop by SIGINT or SIGTERM; then finish what is being answered, for a while."""
    _look_for_garbage_less()
    with _stop_signals_are_for_the_server():
        uvicorn.Server(uvicorn_config(app)).run(sockets=[listening])


def uvicorn_config(
    app: ASGIApp, *, http: type[ImpatientProtocol] = ImpatientProtocol, stopping_s: int = STOPPING_S
) -> uvicorn.Config:
    """How uvicorn is to speak HTTP and WebSocket."""
    return uvicorn.Config(
        app,
        http=http,
        ws=DiscreetSocketProtocol,
        ws_max_size=MAX_JSON_BYTES,
        ws_ping_interval=PING_S,
        ws_ping_timeout=None,  # who plays sound as it comes reads nothing for minutes, and answers no ping meanwhile
        ws_per_message_deflate=False,  # sound does not shrink
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=stopping_s,
    )


def _look_for_garbage_less() -> None:
    """What is here when a server begins stays: to look for garbage in it again and again takes a tenth of its time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER)


@contextmanager
def _stop_signals_are_for_the_server() -> Iterator[None]:
    """Uvicorn raises the signals that stopped it again when it is done, which would end us before we have closed."""
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
