"""`hwamei serve`, `worker`, `apps` and `db` as a person runs them."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from hwamei.cli.quota_values import changed, shown
from hwamei.domain.app import Operation, Quota, Rate
from hwamei.domain.errors import BadField, Unknown
from hwamei.server import STOPPING_S
from tests.cli.program import Program
from tests.serving import ended, until


class Running:
    """A program that has been started, and what it has said so far."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process, self._log = process, log

    @property
    def said(self) -> str:
        """On standard error."""
        return self._log.read_text("utf-8")

    def address(self) -> str:
        """Where it listens."""
        return until(lambda: re.search(r"listens on (\S+);", self.said), within_s=60)[1]  # type: ignore[index]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Its exit status, after it was told to stop."""
        self.process.send_signal(number)
        return self.process.wait(60)


@contextmanager
def running(program: Program, *arguments: str | Path) -> Iterator[Running]:
    """The program as a process of its own."""
    log = program.data.parent / f"{arguments[0]}.log"
    with log.open("wb") as said:
        call = [sys.executable, "-m", "hwamei", *map(str, arguments)]
        with subprocess.Popen(call, stderr=said, env=dict(program.environment), cwd=program.data.parent) as process:
            try:
                yield Running(process, log)
            finally:
                process.kill()


def api(address: str, key: str) -> httpx.Client:
    return httpx.Client(base_url=f"{address}/hwamei/v1", headers={"Authorization": f"Bearer {key}"}, timeout=60)


def test_the_first_start_makes_what_is_needed_and_says_how_to_go_on(hwamei: Program) -> None:
    with running(hwamei, "serve", "--port", "0") as server:
        address = server.address()
        until(lambda: "hwamei apps create NAME" in server.said)
        assert httpx.get(f"{address}/health/ready").json()["ok"] is True
        assert (hwamei.data / "key").stat().st_mode & 0o777 == 0o600
        key = hwamei.json("apps", "create", "my program")["api_key"]
        with api(address, key) as mine:
            body = {"segments": [{"text": "Hello.", "voice": "tenor"}]}
            task = mine.post("/speech-tasks", json=body)
            assert task.status_code == 202, (task.text, server.said)
            assert ended(mine, f"/speech-tasks/{task.json()['id']}")["state"] == "done"
        assert server.stop() == 0
    with running(hwamei, "serve", "--port", "0") as server:
        server.address()
        with api(server.address(), key) as mine:
            assert mine.get("/speech-tasks").json()["total"] == 1
        assert "apps create" not in server.said
        assert server.stop(signal.SIGINT) == 0


@pytest.mark.long("two programs start and stop")
def test_an_api_alone_leaves_the_work_to_a_worker(hwamei: Program, tmp_path: Path) -> None:
    data = tmp_path / "elsewhere"
    with running(hwamei, "serve", "--role", "api", "--port", "0", "--data", data) as server:
        address = server.address()
        until(lambda: f"--data {data}" in server.said)
        key = hwamei.json("apps", "create", "my program", "--data", data)["api_key"]
        with api(address, key) as mine:
            body = {"segments": [{"text": "Hello.", "voice": "tenor"}]}
            path = f"/speech-tasks/{mine.post('/speech-tasks', json=body).json()['id']}"
            with socket.create_server(("127.0.0.1", 0)) as probe:
                port = str(probe.getsockname()[1])
            with running(hwamei, "worker", "--data", data, "--metrics-port", port) as worker:
                assert ended(mine, path)["state"] == "done"
                until(lambda: 'state="done"' in httpx.get(f"http://127.0.0.1:{port}/metrics").text)
                assert worker.stop() == 0
                assert "stops" in worker.said
        assert server.stop() == 0


@pytest.mark.long("a server starts, is busy and stops")
def test_a_stream_is_ended_when_the_server_is_told_to_stop(hwamei: Program) -> None:
    with running(hwamei, "serve", "--role", "api", "--port", "0") as server:
        address = server.address()
        key = hwamei.json("apps", "create", "my program")["api_key"]
        long = {"text": "Hello there, how are you today? " * 3000, "voice": "tenor"}
        with api(address, key) as mine, mine.stream("POST", "/speech", json=long) as answer:
            pieces = answer.iter_raw()
            next(pieces)
            assert server.stop() == 0
            with pytest.raises(httpx.RemoteProtocolError):
                list(pieces)


@pytest.mark.long("a server starts, is listened to and stops")
def test_who_is_told_how_work_goes_on_does_not_keep_the_server_from_stopping(hwamei: Program) -> None:
    with running(hwamei, "serve", "--role", "api", "--port", "0") as server:
        address = server.address()
        key = hwamei.json("apps", "create", "my program")["api_key"]
        with api(address, key) as mine:
            body = {"segments": [{"text": "Nobody says this.", "voice": "tenor"}]}
            task = mine.post("/speech-tasks", json=body).json()["id"]
            with mine.stream("GET", f"/speech-tasks/{task}/events") as answer:
                pieces = answer.iter_raw()
                assert next(pieces).startswith(b"event: changed\n")
                began_s = time.monotonic()
                assert server.stop() == 0
                assert time.monotonic() - began_s < STOPPING_S / 2
                assert list(pieces) == []


def invitation(server: Running) -> str:
    found = until(lambda: re.search(r"^(http://127\.0\.0\.1:\d+)/#/welcome/(\S+)$", server.said, re.MULTILINE))
    assert found is not None
    assert found[1] == server.address()
    return str(found[2])


def test_the_first_start_prints_a_link_that_signs_in_once(hwamei: Program) -> None:
    with running(hwamei, "serve", "--role", "api", "--port", "0") as server:
        address = server.address()
        body = {"invitation": invitation(server)}
        signed_in = httpx.post(f"{address}/hwamei/v1/sign-in", json=body, timeout=60)
        assert signed_in.status_code == 201
        assert httpx.post(f"{address}/hwamei/v1/sign-in", json=body).status_code == 404
        with api(address, signed_in.json()["api_key"]) as mine:
            assert mine.get("/me").json()["id"] == "studio"
        assert httpx.get(f"{address}/").headers["content-type"].startswith("text/html")
        assert signed_in.json()["api_key"] not in server.said
        server.stop()
    with running(hwamei, "serve", "--role", "api", "--port", "0") as server:
        address = server.address()
        assert httpx.post(f"{address}/hwamei/v1/sign-in", json=body).status_code == 404
        assert "#/welcome/" not in server.said
        server.stop()
    with running(hwamei, "serve", "--role", "api", "--port", "0", "--link") as server:
        again = httpx.post(f"{server.address()}/hwamei/v1/sign-in", json={"invitation": invitation(server)})
        assert again.json()["app_id"] == "studio"
        server.stop()


def test_a_port_that_is_taken_is_exit_status_6(hwamei: Program) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = hwamei.in_a_process("serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 6
    assert "in use" in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_app_is_made_listed_disabled_and_given_a_new_key(hwamei: Program) -> None:
    made = hwamei.json("apps", "create", "我的 app", "--app-id", "mine", "--secret", "0123456789abcdef")
    assert made.keys() == {"app_id", "secret", "api_key", "project_id"}
    assert (made["app_id"], made["secret"]) == ("mine", "0123456789abcdef")
    other = hwamei.json("apps", "create", "other")
    listed = hwamei.json("apps", "list")["apps"]
    assert [each["app_id"] for each in listed] == ["mine", other["app_id"]]
    assert made["api_key"] not in json.dumps(listed)
    assert hwamei.json("apps", "disable", "mine")["disabled"] is True
    assert "disabled" in hwamei("apps", "list").stdout
    assert hwamei("apps", "enable", "mine").stdout == "mine is enabled.\n"
    again = hwamei.json("apps", "rotate", "mine")
    assert again["api_key"] != made["api_key"]
    assert again["project_id"] == made["project_id"]


def test_an_app_chooses_its_engine(hwamei: Program) -> None:
    hwamei.json("apps", "create", "one", "--app-id", "one", "--engine", "tone", "--stand-in")
    hwamei.json("apps", "create", "two", "--app-id", "two")
    one, two = hwamei.json("apps", "list")["apps"]
    assert [(each["engine"], each["stand_in"]) for each in (one, two)] == [("tone", True), (None, False)]
    changed = hwamei.json("apps", "engine", "two", "kokoro", "--stand-in")
    assert (changed["engine"], changed["stand_in"]) == ("kokoro", True)
    assert "kokoro\tstand-in" in hwamei("apps", "list").stdout
    assert "the engine of the server; no other one" in hwamei("apps", "engine", "two", "-").stdout
    refused = hwamei("apps", "engine", "two", "lute")
    assert refused.returncode == 2
    assert "kokoro" in refused.stderr
    assert hwamei("apps", "engine", "nobody", "tone").returncode == 3


def test_a_person_is_shown_the_key_and_told_to_keep_it(hwamei: Program) -> None:
    done = hwamei("apps", "create", "mine")
    assert "api_key\thw_" in done.stdout
    assert "not shown again" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("create", ""), 2),
        (("create", "x", "--app-id", "a b"), 2),
        (("create", "x", "--secret", "short"), 2),
        (("create", "x", "--app-id", "taken"), 2),
        (("disable", "nobody"), 3),
        (("enable", "nobody"), 3),
        (("rotate", "nobody"), 3),
        (("quota", "nobody"), 3),
        (("quota", "taken", "--set", "voices=many"), 2),
        (("quota", "taken", "--set", "voice=1"), 2),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(arguments: tuple[str, ...], status: int, hwamei: Program) -> None:
    hwamei("apps", "create", "x", "--app-id", "taken")
    done = hwamei("apps", *arguments)
    assert done.returncode == status
    assert done.stderr.startswith("hwamei: ")
    assert done.stderr.count("\n") == 1


def test_a_quota_is_shown_and_changed(hwamei: Program) -> None:
    hwamei("apps", "create", "x", "--app-id", "mine")
    before = hwamei.json("apps", "quota", "mine")["quota"]
    limits = ("--set", "voices=3", "--set", "rates.read=5/60", "--set", "waiting_tasks=none")
    after = hwamei.json("apps", "quota", "mine", *limits)["quota"]
    assert after == before | {"voices": 3, "rates.read": "5/60", "waiting_tasks": None}
    assert hwamei.json("apps", "quota", "mine")["quota"] == after
    assert "voices\t3" in hwamei("apps", "quota", "mine").stdout


def test_every_limit_can_be_set_as_it_is_shown() -> None:
    quota = Quota(voices=1, characters_per_month=2, rates={Operation.READ: Rate(3, 4)})
    written = [f"{name}={'none' if value is None else value}" for name, value in shown(quota).items()]
    assert changed(Quota(), written) == quota


@pytest.mark.parametrize("setting", ["voices", "voices=-1", "voices=1.5", "rates.read=5", "rates.read=a/b"])
def test_a_limit_that_is_none_is_refused(setting: str) -> None:
    with pytest.raises((Unknown, BadField)):
        changed(Quota(), [setting])


def test_the_database_is_made_ready_as_often_as_asked(hwamei: Program) -> None:
    for _ in range(2):
        assert hwamei.json("db", "upgrade") == {"upgraded": True}
    assert "ready" in hwamei("db", "upgrade").stdout
