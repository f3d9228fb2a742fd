"""Real servers on free ports."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar
from unittest.mock import patch

import httpx
import structlog
import uvicorn
from starlette.types import ASGIApp

import hwamei
from hwamei.domain.app import Credentials, Quota
from hwamei.server import listen, open_app, uvicorn_config
from hwamei.service.platform import Platform
from hwamei.settings import PREFIX, Settings
from hwamei.web.connections import ImpatientProtocol

START_WITHIN_S = 60.0
DONE_WITHIN_S = 120.0
API = "/hwamei/v1"
REFERENCE_TEXT = (
    "The ferry leaves the old town at sunrise, and nobody looks up. 今天天气很好，我们去公园吧。"
    "What a lovely day this is! 你好，世界。"
)

Seen = TypeVar("Seen")


@contextmanager
def served(app: ASGIApp, *, http: type[ImpatientProtocol] = ImpatientProtocol, port: int = 0) -> Iterator[str]:
    """The app behind a real server of its own, at a free port if none is named; its address, without a slash at the
    end."""
    with listen("127.0.0.1", port) as listening:
        server = uvicorn.Server(uvicorn_config(app, http=http, stopping_s=5))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            until(lambda: server.started or not thread.is_alive(), within_s=START_WITHIN_S)
            assert server.started, "the server did not start"
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def until(look: Callable[[], Seen], *, within_s: float = DONE_WITHIN_S) -> Seen:
    """What is seen in the end, once it is something."""
    give_up_at_s = time.monotonic() + within_s
    while not (seen := look()):
        assert time.monotonic() < give_up_at_s, "it has not come to be in time"
        time.sleep(0.02)
    return seen


@dataclass(frozen=True)
class Site:
    """A server with the tone engine, and its worker in a process of its own."""

    url: str
    folder: Path
    platform: Platform
    worker: subprocess.Popen[bytes]

    def credentials(self, *, quota: Quota | None = None) -> Credentials:
        """Those of a new app."""
        return self.platform.accounts.create("tests", quota=quota)

    def app(self, *, quota: Quota | None = None) -> httpx.Client:
        """A new app's way to the native API."""
        key = self.credentials(quota=quota).api_key
        return httpx.Client(base_url=self.url + API, headers={"Authorization": f"Bearer {key}"}, timeout=60)

    @cached_property
    def recording(self) -> Path:
        """Nine seconds that pass for a person's speech."""
        target = self.folder / "me.flac"
        with hwamei.open(settings_of(self.folder)) as studio:
            studio.say(REFERENCE_TEXT, out=target)
        return target


def settings_of(folder: Path, **more: Any) -> Settings:
    """Settings with a data folder in this folder, whatever the person who runs the tests has set."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
    with patch.dict(os.environ, kept, clear=True):
        return Settings(**{"data": folder / "data", "engine": "tone", "allow_private_urls": True, **more})


@contextmanager
def opened_site(folder: Path, **more: Any) -> Iterator[Site]:
    """A server and a worker on one SQLite database; `more`: settings of both."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    settings = settings_of(folder, **more)
    with open_app(settings, works=False) as app, served(app) as url, working(folder, **more) as worker:
        yield Site(url, folder, app.state.platform, worker)
    structlog.configure(**before)


@contextmanager
def working(folder: Path, **more: Any) -> Iterator[subprocess.Popen[bytes]]:
    """`hwamei worker` with the data folder in this folder; `more`: settings."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
    wanted = {"data": folder / "data", "engine": "tone", "allow_private_urls": 1, **more}
    ours = {f"{PREFIX}{name.upper()}": str(value) for name, value in wanted.items()}
    with (folder / "worker.log").open("wb") as log:
        call = [sys.executable, "-m", "hwamei", "worker"]
        with subprocess.Popen(call, stderr=log, env=kept | ours) as process:
            try:
                yield process
            finally:
                process.terminate()


def ended(client: httpx.Client, path: str) -> dict[str, Any]:
    """A task or job, when it has ended."""
    goes_on = ("queued", "running", "waiting", "training")

    def look() -> dict[str, Any] | None:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return None if found["state"] in goes_on else found

    found = until(look)
    assert found is not None
    return found
