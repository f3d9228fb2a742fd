"""Programs that use the Chanjing API of a server."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any
from uuid import UUID

import httpx
import pytest

from hwamei.domain.app import Credentials, Quota
from tests.serving import Site, until

PREFIX = "/open/v1"
TURBO = "cicada3.0-turbo"
NOBODYS_ID = "0c1d2e3f4a5b60718293a4b5c6d7e8f9"


@dataclass(frozen=True)
class Program:
    """A program that knows an app's id and secret."""

    site: Site
    credentials: Credentials

    @cached_property
    def client(self) -> httpx.Client:
        """With a token of the app."""
        token = self.token()
        return httpx.Client(base_url=self.site.url + PREFIX, headers={"access_token": token}, timeout=60)

    def token(self) -> str:
        """A new one; the one before it is void."""
        told = self.ask_for_token(self.credentials.secret)
        assert told["code"] == 0, told
        return str(told["data"]["access_token"])

    def ask_for_token(self, secret: str) -> dict[str, Any]:
        body = {"app_id": self.credentials.app_id, "secret_key": secret}
        return checked(httpx.post(f"{self.site.url}{PREFIX}/access_token", json=body))

    def get(self, call: str, **query: object) -> dict[str, Any]:
        """What is told."""
        return checked(self.client.get(call, params={name: str(value) for name, value in query.items()}))

    def post(self, call: str, **body: object) -> dict[str, Any]:
        """What is told."""
        return checked(self.client.post(call, json=body))

    def data(self, told: Mapping[str, Any]) -> Any:
        """The data of what went well."""
        assert (told["code"], told["msg"]) == (0, "success"), told
        return told["data"]

    def voice(self, url: str, **more: object) -> str:
        """The id of a voice that was ordered."""
        body = {"name": "声音克隆", "url": url, "model_type": TURBO, **more}
        return str(self.data(self.post("/create_customised_audio", **body)))

    def settled(self, voice_id: str) -> dict[str, Any]:
        """The voice when it is ready or has failed; asks the native API meanwhile, which may be asked more often."""
        native_id = UUID(voice_id.removeprefix("C-Audio-"))
        headers = {"Authorization": f"Bearer {self.credentials.api_key}"}
        with httpx.Client(base_url=f"{self.site.url}/hwamei/v1", headers=headers) as native:
            until(lambda: native.get(f"/voices/{native_id}").json()["state"] in ("ready", "failed"))
        found: dict[str, Any] = self.data(self.get("/customised_audio", id=voice_id))
        return found

    def speaks(self, voice_id: str, text: str, **more: object) -> str:
        """The id of a task that was ordered."""
        body = {"audio_man": voice_id, "speed": 1, "pitch": 1, "text": {"text": text}, **more}
        return str(self.data(self.post("/create_audio_task", **body))["task_id"])

    def stop(self, task_id: str) -> None:
        """Cancel the task, which the vendor has no call for."""
        headers = {"Authorization": f"Bearer {self.credentials.api_key}"}
        path = f"{self.site.url}/hwamei/v1/speech-tasks/{UUID(task_id)}/cancel"
        assert httpx.post(path, headers=headers).status_code == 200

    def spoken(self, task_id: str) -> dict[str, Any]:
        """The task when it has ended."""

        def look() -> dict[str, Any] | None:
            state: dict[str, Any] = self.data(self.post("/audio_task_state", task_id=task_id))
            assert state["status"] in (1, 9)
            return state if state["status"] == 9 else None

        found = until(look)
        assert found is not None
        return found


def checked(answer: httpx.Response) -> dict[str, Any]:
    """The envelope, which every answer has, with HTTP status 200."""
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    assert list(told) == ["trace_id", "code", "msg", "data"]
    assert len(told["trace_id"]) == 32
    assert not set(told["trace_id"]) - set("0123456789abcdef")
    assert isinstance(told["code"], int)
    assert isinstance(told["msg"], str)
    return told


NewProgram = Callable[..., Program]


@pytest.fixture
def new_program(site: Site) -> Iterator[NewProgram]:
    """Makes programs, each with an app of its own."""
    made: list[Program] = []

    def make(quota: Quota | None = None) -> Program:
        made.append(Program(site, site.credentials(quota=quota)))
        return made[-1]

    yield make
    for program in made:
        if "client" in vars(program):
            program.client.close()


@pytest.fixture
def mine(new_program: NewProgram) -> Program:
    """A program."""
    return new_program()


@pytest.fixture
def other(new_program: NewProgram) -> Program:
    """Another app's program."""
    return new_program()


@dataclass(frozen=True)
class Elsewhere:
    """Somebody else's server: gives what is put on it, and takes what it is told."""

    url: str
    contents: dict[str, bytes] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    told: Queue[dict[str, Any]] = field(default_factory=Queue)

    def put(self, name: str, content: bytes, *, claimed_bytes: int | None = None) -> str:
        """The address of the content."""
        self.contents[f"/{name}"] = content
        self.sizes[f"/{name}"] = len(content) if claimed_bytes is None else claimed_bytes
        return f"{self.url}/{name}"


@contextmanager
def opened_elsewhere() -> Iterator[Elsewhere]:
    """On a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path not in server_of.contents:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(server_of.sizes[path]))
            self.end_headers()
            self.wfile.write(server_of.contents[path])

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()
            server_of.told.put(json.loads(body))

        def log_message(self, format: str, *args: object) -> None:
            """Be quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server_of = Elsewhere(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server_of
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[Elsewhere]:
    """For all tests."""
    with opened_elsewhere() as server:
        yield server


@pytest.fixture(scope="session")
def recording(site: Site) -> Path:
    """Nine seconds that pass for a person's speech."""
    return site.recording


@pytest.fixture(scope="session")
def recording_url(elsewhere: Elsewhere, recording: Path) -> str:
    """Where it can be fetched."""
    return elsewhere.put("me.flac", recording.read_bytes())


@pytest.fixture
def ready(mine: Program, recording_url: str) -> str:
    """The id of a voice of mine that can speak."""
    voice_id = mine.voice(recording_url)
    assert mine.settled(voice_id)["status"] == 2
    return voice_id
