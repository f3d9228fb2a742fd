"""Apps that speak OpenAI's dialect to a server."""

from __future__ import annotations

import io
import json
from base64 import b64decode
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import av
import httpx

from hwamei.domain.app import Quota
from tests.serving import Site, until

TEXT = "你好，world. The ferry leaves at nine."
LONG = "The ferry leaves the old town at sunrise, and nobody looks up. " * 300
SPEECH, VOICES, CONSENTS = "/v1/audio/speech", "/v1/audio/voices", "/v1/audio/voice_consents"

Json = dict[str, Any]


def client_of(site: Site, *, quota: Quota | None = None) -> httpx.Client:
    """A new app's way to the dialect."""
    key = site.credentials(quota=quota).api_key
    return httpx.Client(base_url=site.url, headers={"Authorization": f"Bearer {key}"}, timeout=60)


def body(**more: object) -> Json:
    """An order to speak."""
    return {"model": "gpt-4o-mini-tts", "input": TEXT, "voice": "alloy", **more}


def spoken(client: httpx.Client, **more: object) -> httpx.Response:
    """Speech that was answered."""
    answer = client.post(SPEECH, json=body(**more))
    assert answer.status_code == 200, answer.text
    return answer


def refused(answer: httpx.Response) -> tuple[int, str, str | None, str | None]:
    """HTTP status, type, code and parameter of a refusal, which has the form that all have."""
    assert set(answer.json()) == {"error"}
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["message"]
    assert answer.headers["x-request-id"]
    return answer.status_code, error["type"], error["code"], error["param"]


def events_in(lines: Iterator[str]) -> Iterator[Json]:
    """The events of a stream."""
    for line in lines:
        if line:
            name, _, data = line.partition(": ")
            assert name == "data"
            yield json.loads(data)


def sound_in(events: Sequence[Json]) -> bytes:
    """The sound of a stream of events."""
    return b"".join(b64decode(event["audio"]) for event in events if event["type"] == "speech.audio.delta")


def samples_in(content: bytes) -> int:
    """How many samples the file's sound has, at its own rate."""
    with av.open(io.BytesIO(content), "r") as container:
        return sum(frame.samples for frame in container.decode(audio=0))


def new_voice(client: httpx.Client, recording: Path, **fields: str) -> Json:
    """A voice that was just ordered."""
    form = {"name": "Mei", "consent": "cons_1234", **fields}
    answer = client.post(VOICES, data=form, files={"audio_sample": ("me.flac", recording.read_bytes(), "audio/flac")})
    assert answer.status_code == 200, answer.text
    voice: Json = answer.json()
    return voice


def a_consent(client: httpx.Client, recording: Path, **fields: str) -> Json:
    """A recorded consent."""
    form = {"name": "John Doe", "language": "en-US", **fields}
    answer = client.post(CONSENTS, data=form, files={"recording": ("yes.flac", recording.read_bytes(), "audio/flac")})
    assert answer.status_code == 200, answer.text
    consent: Json = answer.json()
    return consent


def ready(client: httpx.Client, voice_id: str) -> Json:
    """The voice when it can speak."""

    def look() -> Json | None:
        found: Json = client.get(f"{VOICES}/{voice_id}").json()
        return None if found["status"] == "training" else found

    found = until(look)
    assert found is not None
    assert found["status"] == "ready", found
    return found


def a_voice(client: httpx.Client, recording: Path, **fields: str) -> Json:
    """A voice that can speak."""
    return ready(client, new_voice(client, recording, **fields)["id"])
