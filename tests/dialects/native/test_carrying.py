"""Voices as files over HTTP, between apps, servers and the command line."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest

import hwamei
from hwamei import npz
from tests.dialects.native.test_voices import order
from tests.serving import ended, settings_of


@pytest.fixture
def exported(mine: httpx.Client, recording: Path) -> bytes:
    """The file of a voice that can speak."""
    ordered = order(mine, recording, consent_speaker="Anna", consent_ground="She asked for it.", language="en")
    assert ended(mine, f"/training-jobs/{ordered['job']['id']}")["state"] == "succeeded"
    answer = mine.get(f"/voices/{ordered['voice']['id']}/export")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].endswith('.hwamei"')
    return answer.content


def test_a_voice_has_addresses_of_its_speech_and_its_preview(mine: httpx.Client, recording: Path) -> None:
    ordered = order(mine, recording)
    assert (ordered["voice"]["speech_url"], ordered["voice"]["preview_url"]) == (None, None)
    ended(mine, f"/training-jobs/{ordered['job']['id']}")
    voice = mine.get(f"/voices/{ordered['voice']['id']}").json()
    for url in (voice["speech_url"], voice["preview_url"]):
        sound = httpx.get(url)
        assert (sound.status_code, sound.headers["content-type"]) == (200, "audio/wav")
    assert mine.get("/voices").json()["items"][0]["speech_url"] is not None


def test_a_voice_goes_to_another_app_and_speaks_there(exported: bytes, other: httpx.Client) -> None:
    answer = other.post("/voices/import", content=exported)
    assert answer.status_code == 201, answer.text
    voice: dict[str, Any] = answer.json()
    assert (voice["name"], voice["state"], voice["language"]) == ("me", "ready", "en")
    assert voice["consent"]["speaker"] == "Anna"
    assert voice["facts"]["speech_s"] > 5
    assert other.get(f"/training-jobs/{voice['job_id']}").json()["state"] == "succeeded"
    for url in (voice["speech_url"], voice["preview_url"]):
        assert httpx.get(url).status_code == 200
    assert other.post("/speech", json={"text": "Hello.", "voice": voice["id"]}).status_code == 200
    again = other.post(f"/voices/{voice['id']}/retrain", json={}).json()
    assert ended(other, f"/training-jobs/{again['job']['id']}")["state"] == "succeeded"
    assert other.delete(f"/voices/{voice['id']}").status_code == 204


def test_what_is_said_in_the_recordings_goes_along(mine: httpx.Client, other: httpx.Client, recording: Path) -> None:
    ordered = order(mine, recording, texts='["Good morning."]')
    assert [each["text"] for each in ordered["voice"]["reference"]] == ["Good morning."]
    ended(mine, f"/training-jobs/{ordered['job']['id']}")
    exported = mine.get(f"/voices/{ordered['voice']['id']}/export").content
    voice = other.post("/voices/import", content=exported).json()
    assert [each["text"] for each in voice["reference"]] == ["Good morning."]


@pytest.mark.parametrize("words", [b"\xff\xfe", b"a" * 70_000], ids=["no text", "too much"])
def test_words_that_cannot_be_those_of_a_recording_are_refused(
    words: bytes, exported: bytes, other: httpx.Client
) -> None:
    content = io.BytesIO(exported)
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("references/01.txt", words)
    answer = other.post("/voices/import", content=content.getvalue())
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "bad_voice_file"), answer.text


def test_the_command_line_takes_it_and_gives_one_back(exported: bytes, other: httpx.Client, tmp_path: Path) -> None:
    source, back = tmp_path / "anna.hwamei", tmp_path / "back.hwamei"
    source.write_bytes(exported)
    with hwamei.open(settings_of(tmp_path)) as studio:
        voice = studio.voices.import_voice(source)
        studio.voices.export_voice(voice.id, back)
    answer = other.post("/voices/import", files={"file": ("back.hwamei", back.read_bytes())})
    assert answer.status_code == 201, answer.text
    assert answer.json()["consent"]["ground"] == "She asked for it."


def changed(exported: bytes, **members: bytes) -> bytes:
    """The file with members replaced, `-` for `.` in their names."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(exported)) as archive, zipfile.ZipFile(target, "w") as new:
        for name in archive.namelist():
            new.writestr(name, members.get(name.replace(".", "_"), archive.read(name)))
    return target.getvalue()


def test_what_is_no_voice_is_refused_and_leaves_nothing(exported: bytes, other: httpx.Client) -> None:
    with zipfile.ZipFile(io.BytesIO(exported)) as archive:
        record = json.loads(archive.read("voice.json"))
        arrays = npz.unpack(archive.read("voiceprint.npz"))
    foreign = record | {"voiceprint": record["voiceprint"] | {"engine": "another"}}
    empty = npz.pack({name: array[:0] for name, array in arrays.items()})
    for wrong in (
        b"no archive",
        exported[: len(exported) // 2],
        changed(exported, voice_json=b"{}"),
        changed(exported, voice_json=json.dumps(foreign).encode()),
        changed(exported, voiceprint_npz=empty),
        changed(exported, **{f"references/{record['references'][0]}".replace(".", "_"): b"no sound"}),
    ):
        answer = other.post("/voices/import", content=wrong)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "bad_voice_file"), answer.text
    assert other.get("/voices").json()["total"] == 0


def test_what_cannot_speak_is_not_exported(mine: httpx.Client, other: httpx.Client, recording: Path) -> None:
    voice = order(mine, recording)["voice"]
    assert mine.get(f"/voices/{voice['id']}/export").status_code in (200, 409)  # it may be ready by now
    assert other.get(f"/voices/{voice['id']}/export").status_code == 404
    silent = mine.post("/voices", json={"name": "none", "reference": [{"url": "http://127.0.0.1:9/none"}]}).json()
    assert mine.get(f"/voices/{silent['voice']['id']}/export").json()["error"]["code"] == "wrong_state"
