"""Real servers on free ports."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from starlette.types import ASGIApp

START_WITHIN_S = 30.0


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """The app behind a real server of its own; its address, without a slash at the end."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=5))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            _wait_for(server, thread)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def _wait_for(server: uvicorn.Server, thread: Thread) -> None:
    give_up_at_s = time.monotonic() + START_WITHIN_S
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < give_up_at_s, "the server did not start in time"
        time.sleep(0.01)
