"""Voices that an app lets another one use."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.dialects.vocu.clients import (
    PNG,
    TEXT,
    a_voice,
    content,
    data_url,
    generated,
    got,
    heard,
    new_style,
    refused,
    style_ready,
)
from tests.links import undated


@pytest.fixture
def voice(mine: httpx.Client, recording: Path) -> dict[str, Any]:
    """A voice that can speak, in a style too."""
    voice = a_voice(mine, recording, avatar=data_url(PNG, "image/png"))
    style_id = new_style(mine, voice["id"], recording)["metadata"]["prompts"][-1]["id"]
    style_ready(mine, voice["id"], style_id)
    found: dict[str, Any] = got(mine.get(f"/api/voice/{voice['id']}"))
    return found


def share_id(client: httpx.Client, voice: dict[str, Any]) -> str:
    found: str = got(client.get(f"/api/voice/{voice['id']}/share"))["shareId"]
    return found


def taken(client: httpx.Client, share: str) -> str:
    """As what it is spoken with."""
    answer = client.post("/api/voice/byShareId", json={"shareId": share})
    data = got(answer)
    voice_id: str = answer.json()["voiceId"]
    assert voice_id == data["voiceId"] == data["idForGenerate"]
    return voice_id


def test_a_voice_that_was_taken_is_listed_and_speaks_in_its_styles(
    mine: httpx.Client, other: httpx.Client, voice: dict[str, Any]
) -> None:
    theirs = taken(other, share_id(mine, voice))
    assert theirs == f"market:{voice['id']}"
    (listed,) = got(other.get("/api/voice"))
    assert (listed["id"], listed["from"], listed["name"]) == (voice["id"], "market", "Mei")
    assert got(other.get("/api/voice", params={"from": "upload"})) == []
    style_id = listed["metadata"]["prompts"][-1]["id"]
    metadata = generated(other, content(theirs), content(theirs, promptId=style_id))["metadata"]
    assert heard(metadata["audio"])
    sync = other.post("/api/tts/simple-generate", json={"voiceId": theirs, "text": TEXT})
    assert heard(got(sync)["audio"])


def test_the_owners_recordings_are_not_shown_to_others(
    mine: httpx.Client, other: httpx.Client, voice: dict[str, Any], recording: Path
) -> None:
    taken(other, share_id(mine, voice))
    (listed,) = got(other.get("/api/voice"))
    for prompt in listed["metadata"]["prompts"]:
        assert undated(prompt["promptOriginAudioStorageUrl"]) == undated(prompt["playBackAudio"])
        assert httpx.get(prompt["playBackAudio"]).content != recording.read_bytes()
    assert httpx.get(listed["metadata"]["avatar"]).content == PNG


def test_an_id_is_good_for_one_app(
    mine: httpx.Client, other: httpx.Client, voice: dict[str, Any], settled: tuple[httpx.Client, str]
) -> None:
    third, _ = settled
    share = share_id(mine, voice)
    assert share_id(mine, voice) == share
    assert taken(other, share) == taken(other, share)
    assert refused(third.post("/api/voice/byShareId", json={"shareId": share})) == (404, "RESOURCE_NOT_FOUND")
    assert share_id(mine, voice) != share


def test_who_takes_their_own_voice_has_it_already(mine: httpx.Client, voice: dict[str, Any]) -> None:
    assert taken(mine, share_id(mine, voice)) == voice["id"]
    assert len(got(mine.get("/api/voice"))) == 1


def test_when_the_owner_deletes_a_voice_it_is_gone_for_all_and_what_it_said_stays(
    mine: httpx.Client, other: httpx.Client, voice: dict[str, Any]
) -> None:
    theirs = taken(other, share_id(mine, voice))
    unused = share_id(mine, voice)
    task = generated(other, content(theirs))
    got(mine.delete(f"/api/voice/{voice['id']}"))
    assert got(other.get("/api/voice")) == []
    assert refused(other.get(f"/api/voice/{theirs}")) == (404, "VOICE_NOT_FOUND")
    answer = other.post("/api/tts/generate", json={"contents": [content(theirs)]})
    assert refused(answer) == (404, "VOICE_NOT_FOUND")
    assert refused(other.post("/api/voice/byShareId", json={"shareId": unused})) == (404, "RESOURCE_NOT_FOUND")
    assert heard(task["metadata"]["audio"])


def test_a_voice_that_was_taken_is_given_back_and_stays_with_its_owner(
    mine: httpx.Client, other: httpx.Client, voice: dict[str, Any]
) -> None:
    theirs = taken(other, share_id(mine, voice))
    assert refused(other.delete(f"/api/voice/{theirs}")) == (404, "VOICE_NOT_FOUND")
    got(other.delete(f"/api/voice/{voice['id']}"))
    assert got(other.get("/api/voice")) == []
    assert got(mine.get(f"/api/voice/{voice['id']}"))["name"] == "Mei"


def test_who_took_a_voice_cannot_change_it(mine: httpx.Client, other: httpx.Client, voice: dict[str, Any]) -> None:
    taken(other, share_id(mine, voice))
    whole = f"/api/voice/{voice['id']}"
    for answer in (
        other.post(f"{whole}/info", json={"name": "theirs"}),
        other.post(f"{whole}/prompt/default/info", json={"name": "theirs"}),
        other.delete(f"{whole}/prompt/{voice['metadata']['prompts'][-1]['id']}"),
        other.get(f"{whole}/share"),
    ):
        assert refused(answer) == (404, "VOICE_NOT_FOUND")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, (400, "VALIDATION_MISSING_FIELD")),
        ({"shareId": "nothing"}, (404, "RESOURCE_NOT_FOUND")),
        ({"shareId": str(uuid4())}, (404, "RESOURCE_NOT_FOUND")),
        ({"shareId": 7}, (400, "VALIDATION_INVALID_FORMAT")),
    ],
)
def test_an_id_that_nobody_offers_is_refused(
    body: dict[str, object], told: tuple[int, str], mine: httpx.Client
) -> None:
    assert refused(mine.post("/api/voice/byShareId", json=body)) == told
