"""Apps that speak Vocu's dialect to a server."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import httpx

from hwamei.domain.app import Quota
from tests.serving import Site, until

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(64))
TEXT = "你好，world。"


def client_of(site: Site, *, quota: Quota | None = None) -> httpx.Client:
    """A new app's way to the dialect."""
    key = site.credentials(quota=quota).api_key
    return httpx.Client(base_url=site.url, headers={"Authorization": f"Bearer {key}"}, timeout=60)


def data_url(content: bytes, kind: str = "audio/wav") -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def got(answer: httpx.Response) -> Any:
    """The data of an answer that went well, in whose body and head the same status stands."""
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["status"], body["message"]) == (200, "OK")
    assert answer.headers["x-vocu-app-request-id"]
    return body.get("data")


def refused(answer: httpx.Response) -> tuple[int, str]:
    """HTTP status and code of a refusal, which has the form that all have."""
    body = answer.json()
    assert set(body) <= {"status", "code", "message", "requestId", "detail"}
    assert body["status"] == answer.status_code
    assert body["message"]
    assert answer.headers["x-vocu-app-request-id"] == body["requestId"]
    return answer.status_code, body["code"]


def new_voice(client: httpx.Client, recording: Path, **fields: object) -> dict[str, Any]:
    """A voice that was just ordered."""
    sample = data_url(recording.read_bytes(), "audio/flac")
    voice: dict[str, Any] = got(client.post("/api/voice", json={"name": "Mei", "prompt": sample, **fields}))
    return voice


def new_style(client: httpx.Client, voice_id: str, recording: Path, **fields: object) -> dict[str, Any]:
    """The voice with a style that was just ordered."""
    sample = data_url(recording.read_bytes(), "audio/flac")
    body = {"name": "Cheerful", "prompt": sample, **fields}
    voice: dict[str, Any] = got(client.post(f"/api/voice/{voice_id}/prompt", json=body))
    return voice


def ready(client: httpx.Client, voice_id: str) -> dict[str, Any]:
    """The voice, when it can speak."""

    def look() -> dict[str, Any] | None:
        voice: dict[str, Any] = got(client.get(f"/api/voice/{voice_id}"))
        assert "failed" not in voice["status"], voice
        return voice if voice["status"] in ("pending", "lora-success") else None

    found = until(look)
    assert found is not None
    return found


def style_ready(client: httpx.Client, voice_id: str, style_id: str) -> None:
    """Wait until a style can speak: then it can be heard."""
    until(lambda: "playback" in _prompt(client, voice_id, style_id)["playBackAudio"])


def _prompt(client: httpx.Client, voice_id: str, style_id: str) -> dict[str, Any]:
    voice = got(client.get(f"/api/voice/{voice_id}"))
    found: dict[str, Any] = next(each for each in voice["metadata"]["prompts"] if each["id"] == style_id)
    return found


def a_voice(client: httpx.Client, recording: Path, **fields: object) -> dict[str, Any]:
    """A voice that can speak."""
    return ready(client, new_voice(client, recording, **fields)["id"])


def preset(client: httpx.Client) -> str:
    """The id of a voice that the engine brings along."""
    voices = got(client.get("/api/voice", params={"from": "market"}))
    found: str = voices[0]["idForGenerate"]
    return found


def content(voice_id: str, text: str = TEXT, **more: object) -> dict[str, object]:
    return {"voiceId": voice_id, "text": text, **more}


def new_task(client: httpx.Client, *contents: dict[str, object], **more: object) -> dict[str, Any]:
    """A task that was just ordered."""
    task: dict[str, Any] = got(client.post("/api/tts/generate", json={"contents": list(contents), **more}))
    return task


def ended(client: httpx.Client, task_id: str) -> dict[str, Any]:
    """The task, when it has ended."""

    def look() -> dict[str, Any] | None:
        task: dict[str, Any] = got(client.get(f"/api/tts/generate/{task_id}"))
        return task if task["status"] in ("generated", "failed") else None

    found = until(look)
    assert found is not None
    return found


def generated(client: httpx.Client, *contents: dict[str, object], **more: object) -> dict[str, Any]:
    """A task that has been spoken."""
    task = ended(client, new_task(client, *contents, **more)["id"])
    assert task["status"] == "generated", task
    return task


def heard(address: str, *, headers: dict[str, str] | None = None) -> bytes:
    """The sound at an address, as clients get it: with their key, and without following anywhere."""
    answer = httpx.get(address, headers=headers or {"Authorization": "Bearer something"}, timeout=60)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "audio/mpeg"
    assert int(answer.headers["content-length"]) == len(answer.content) > 100
    return answer.content
