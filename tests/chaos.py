"""Kills workers at random while they work, on PostgreSQL and S3, and counts what was lost.

    python -m tests.chaos [--tasks 200] [--workers 2] [--seed 1]

Everything runs on this machine: a throwaway PostgreSQL and S3, one `hwamei serve --role api` and several `hwamei
worker`, each of which is killed (SIGKILL) and replaced every few seconds. Exits with 1 if anything was lost.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import boto3
import httpx
from moto.server import ThreadedMotoServer

from tests.postgres import running_cluster

SENTENCES = ("第一句话在这里。", "A second sentence follows.", "第三句也不短。", "And this is the end of it.")
REGION = "us-east-1"
KILL_EVERY_S = (5.0, 12.0)  # a new worker needs some seconds until it works
MOST_S = 900.0
ENDED = ("done", "failed", "cancelled")


@dataclass
class Installation:
    """An API and workers that come and go. Changed in place by one thread."""

    environment: Mapping[str, str]
    folder: Path
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    killed: int = 0

    def hwamei(self, *arguments: str) -> str:
        """What a call of the program prints."""
        command = [sys.executable, "-m", "hwamei", *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=True).stdout

    def begin(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A call that goes on; what it says goes into a file."""
        with (self.folder / f"{arguments[0]}-{time.monotonic_ns()}.log").open("wb") as log:
            command = [sys.executable, "-m", "hwamei", *arguments]
            return subprocess.Popen(command, env=self.environment, stderr=log, stdout=log)

    def kill_one(self, chance: random.Random) -> None:
        """Kill a worker and put a new one into its place."""
        number = chance.randrange(len(self.workers))
        self.workers[number].kill()
        self.workers[number].wait()
        self.killed += 1
        self.workers[number] = self.begin("worker")


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hwamei-chaos-") as folder, installed(Path(folder)) as installation:
        key = json.loads(installation.hwamei("apps", "create", "chaos", "--json").splitlines()[-1])["api_key"]
        api = installation.begin("serve", "--role", "api", "--port", "0")
        installation.workers = [installation.begin("worker") for _ in range(given.workers)]
        try:
            with httpx.Client(base_url=address_of(installation), headers={"Authorization": f"Bearer {key}"}) as client:
                lost = trial(installation, client, tasks=given.tasks, chance=random.Random(given.seed))
        finally:
            for process in (api, *installation.workers):
                process.kill()
                process.wait()
    sys.exit(1 if lost else 0)


@contextmanager
def installed(folder: Path) -> Iterator[Installation]:
    """A database, a bucket and the settings that name them."""
    s3 = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    s3.start()
    host, port = s3.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
    os.environ.update(keys)
    boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket="chaos")
    with running_cluster() as cluster:
        ours = {
            "HWAMEI_DATA": str(folder),
            "HWAMEI_ENGINE": "tone",
            "HWAMEI_LOG_LEVEL": "warning",
            "HWAMEI_DATABASE_URL": cluster.new_database("template1").replace("+psycopg", ""),
            "HWAMEI_BLOBS_URL": f"s3://chaos/files?endpoint={quote(endpoint)}&region={REGION}",
        }
        installation = Installation({**os.environ, **keys, **ours}, folder)
        installation.hwamei("db", "upgrade")
        yield installation
    s3.stop()


def address_of(installation: Installation) -> str:
    """Where the API listens, once it does."""
    give_up_s = time.monotonic() + 60
    while time.monotonic() < give_up_s:
        said = "".join(path.read_text() for path in installation.folder.glob("serve-*.log"))
        if found := re.search(r"http://\S+?:\d+", said):
            return found[0]
        time.sleep(0.1)
    raise TimeoutError(f"the API did not start: {said}")


def trial(installation: Installation, client: httpx.Client, *, tasks: int, chance: random.Random) -> int:
    """How many tasks were lost, which is also said."""
    begun_s = time.monotonic()
    accepted = [submitted(client, number) for number in range(tasks)]
    states: Counter[str] = Counter()
    next_kill_s = time.monotonic() + chance.uniform(*KILL_EVERY_S)
    while time.monotonic() < begun_s + MOST_S:
        if time.monotonic() >= next_kill_s:
            installation.kill_one(chance)
            next_kill_s = time.monotonic() + chance.uniform(*KILL_EVERY_S)
        states = Counter({state: total(client, state) for state in ("queued", "running", *ENDED)})
        if sum(states[state] for state in ENDED) >= tasks:
            break
        time.sleep(0.5)
    heard = sum(whole(client, task_id) for task_id in accepted)
    took_s = time.monotonic() - begun_s
    print(f"{tasks} tasks accepted, {installation.killed} workers killed, {took_s:.0f} s")  # noqa: T201
    print(f"ended: {dict(states)}; whole files: {heard}; lost: {tasks - heard}")  # noqa: T201
    return tasks - heard


def submitted(client: httpx.Client, number: int) -> str:
    """The id of a new task."""
    segments = [{"text": f"{number}。{sentence}", "voice": "alto"} for sentence in SENTENCES]
    answer = client.post(
        "/hwamei/v1/speech-tasks", json={"segments": segments}, headers={"Idempotency-Key": f"k{number}"}
    )
    answer.raise_for_status()
    task_id: str = answer.json()["id"]
    return task_id


def total(client: httpx.Client, state: str) -> int:
    """How many tasks are in a state."""
    return int(client.get("/hwamei/v1/speech-tasks", params={"state": state, "limit": 1}).json()["total"])


def whole(client: httpx.Client, task_id: str) -> bool:
    """Whether the task is done and its file can be had."""
    task = client.get(f"/hwamei/v1/speech-tasks/{task_id}").json()
    if task["state"] != "done":
        return False
    return len(httpx.get(task["result"]["audio_url"]).content) > 10_000


if __name__ == "__main__":
    main()
