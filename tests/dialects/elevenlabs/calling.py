"""Calls as a client of ElevenLabs makes them."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import soundfile
from numpy.typing import NDArray

from hwamei.domain.app import Quota
from tests.serving import Site

TTS = "/v1/text-to-speech"
TEXT = "The ferry leaves at 6:45, and nobody looks up. 今天天气很好，我们去公园吧。What a day!"


def client_of(site: Site, *, quota: Quota | None = None) -> httpx.Client:
    """A new app's way to the dialect."""
    key = site.credentials(quota=quota).api_key
    return httpx.Client(base_url=site.url, headers={"xi-api-key": key}, timeout=120)


def native_of(client: httpx.Client, site: Site) -> httpx.Client:
    """The same app's way to the native API."""
    headers = {"Authorization": f"Bearer {client.headers['xi-api-key']}"}
    return httpx.Client(base_url=f"{site.url}/hwamei/v1", headers=headers, timeout=120)


def added(client: httpx.Client, recording: Path, **fields: str) -> httpx.Response:
    """A voice, ordered."""
    files = [("files", ("me.flac", recording.read_bytes(), "audio/flac"))]
    return client.post("/v1/voices/add", data={"name": "Me", **fields}, files=files)


def a_voice(client: httpx.Client, recording: Path, **fields: str) -> str:
    """The id of a voice that can speak."""
    answer = added(client, recording, **fields)
    assert answer.status_code == 200, answer.text
    voice_id: str = answer.json()["voice_id"]
    assert spoken(client, voice_id).status_code == 200
    return voice_id


def spoken(client: httpx.Client, voice_id: str, how: str = "", **options: Any) -> httpx.Response:
    """A text, spoken; `how`: the end of the path. What the address takes is told apart from the body."""
    query: dict[str, Any] = {name: options.pop(name) for name in ("output_format", "enable_logging") if name in options}
    return client.post(f"{TTS}/{voice_id}{how}", params=query, json={"text": "Hello there.", **options})


def samples_of(answer: httpx.Response) -> tuple[NDArray[np.float32], int]:
    """What is heard of an answer, and at which rate."""
    assert answer.status_code == 200, answer.text
    samples, rate_hz = soundfile.read(io.BytesIO(answer.content), dtype="float32")
    return samples, rate_hz


def lines_of(answer: httpx.Response) -> list[dict[str, Any]]:
    """The objects of an answer of lines."""
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines() if line]


def detail(answer: httpx.Response) -> dict[str, Any]:
    """Why a request was refused."""
    found: dict[str, Any] = answer.json()["detail"]
    return found
