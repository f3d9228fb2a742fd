"""Styles of voices: other recordings of the same person, with a voiceprint of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from hwamei.domain.owned_voice import MAX_STYLES
from tests.dialects.vocu.clients import (
    a_voice,
    content,
    data_url,
    generated,
    got,
    heard,
    new_style,
    new_voice,
    refused,
    style_ready,
)
from tests.serving import Site


@pytest.fixture
def voice(mine: httpx.Client, recording: Path) -> dict[str, Any]:
    """A voice that can speak."""
    return a_voice(mine, recording)


def prompts(voice: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = voice["metadata"]["prompts"]
    return found


@pytest.mark.parametrize("path", ["/api/voice", "/api/tts/voice"])
def test_a_style_is_the_last_of_its_voice(
    path: str, mine: httpx.Client, voice: dict[str, Any], recording: Path
) -> None:
    body = {
        "name": "Cheerful",
        "prompt": data_url(recording.read_bytes(), "audio/flac"),
        "description": "bright",
        "language": "en-us",
        "vocalFilter": True,
    }
    changed = got(mine.post(f"{path}/{voice['id']}/prompt", json=body))
    assert [each["name"] for each in prompts(changed)] == ["Default", "Cheerful"]
    style = prompts(changed)[-1]
    assert (style["description"], style["language"], style["vocalFilter"]) == ("bright", "en-us", True)
    assert str(UUID(style["id"])) == style["id"]
    assert httpx.get(style["promptOriginAudioStorageUrl"]).content == recording.read_bytes()
    assert [each["name"] for each in got(mine.get(path))] == [voice["name"]]  # a style is no voice


def test_a_style_has_a_voiceprint_of_its_own(
    mine: httpx.Client, voice: dict[str, Any], recording: Path, site: Site
) -> None:
    style_id = prompts(new_style(mine, voice["id"], recording))[-1]["id"]
    style_ready(mine, voice["id"], style_id)
    app = site.platform.accounts.authenticate(mine.headers["authorization"].removeprefix("Bearer "))
    kept = site.platform.voices.get(app, UUID(style_id))
    assert (kept.style_of, kept.voiceprint is None, kept.reference != ()) == (UUID(voice["id"]), False, True)
    assert kept.job_id is not None
    assert site.platform.training.get(app, kept.job_id).voice_id == kept.id
    metadata = generated(mine, content(voice["id"], promptId=style_id))["metadata"]
    assert heard(metadata["audio"])
    assert [each["id"] for each in metadata["voices"][0]["metadata"]["prompts"]] == ["default", style_id]


def test_a_style_is_described_and_its_name_stays_if_none_is_given(
    mine: httpx.Client, voice: dict[str, Any], recording: Path
) -> None:
    style_id = prompts(new_style(mine, voice["id"], recording, description="bright"))[-1]["id"]
    for path, number in ((style_id, 1), ("default", 0)):
        changed = got(
            mine.post(f"/api/voice/{voice['id']}/prompt/{path}/info", json={"name": "梅", "description": "a"})
        )
        assert (prompts(changed)[number]["name"], prompts(changed)[number]["description"]) == ("梅", "a")
        changed = got(mine.post(f"/api/voice/{voice['id']}/prompt/{path}/info", json={}))
        assert (prompts(changed)[number]["name"], prompts(changed)[number]["description"]) == ("梅", "")
    assert got(mine.get(f"/api/voice/{voice['id']}"))["name"] == voice["name"]


def test_a_deleted_style_is_gone_with_its_recording_and_deleting_it_twice_is_no_harm(
    mine: httpx.Client, voice: dict[str, Any], recording: Path
) -> None:
    style = prompts(new_style(mine, voice["id"], recording))[-1]
    for _ in range(2):
        changed = got(mine.delete(f"/api/voice/{voice['id']}/prompt/{style['id']}"))
        assert [each["id"] for each in prompts(changed)] == ["default"]
    assert httpx.get(style["promptOriginAudioStorageUrl"]).status_code == 404
    answer = mine.post("/api/tts/generate", json={"contents": [content(voice["id"], promptId=style["id"])]})
    assert refused(answer) == (404, "RESOURCE_NOT_FOUND")


def test_the_default_cannot_be_deleted(mine: httpx.Client, voice: dict[str, Any]) -> None:
    answer = mine.delete(f"/api/voice/{voice['id']}/prompt/default")
    assert refused(answer) == (400, "VALIDATION_BAD_PARAMS")
    assert answer.json()["message"] == "The default prompt audio cannot be deleted."


def test_another_style_becomes_the_default(mine: httpx.Client, voice: dict[str, Any], recording: Path) -> None:
    whole = f"/api/voice/{voice['id']}/prompt"
    style_id = prompts(new_style(mine, voice["id"], recording))[-1]["id"]
    style_ready(mine, voice["id"], style_id)
    changed = got(mine.post(f"{whole}/{style_id}/default"))
    assert [each["name"] for each in prompts(changed)] == ["Cheerful", "Default"]
    assert prompts(changed)[0]["id"] == "default"
    former = prompts(changed)[1]["id"]
    assert str(UUID(former)) == former
    again = got(mine.post(f"{whole}/default/default"))
    assert [each["id"] for each in prompts(again)] == ["default", former]
    assert [each["name"] for each in prompts(again)] == ["Cheerful", "Default"]
    assert heard(generated(mine, content(voice["id"], promptId=former))["metadata"]["audio"])
    assert refused(mine.delete(f"{whole}/{former}")) == (400, "VALIDATION_BAD_PARAMS")
    assert refused(mine.delete(f"{whole}/default")) == (400, "VALIDATION_BAD_PARAMS")
    back = got(mine.post(f"{whole}/{former}/default"))
    assert [(each["id"], each["name"]) for each in prompts(back)] == [("default", "Default"), (style_id, "Cheerful")]


def test_a_style_is_trained_anew(mine: httpx.Client, voice: dict[str, Any], recording: Path) -> None:
    style_id = prompts(new_style(mine, voice["id"], recording))[-1]["id"]
    style_ready(mine, voice["id"], style_id)
    for known in (style_id, "default", str(uuid4())):
        answer = mine.post(f"/api/voice/{voice['id']}/prompt/{known}/reset", json={"vocalFilter": True})
        assert len(prompts(got(answer))) == 2
    assert heard(generated(mine, content(voice["id"], promptId=style_id))["metadata"]["audio"])  # it speaks as before


def test_what_is_said_in_a_recording_is_kept(mine: httpx.Client, voice: dict[str, Any], recording: Path) -> None:
    style_id = prompts(new_style(mine, voice["id"], recording))[-1]["id"]
    for known in ("default", style_id):
        path = f"/api/voice/{voice['id']}/prompt/{known}/stt"
        assert got(mine.get(path)) is None
        got(mine.post(path, json={"text": "你好"}))
        assert got(mine.get(path)) == "你好"
        assert refused(mine.post(path, json={})) == (400, "VALIDATION_MISSING_FIELD")


@pytest.mark.parametrize("call", ["info", "default", "stt"])
def test_a_style_that_is_not_there_is_not_found(call: str, mine: httpx.Client, voice: dict[str, Any]) -> None:
    path = f"/api/voice/{voice['id']}/prompt/{uuid4()}/{call}"
    assert refused(mine.post(path, json={"text": "a"})) == (404, "RESOURCE_NOT_FOUND")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": ""}, (400, "VALIDATION_MISSING_FIELD")),
        ({"prompt": None}, (400, "VOICE_PROMPT_MISSING")),
        ({"prompt": data_url(b"not sound")}, (400, "VOICE_PROBE_FAILED")),
        ({"prompt": data_url(bytes(21 * 1024 * 1024))}, (413, "VOICE_PROMPT_TOO_LARGE")),
    ],
)
def test_a_style_that_cannot_be_is_refused_and_leaves_nothing(
    wrong: dict[str, Any], told: tuple[int, str], mine: httpx.Client, voice: dict[str, Any], recording: Path
) -> None:
    body = {"name": "a", "prompt": data_url(recording.read_bytes(), "audio/flac")} | wrong
    assert refused(mine.post(f"/api/voice/{voice['id']}/prompt", json=body)) == told
    assert len(prompts(got(mine.get(f"/api/voice/{voice['id']}")))) == 1


def test_a_style_is_no_voice(mine: httpx.Client, voice: dict[str, Any], recording: Path) -> None:
    style_id = prompts(new_style(mine, voice["id"], recording))[-1]["id"]
    for answer in (
        mine.get(f"/api/voice/{style_id}"),
        mine.delete(f"/api/voice/{style_id}"),
        mine.post("/api/tts/generate", json={"contents": [content(style_id)]}),
    ):
        assert refused(answer) == (404, "VOICE_NOT_FOUND")


def test_a_deleted_voice_takes_its_styles_along(mine: httpx.Client, recording: Path, site: Site) -> None:
    """Also one that is being trained."""
    voice = new_voice(mine, recording)
    styles = [prompts(new_style(mine, voice["id"], recording, name=name))[-1] for name in ("a", "b")]
    got(mine.delete(f"/api/voice/{voice['id']}"))
    app = site.platform.accounts.authenticate(mine.headers["authorization"].removeprefix("Bearer "))
    assert site.platform.voices.styles(app.id, [UUID(voice["id"])]) == []
    for style in styles:
        assert httpx.get(style["promptOriginAudioStorageUrl"]).status_code == 404


def test_a_voice_has_so_many_styles_and_no_more(mine: httpx.Client, recording: Path) -> None:
    voice = new_voice(mine, recording)
    for number in range(MAX_STYLES):
        new_style(mine, voice["id"], recording, name=str(number))
    body = {"name": "one too many", "prompt": data_url(recording.read_bytes(), "audio/flac")}
    assert refused(mine.post(f"/api/voice/{voice['id']}/prompt", json=body)) == (403, "BILLING_QUOTA_EXCEEDED")
    assert len(prompts(got(mine.get(f"/api/voice/{voice['id']}")))) == 1 + MAX_STYLES
