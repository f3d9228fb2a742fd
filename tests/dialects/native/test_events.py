"""Being told how far something is, as server-sent events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from tests.dialects.native.test_voices import order
from tests.serving import Site


def events(client: httpx.Client, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and data of each event until the server says no more."""
    with client.stream("GET", path) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        name = ""
        for line in answer.iter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                yield name, json.loads(line.removeprefix("data: "))


def test_training_is_told_until_it_has_ended(mine: httpx.Client, recording: Path) -> None:
    job = order(mine, recording, level="trained")["job"]
    told = list(events(mine, f"/training-jobs/{job['id']}/events"))
    assert [name for name, _ in told[:-1]] == ["changed"] * (len(told) - 1)
    assert told[-1][0] == "ended"
    assert told[-1][1] == mine.get(f"/training-jobs/{job['id']}").json()
    shares = [data["progress"] for _, data in told]
    assert shares == sorted(shares)
    assert shares[-1] == 100


def test_a_task_is_told_without_its_texts(mine: httpx.Client) -> None:
    body = {"segments": [{"text": "Hello there. " * 30, "voice": "tenor"}]}
    task = mine.post("/speech-tasks", json=body).json()
    name, data = list(events(mine, f"/speech-tasks/{task['id']}/events"))[-1]
    assert (name, data["state"]) == ("ended", "done")
    assert "segments" not in data
    assert httpx.get(data["result"]["audio_url"]).status_code == 200


def test_what_is_not_ones_own_is_not_told_of(mine: httpx.Client, other: httpx.Client, site: Site) -> None:
    body = {"segments": [{"text": "Hello.", "voice": "tenor"}]}
    path = f"/speech-tasks/{mine.post('/speech-tasks', json=body).json()['id']}/events"
    assert other.get(path).status_code == 404
    assert httpx.get(f"{mine.base_url}{path.lstrip('/')}").status_code == 401
