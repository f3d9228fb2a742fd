"""Voices: made, listed, renamed, pictured, deleted."""

from __future__ import annotations

import io
import json
import zipfile
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import numpy as np
import pytest
import soundfile

from tests.dialects.vocu.clients import (
    PNG,
    a_voice,
    content,
    data_url,
    generated,
    got,
    new_voice,
    preset,
    ready,
    refused,
)
from tests.serving import Site

PATHS = ["/api/voice", "/api/tts/voice"]


def names(client: httpx.Client, path: str = "/api/voice", **query: str) -> list[str]:
    return [voice["name"] for voice in got(client.get(path, params=query))]


@pytest.mark.parametrize("path", PATHS)
def test_a_voice_is_made_of_a_sample_in_json(path: str, mine: httpx.Client, recording: Path) -> None:
    body = {
        "name": "梅",
        "prompt": data_url(recording.read_bytes(), "audio/flac"),
        "modelVersion": "v4.0",
        "language": "zh",
        "description": "calm",
        "avatar": data_url(PNG, "image/png"),
        "vocalFilter": False,
    }
    voice = got(mine.post(path, json=body))
    assert (voice["id"], voice["name"]) == (voice["idForGenerate"], "梅")
    assert voice["status"] in ("creating", "pending")
    assert (voice["version"], voice["from"]) == ("v4.0", "upload")
    voice = ready(mine, voice["id"])
    assert voice["status"] == "pending"
    assert voice["metadata"]["description"] == "calm"
    (prompt,) = voice["metadata"]["prompts"]
    assert (prompt["id"], prompt["name"], prompt["language"]) == ("default", "Default", "zh")
    assert httpx.get(prompt["promptOriginAudioStorageUrl"]).content == recording.read_bytes()
    assert httpx.get(prompt["playBackAudio"]).headers["content-type"] == "audio/wav"
    picture = httpx.get(voice["metadata"]["avatar"])
    assert (picture.content, picture.headers["content-type"]) == (PNG, "image/png")


@pytest.mark.parametrize("path", PATHS)
def test_a_voice_is_made_of_a_form_with_files(path: str, mine: httpx.Client, recording: Path) -> None:
    files = {"prompt": ("me.flac", recording.read_bytes()), "avatar": ("me.png", PNG)}
    voice = got(mine.post(path, data={"name": "Mei", "vocalFilter": "false", "language": "xx"}, files=files))
    voice = ready(mine, voice["id"])
    assert voice["metadata"]["prompts"][0]["language"] == "auto"
    assert httpx.get(voice["metadata"]["avatar"]).content == PNG


def packed(recording: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a/one.flac", recording.read_bytes())
        archive.writestr("list.txt", "one")
    return content.getvalue()


def uploaded(client: httpx.Client, content: bytes) -> str:
    upload_id: str = got(client.post("/api/editor/multipartUpload/newFile", json={"type": "zip"}))["id"]
    middle = len(content) // 2
    for number, part in enumerate((content[:middle], content[middle:]), 1):
        data = {"id": upload_id, "partNumber": str(number)}
        got(client.post("/api/editor/multipartUpload/chunk", data=data, files={"file": ("part", part)}))
    finished = got(client.post("/api/editor/multipartUpload/finish", json={"id": upload_id}))
    found: str = finished["id"]
    return found


def test_a_voice_is_trained_of_recordings_that_came_in_parts(mine: httpx.Client, recording: Path) -> None:
    lora = uploaded(mine, packed(recording))
    voice = new_voice(mine, recording, lora=lora, language="zh")
    assert voice["status"] in ("lora-pending", "lora-success")
    voice = ready(mine, voice["id"])
    assert voice["status"] == "lora-success"
    assert generated(mine, content(voice["id"]))


def test_a_part_may_come_bare(mine: httpx.Client) -> None:
    upload_id = got(mine.post("/api/editor/multipartUpload/newFile", json={"type": "zip"}))["id"]
    query = {"uploadId": upload_id, "index": "0"}
    got(mine.post("/api/editor/multipartUpload/uploadPart", params=query, content=b"part"))
    assert got(mine.post("/api/editor/multipartUpload/finish", json={"id": upload_id}))["id"] == upload_id


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("newFile", {}, (400, "VALIDATION_BAD_PARAMS")),
        ("newFile", {"type": "rar"}, (400, "VALIDATION_BAD_PARAMS")),
        ("finish", {}, (400, "VALIDATION_MISSING_FIELD")),
        ("finish", {"id": "nothing"}, (404, "RESOURCE_NOT_FOUND")),
        ("finish", {"id": str(uuid4())}, (404, "RESOURCE_NOT_FOUND")),
    ],
)
def test_uploads_that_cannot_be_are_refused(
    path: str, body: dict[str, str], told: tuple[int, str], mine: httpx.Client
) -> None:
    assert refused(mine.post(f"/api/editor/multipartUpload/{path}", json=body)) == told


def test_an_upload_without_parts_is_not_finished(mine: httpx.Client) -> None:
    upload_id = got(mine.post("/api/editor/multipartUpload/newFile", json={"type": "zip"}))["id"]
    answer = mine.post("/api/editor/multipartUpload/finish", json={"id": upload_id})
    assert refused(answer) == (400, "VALIDATION_INVALID_FORMAT")


def sound(seconds: float, *, level: float = 0.0) -> str:
    content = io.BytesIO()
    samples = level * np.random.default_rng(0).standard_normal(int(16_000 * seconds)).astype(np.float32)
    soundfile.write(content, samples, 16_000, format="WAV")
    return data_url(content.getvalue())


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": None}, (400, "VALIDATION_MISSING_FIELD")),
        ({"name": " "}, (400, "VALIDATION_MISSING_FIELD")),
        ({"name": "a\tb"}, (400, "VALIDATION_INVALID_VALUE")),
        ({"name": "x" * 201}, (400, "VALIDATION_INVALID_FORMAT")),
        ({"prompt": None}, (400, "VOICE_PROMPT_MISSING")),
        ({"prompt": ""}, (400, "VOICE_PROMPT_MISSING")),
        ({"prompt": "https://example.com/a.wav"}, (400, "VALIDATION_INVALID_FORMAT")),
        ({"prompt": data_url(b"not sound")}, (400, "VOICE_PROBE_FAILED")),
        ({"prompt": data_url(PNG, "image/png")}, (400, "VALIDATION_INVALID_FORMAT")),
        ({"prompt": sound(1.0, level=0.1)}, (400, "MINIMUM_DURATION_NOT_MET")),
        ({"prompt": sound(5.0)}, (400, "VOCAL_NOT_DETECTED")),
        ({"modelVersion": "v9"}, (400, "VOICE_MODEL_VERSION_INVALID")),
        ({"modelVersion": "v4.0", "lora": str(uuid4())}, (400, "VALIDATION_BAD_PARAMS")),
        ({"modelVersion": "v4.0", "vcover": True}, (400, "VALIDATION_BAD_PARAMS")),
        ({"lora": str(uuid4())}, (400, "VALIDATION_BAD_PARAMS")),
        ({"lora": str(uuid4()), "language": "zh"}, (400, "VOICE_LORA_ARTIFACT_MISSING")),
        ({"lora": "nothing", "language": "zh"}, (404, "RESOURCE_NOT_FOUND")),
        ({"avatar": "no picture"}, (400, "VALIDATION_INVALID_FORMAT")),
        ({"avatar": data_url(b"<svg/>", "image/svg+xml")}, (400, "VALIDATION_INVALID_FORMAT")),
        ({"avatar": data_url(bytes(11 * 1024 * 1024), "image/png")}, (413, "UPLOAD_TOO_LARGE")),
        ({"vocalFilter": "perhaps"}, (400, "VALIDATION_INVALID_FORMAT")),
    ],
)
def test_a_voice_that_cannot_be_is_refused_and_leaves_nothing(
    wrong: dict[str, Any], told: tuple[int, str], mine: httpx.Client, recording: Path, site: Site
) -> None:
    body = {"name": "Mei", "prompt": data_url(recording.read_bytes(), "audio/flac")} | wrong
    assert refused(mine.post("/api/voice", json=body)) == told
    assert names(mine) == []


def test_a_form_that_cannot_be_is_refused(mine: httpx.Client, recording: Path) -> None:
    sample = ("me.flac", recording.read_bytes())
    two = [("prompt", sample), ("prompt", sample)]
    assert refused(mine.post("/api/voice", data={"name": "Mei"}, files=two)) == (400, "VALIDATION_BAD_PARAMS")
    none = mine.post("/api/voice", data={"name": "Mei"}, files={"other": sample})
    assert refused(none) == (400, "VOICE_PROMPT_MISSING")


def test_a_body_beyond_all_measure_is_refused_before_it_is_read(site: Site, mine: httpx.Client) -> None:
    headers = {"Content-Length": str(200 * 1024 * 1024), "Content-Type": "application/json"}
    key = {"Authorization": mine.headers["authorization"]}
    assert _told_before_the_body(site, headers | key) == (413, "UPLOAD_TOO_LARGE")
    assert _told_before_the_body(site, headers) == (401, "AUTH_UNAUTHORIZED")


def _told_before_the_body(site: Site, headers: dict[str, str]) -> tuple[int, str]:
    connection = HTTPConnection(httpx.URL(site.url).host, httpx.URL(site.url).port, timeout=60)
    connection.putrequest("POST", "/api/voice")
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()
    return answer.status, body["code"]


# ---------------------------------------------------------------- lists


def test_own_voices_are_listed_and_the_engines_where_they_are_asked_for(mine: httpx.Client, recording: Path) -> None:
    new_voice(mine, recording)
    assert names(mine) == names(mine, **{"from": "upload"}) == names(mine, "/api/tts/voice", **{"from": ""}) == ["Mei"]
    market = names(mine, **{"from": "market"})
    assert "tenor" in market
    assert names(mine, showMarket="true") == [*market, "Mei"]
    assert names(mine, showMarket="true", **{"from": "upload"}) == [*market, "Mei"]
    for voice in got(mine.get("/api/voice", params={"showMarket": "true"})):
        assert {"id", "idForGenerate", "name", "status", "metadata", "version", "from"} <= set(voice)
        assert voice["idForGenerate"] == (voice["id"] if voice["from"] == "upload" else f"market:{voice['id']}")


def test_a_voice_is_listed_by_version(mine: httpx.Client, recording: Path) -> None:
    new_voice(mine, recording, modelVersion="v4.0")
    assert names(mine, version="v4.0") == names(mine, version="v9") == ["Mei"]
    new_voice(mine, recording, name="Other")
    assert names(mine, version="v4.0") == ["Mei"]


def test_trained_voices_are_listed_before_they_are_ready_where_all_are_asked_for(
    mine: httpx.Client, recording: Path
) -> None:
    voice = new_voice(mine, recording, lora=uploaded(mine, packed(recording)), language="zh")
    assert names(mine, show="full") == ["Mei"]
    ready(mine, voice["id"])
    assert names(mine) == ["Mei"]


def test_the_engines_voices_can_be_looked_at_and_not_deleted(mine: httpx.Client) -> None:
    market_id = preset(mine)
    voice = got(mine.get(f"/api/voice/{market_id}"))
    assert voice["idForGenerate"] == market_id
    heard = httpx.get(voice["metadata"]["prompts"][0]["playBackAudio"], headers=mine.headers)
    assert (heard.status_code, heard.headers["content-type"]) == (200, "audio/wav")
    for spelling in (market_id, market_id.removeprefix("market:")):
        assert refused(mine.delete(f"/api/voice/{spelling}")) == (404, "VOICE_NOT_FOUND")


# ---------------------------------------------------------------- one voice


@pytest.mark.parametrize("path", PATHS)
def test_a_voice_is_renamed_and_described(path: str, mine: httpx.Client, recording: Path) -> None:
    voice = new_voice(mine, recording, description="calm")
    changed = got(mine.post(f"{path}/{voice['id']}/info", json={"name": "梅", "description": "bright"}))
    assert (changed["name"], changed["metadata"]["description"]) == ("梅", "bright")
    changed = got(mine.post(f"{path}/{voice['id']}/info", json={"name": ""}))
    assert (changed["name"], changed["metadata"]["description"]) == ("梅", "")
    assert ready(mine, voice["id"])["name"] == "梅"


def test_a_voice_gets_another_picture(mine: httpx.Client, recording: Path) -> None:
    voice = a_voice(mine, recording, avatar=data_url(PNG, "image/png"))
    jpeg = b"\xff\xd8\xff" + bytes(50)
    changed = got(mine.post(f"/api/voice/{voice['id']}/avatar", json={"avatar": data_url(jpeg, "image/jpeg")}))
    assert httpx.get(changed["metadata"]["avatar"]).content == jpeg
    assert httpx.get(voice["metadata"]["avatar"]).status_code == 404
    assert refused(mine.post(f"/api/voice/{voice['id']}/avatar", json={})) == (400, "VALIDATION_MISSING_FIELD")
    wrong = mine.post(f"/api/voice/{voice['id']}/avatar", json={"avatar": data_url(b"x", "image/png")})
    assert refused(wrong) == (400, "VALIDATION_INVALID_FORMAT")
    assert httpx.get(changed["metadata"]["avatar"]).content == jpeg


@pytest.mark.parametrize("path", PATHS)
def test_a_deleted_voice_is_gone_with_all_that_came_from_the_person(
    path: str, mine: httpx.Client, recording: Path
) -> None:
    voice = a_voice(mine, recording, avatar=data_url(PNG, "image/png"))
    prompt = voice["metadata"]["prompts"][0]
    assert got(mine.delete(f"{path}/{voice['id']}")) is None
    assert refused(mine.get(f"{path}/{voice['id']}")) == (404, "VOICE_NOT_FOUND")
    assert refused(mine.delete(f"{path}/{voice['id']}")) == (404, "VOICE_NOT_FOUND")
    assert names(mine) == []
    for url in (prompt["promptOriginAudioStorageUrl"], prompt["playBackAudio"], voice["metadata"]["avatar"]):
        assert httpx.get(url).status_code == 404


def test_another_apps_voice_is_not_found(mine: httpx.Client, other: httpx.Client, recording: Path) -> None:
    voice_id = new_voice(mine, recording)["id"]
    whole = f"/api/voice/{voice_id}"
    picture = {"avatar": data_url(PNG, "image/png")}
    style = {"name": "a", "prompt": data_url(recording.read_bytes(), "audio/flac")}
    for answer in (
        other.get(whole),
        other.delete(whole),
        other.get(f"{whole}/share"),
        other.post(f"{whole}/info", json={"name": "theirs"}),
        other.post(f"{whole}/avatar", json=picture),
        other.post(f"{whole}/prompt", json=style),
        other.delete(f"{whole}/prompt/default"),
        other.post(f"{whole}/prompt/default/info", json={"name": "theirs"}),
        other.get(f"{whole}/prompt/default/stt"),
    ):
        assert refused(answer) == (404, "VOICE_NOT_FOUND")
    assert ready(mine, voice_id)["name"] == "Mei"
