"""Custom voices over OpenAI's calls."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from hwamei.server import open_app
from tests.dialects.openai.clients import SPEECH, VOICES, a_voice, body, new_voice, ready, refused, spoken
from tests.serving import API, Site, served, settings_of

INVALID = "invalid_request_error"


def sample(recording: Path) -> dict[str, Any]:
    return {"audio_sample": ("me.flac", recording.read_bytes(), "audio/flac")}


def test_the_answer_to_an_upload_comes_when_the_voice_can_speak(mine: httpx.Client, recording: Path) -> None:
    made = new_voice(mine, recording, ref_text="What is said.")
    assert made["status"] == "ready"
    assert made["voice"]["ref_text"] == "What is said."
    spoken(mine, voice=made["id"])


def test_a_voice_that_takes_long_is_answered_as_one_in_the_making(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no worker makes it."""
    monkeypatch.setattr("hwamei.dialects.openai.routes.voices.MADE_WITHIN_S", 0.3)
    with open_app(settings_of(tmp_path), works=False) as app, served(app) as url:
        key = app.state.platform.accounts.create("tests").api_key
        with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
            voice = new_voice(client, recording)
            assert voice["status"] == "training"
            assert client.get(f"{VOICES}/{voice['id']}").json()["status"] == "training"


def test_an_uploaded_voice_can_speak_soon(mine: httpx.Client, recording: Path) -> None:
    ordered = new_voice(mine, recording, name="Mei 小美")
    assert (ordered["object"], ordered["type"], ordered["name"]) == ("audio.voice", "audio_sample", "Mei 小美")
    assert ordered["id"].startswith("voice_")
    assert isinstance(ordered["created_at"], int)
    assert ordered["success"]
    found = ready(mine, ordered["id"])
    assert found == {name: value for name, value in ordered.items() if name not in ("success", "voice")}
    spoken(mine, voice=found["id"])


def test_consent_and_what_was_said_are_kept_with_the_voice(mine: httpx.Client, recording: Path, site: Site) -> None:
    written = a_voice(mine, recording, consent="cons_42", ref_text="Hello.", speaker_description="warm")
    recorded = mine.post(
        VOICES,
        data={"name": "Recorded"},
        files=sample(recording) | {"consent": ("consent.flac", recording.read_bytes(), "audio/flac")},
    ).json()
    consents = [
        mine.get(f"{API}/voices/{UUID(voice['id'].removeprefix('voice_'))}").json()["consent"]
        for voice in (written, recorded)
    ]
    assert [(each["speaker"], each["ground"]) for each in consents] == [("Mei", "cons_42"), ("Recorded", "a recording")]
    (uploaded,) = [each for each in mine.get(VOICES).json()["uploaded_voices"] if each["name"] == "Mei"]
    assert (uploaded["consent"], uploaded["speaker_description"]) == ("cons_42", "warm")


def test_a_list_has_the_apps_voices_and_the_names_of_all_who_can_speak(mine: httpx.Client, recording: Path) -> None:
    empty = mine.get(VOICES).json()
    assert (empty["object"], empty["data"], empty["has_more"]) == ("list", [], False)
    names = [voice["id"] for voice in empty["voices"]]
    assert {"alto", "tenor", "alloy", "echo", "verse"} <= set(names)
    assert len(names) == len(set(names))
    for name in names:
        spoken(mine, voice=name, input="Hello.")
    voice = a_voice(mine, recording)
    found = mine.get(VOICES).json()
    assert found["data"] == [voice]
    assert found["voices"][0] == {"id": voice["id"], "name": "Mei"}
    assert [each["name"] for each in found["uploaded_voices"]] == ["Mei"]


def test_a_voice_is_looked_at_by_id_or_name_and_so_is_one_of_the_engines(mine: httpx.Client, recording: Path) -> None:
    voice = a_voice(mine, recording)
    assert mine.get(f"{VOICES}/Mei").json() == voice == mine.get(f"{VOICES}/{voice['id']}").json()
    assert mine.get(f"{VOICES}/alto").json()["type"] == "preset"


@pytest.mark.parametrize("by", ["id", "name"])
def test_a_deleted_voice_is_gone(by: str, mine: httpx.Client, recording: Path) -> None:
    voice = a_voice(mine, recording)
    answer = mine.delete(f"{VOICES}/{voice[by]}")
    assert answer.json() == {"id": voice["id"], "object": "audio.voice.deleted", "deleted": True, "success": True}
    assert refused(mine.delete(f"{VOICES}/{voice[by]}")) == (404, INVALID, "not_found", None)
    assert refused(mine.get(f"{VOICES}/{voice['id']}"))[0] == 404
    assert refused(mine.post(SPEECH, json=body(voice=voice["id"])))[3] == "voice"
    assert mine.get(VOICES).json()["data"] == []


def test_a_voice_of_another_app_looks_like_one_that_never_was(
    mine: httpx.Client, other: httpx.Client, recording: Path
) -> None:
    voice = a_voice(other, recording)
    for name in (voice["id"], "Mei", "voice_" + "0" * 32, "nobody", "v" * 3000):
        assert refused(mine.get(f"{VOICES}/{name}"))[0] == 404
        assert refused(mine.delete(f"{VOICES}/{name}"))[0] == 404
    assert mine.get(VOICES).json()["data"] == []
    assert ready(other, voice["id"])


@pytest.mark.parametrize("name", ["alto", "alloy"])
def test_what_the_engine_brings_along_cannot_be_deleted(name: str, mine: httpx.Client) -> None:
    assert refused(mine.delete(f"{VOICES}/{name}"))[0] == 404


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"consent": "c"}, ("missing_required_parameter", "name")),
        ({"name": "Mei"}, ("missing_required_parameter", "consent")),
        ({"name": "", "consent": "c"}, ("missing_required_parameter", "name")),
        ({"name": "a\nb", "consent": "c"}, ("invalid_value", "name")),
        ({"name": "n" * 201, "consent": "c"}, ("invalid_value", "name")),
        ({"name": "Mei", "consent": "c" * 1001}, ("invalid_value", "consent")),
        ({"name": "Mei", "consent": "c", "type": "prompt"}, ("unsupported_value", "prompt")),
        ({"name": "Mei", "consent": "c", "prompt": "A warm voice"}, ("unsupported_value", "prompt")),
        ({"name": "Mei", "consent": "c", "type": "song"}, ("invalid_value", "type")),
    ],
    ids=str,
)
def test_a_voice_that_cannot_be_is_refused_and_nothing_is_kept(
    fields: dict[str, str], told: tuple[str, str], mine: httpx.Client, recording: Path
) -> None:
    answer = mine.post(VOICES, data=fields, files=sample(recording))
    assert refused(answer) == (400, INVALID, *told)
    assert mine.get(VOICES).json()["data"] == []


@pytest.mark.parametrize("content", [b"", b"no sound", b"RIFF\0\0\0\0WAVE"])
def test_a_sample_that_is_no_recording_is_refused(content: bytes, mine: httpx.Client) -> None:
    answer = mine.post(VOICES, data={"name": "Mei", "consent": "c"}, files={"audio_sample": ("me.wav", content)})
    assert refused(answer) == (400, INVALID, "invalid_audio", "audio_sample")


def test_without_a_sample_there_is_no_voice(mine: httpx.Client) -> None:
    told = (400, INVALID, "missing_required_parameter", "audio_sample")
    assert refused(mine.post(VOICES, json={"name": "Mei", "consent": "c"})) == told
    fields = [("name", (None, "Mei")), ("consent", (None, "c"))]
    assert refused(mine.post(VOICES, files=fields)) == told  # a form without a file
    prompt = mine.post(VOICES, json={"name": "Mei", "type": "prompt", "prompt": "warm"})
    assert refused(prompt) == (400, INVALID, "unsupported_value", "prompt")


def test_who_sends_no_key_uploads_nothing(site: Site, recording: Path) -> None:
    answer = httpx.post(site.url + VOICES, data={"name": "Mei", "consent": "c"}, files=sample(recording))
    assert refused(answer)[:3] == (401, INVALID, "invalid_api_key")
