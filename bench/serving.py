"""Servers to be measured, each in a process of its own, and an app's way to them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from bench.lists import APP
from bench.workshop import Workshop
from hwamei.domain.app import App, Credentials
from hwamei.service.accounts import API_KEY_PREFIX
from hwamei.serving import prepare_database
from hwamei.settings import Settings
from hwamei.storage.sealing import open_key
from hwamei.storage.sql.database import Database, open_database
from hwamei.storage.sql.stores import Stores, open_stores

KEY = API_KEY_PREFIX + 43 * "b"
CALLERS = 4
FOR_S = 8.0


@dataclass(frozen=True)
class Server:
    """A server in a process of its own, and an app's way to it."""

    url: str
    client: httpx.Client
    process: subprocess.Popen[bytes]

    def memory_mb(self) -> float:
        """What it holds now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024

    def called(self, method: str, path: str, body: str = "") -> dict[str, float]:
        """The figures of many callers at once, on the other core."""
        command = [sys.executable, "-m", "bench.callers", self.url, KEY, method, path, str(CALLERS), str(FOR_S)]
        return _figures(command + ([body] if body else []))


def _figures(command: list[str]) -> dict[str, float]:
    printed = subprocess.run(_on_core(1, command), check=True, stdout=subprocess.PIPE, text=True).stdout
    figures: dict[str, float] = json.loads(printed)
    return figures


def _on_core(number: int, command: list[str]) -> list[str]:
    """The command on one of our two cores."""
    return ["taskset", "-c", str(sorted(os.sched_getaffinity(0))[number]), *command]


@contextmanager
def serving(
    place: Workshop, *, engine: str, role: str, alone: bool = False, more: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """`alone`: on one core, so that callers have the other; `more`: environment variables."""
    own = {"HWAMEI_DATA": str(place.folder), "HWAMEI_MODELS": str(place.models), "HWAMEI_ENGINE": engine}
    command = [sys.executable, "-m", "hwamei", "serve", "--port", "0", "--role", role]
    said = place.folder / "server.log"
    with said.open("wb") as log:
        process = subprocess.Popen(
            _on_core(0, command) if alone else command,
            env={**os.environ, **own, **(more or {})},
            stderr=log,
            stdout=log,
        )
    try:
        url = _address(said)
        with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {KEY}"}, timeout=120) as client:
            yield Server(url, client, process)
    finally:
        process.terminate()
        process.wait()


def _address(said: Path) -> str:
    for _ in range(600):
        if found := re.search(r"http://\S+?:\d+", said.read_text()):
            return found[0]
        time.sleep(0.1)
    raise TimeoutError(said.read_text())


@contextmanager
def stores_of(place: Workshop) -> Iterator[tuple[Database, Stores]]:
    """Those of a server that is not running, with our app in them."""
    settings = Settings(data=place.folder)
    prepare_database(settings)
    with open_database(settings.database) as database:
        stores = open_stores(database, open_key(settings.server_key))
        _add_app(stores)
        yield database, stores


def _add_app(stores: Stores) -> None:
    stores.apps.add(App(APP, "bench", "bench", datetime.now(UTC)), Credentials(APP, "bench", "secret", KEY))
