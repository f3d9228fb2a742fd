"""Uploads: a place, the content, a voice made of it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.dialects.chanjing.conftest import NOBODYS_ID, Program


def place(program: Program, name: str = "me.wav", service: str = "prompt_audio") -> dict[str, Any]:
    found: dict[str, Any] = program.data(program.get("/common/create_upload_url", service=service, name=name))
    return found


def test_a_recording_that_was_sent_makes_a_voice(mine: Program, recording: Path) -> None:
    there = place(mine, "我的 录音.WAV")
    assert list(there) == ["sign_url", "full_path", "key", "mime_type", "file_id"]
    assert there["mime_type"] == "audio/x-wav"
    waiting = mine.data(mine.get("/common/file_detail", id=there["file_id"]))
    assert (waiting["status"], waiting["bytes"], waiting["file_path"]) == (0, 0, "")
    assert waiting["create_time"] == pytest.approx(time.time(), abs=120)
    sent = httpx.put(there["sign_url"], content=recording.read_bytes(), headers={"Content-Type": there["mime_type"]})
    assert sent.status_code == 200
    usable = mine.data(mine.get("/common/file_detail", id=there["file_id"]))
    assert list(usable) == ["id", "service", "status", "bytes", "create_time", "file_path", "msg"]
    assert (usable["status"], usable["bytes"]) == (1, recording.stat().st_size)
    assert (usable["id"], usable["service"], usable["msg"]) == (there["file_id"], "prompt_audio", "")
    assert httpx.get(there["full_path"]).content == recording.read_bytes() == httpx.get(usable["file_path"]).content
    assert httpx.URL(there["full_path"]).path.endswith(".wav")
    assert mine.settled(mine.voice(there["full_path"]))["status"] == 2


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.mp3", "audio/mpeg"),
        ("a.m4a", "audio/m4a"),
        ("a.MP4", "video/mp4"),
        ("a.flac", "application/octet-stream"),
        ("../../a.b.wav", "audio/x-wav"),
    ],
)
def test_the_type_to_send_follows_from_the_name(name: str, media_type: str, mine: Program) -> None:
    assert place(mine, name)["mime_type"] == media_type


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"service": "prompt_audio"},
        {"name": "a.wav"},
        {"service": "other", "name": "a.wav"},
        {"service": "prompt_audio", "name": "a"},
        {"service": "prompt_audio", "name": "a."},
        {"service": "prompt_audio", "name": "a.w v"},
        {"service": "prompt_audio", "name": "a." + "x" * 20},
        {"service": "prompt_audio", "name": "a\0.wav"},
        {"service": "../x", "name": "a.wav"},
    ],
    ids=str,
)
def test_a_place_that_cannot_be_is_refused(query: dict[str, str], mine: Program) -> None:
    assert mine.get("/common/create_upload_url", **query)["code"] == 400


def test_a_deleted_file_is_gone(mine: Program, other: Program) -> None:
    there = place(mine)
    httpx.put(there["sign_url"], content=b"something")
    assert other.post("/common/delete_file", id=there["file_id"])["code"] == 40000
    assert mine.data(mine.post("/common/delete_file", id=there["file_id"])) == ""
    assert mine.get("/common/file_detail", id=there["file_id"])["code"] == 40000
    assert httpx.get(there["full_path"]).status_code == 404
    failed = mine.settled(mine.voice(there["full_path"]))
    assert (failed["status"], failed["err_msg"]) == (4, "音频文件或声音不存在,可能已被删除")


@pytest.mark.parametrize("given", ["", "x", str(UUID(NOBODYS_ID)), NOBODYS_ID])
def test_an_unknown_file_is_refused(given: str, mine: Program) -> None:
    assert mine.get("/common/file_detail", id=given)["code"] == 40000
    assert mine.post("/common/delete_file", id=given)["code"] == 40000


def test_anothers_file_is_as_unknown(mine: Program, other: Program) -> None:
    there = place(mine)
    theirs = other.get("/common/file_detail", id=there["file_id"])
    unknown = other.get("/common/file_detail", id=NOBODYS_ID)
    assert theirs["code"] == unknown["code"] == 40000
    assert mine.data(mine.get("/common/file_detail", id=there["file_id"]))["status"] == 0


def test_a_body_of_another_kind_is_refused(mine: Program) -> None:
    assert mine.post("/common/delete_file", id=5)["code"] == 400
    assert mine.post("/common/delete_file")["code"] == 40000
