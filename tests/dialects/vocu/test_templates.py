"""Templates: texts whose speakers are numbered."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.dialects.vocu.clients import got, refused

PATH = "/api/template"
ANN, BEN = str(uuid4()), str(uuid4())
PLAY: dict[str, Any] = {
    "name": "Two voices",
    "description": "demo",
    "contents": [
        {"voiceId": ANN, "text": "Hi."},
        {"voiceId": BEN, "text": "Hello.", "type": "text", "vc_mode": "standard", "unknown": 1},
        {"voiceId": ANN, "text": "Bye."},
        {"voiceId": "0", "text": "Exit."},
    ],
}


def test_the_voices_of_a_template_become_numbers(mine: httpx.Client) -> None:
    template = got(mine.post(PATH, json=PLAY))
    assert [each["metaVoiceId"] for each in template["contents"]] == [1, 2, 1, None]
    assert template["contents"][1] == {"metaVoiceId": 2, "text": "Hello.", "type": "text", "vc_mode": "standard"}
    assert template["metadata"] == {"metaVoiceId": 2, "description": "demo"}
    assert (template["name"], template["from"]) == ("Two voices", "self")
    assert template["userId"] == mine.get("/api/account/info").json()["user"]["id"]
    assert got(mine.get(f"{PATH}/{template['id']}")) == template


def test_templates_are_listed_the_newest_first(mine: httpx.Client) -> None:
    made = [got(mine.post(PATH, json=PLAY | {"name": name}))["id"] for name in "abc"]
    assert [each["id"] for each in got(mine.get(PATH))] == made[::-1]
    page = got(mine.get(PATH, params={"limit": 1, "offset": 1, "from": "self"}))
    assert [each["id"] for each in page] == [made[1]]


def test_a_template_is_replaced_as_a_whole_but_for_a_name_that_is_left_out(mine: httpx.Client) -> None:
    path = f"{PATH}/{got(mine.post(PATH, json=PLAY))['id']}"
    assert got(mine.post(path, json={"contents": [{"metaVoiceId": 3, "text": "Anew."}]})) is None
    template = got(mine.get(path))
    assert (template["name"], template["metadata"]) == ("Two voices", {"metaVoiceId": 3})
    assert template["contents"] == [{"metaVoiceId": 3, "text": "Anew."}]


def test_a_deleted_template_is_gone(mine: httpx.Client) -> None:
    path = f"{PATH}/{got(mine.post(PATH, json=PLAY))['id']}"
    assert got(mine.delete(path)) is None
    for answer in (mine.delete(path), mine.get(path), mine.post(path, json=PLAY)):
        assert refused(answer) == (404, "RESOURCE_NOT_FOUND")


def test_another_apps_template_is_not_found(mine: httpx.Client, other: httpx.Client) -> None:
    path = f"{PATH}/{got(mine.post(PATH, json=PLAY))['id']}"
    for answer in (other.get(path), other.delete(path), other.post(path, json=PLAY), other.get(f"{PATH}/nothing")):
        assert refused(answer) == (404, "RESOURCE_NOT_FOUND")
    assert got(other.get(PATH)) == []
    assert got(mine.get(path))["name"] == "Two voices"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, (400, "VALIDATION_MISSING_FIELD")),
        ({"contents": []}, (400, "VALIDATION_MISSING_FIELD")),
        ({"name": "a"}, (400, "VALIDATION_MISSING_FIELD")),
        ({"name": "a" * 201, "contents": []}, (400, "VALIDATION_INVALID_FORMAT")),
        ({"name": "a", "contents": [{"text": 7}]}, (400, "TTS_CONTENTS_INVALID")),
        ({"name": "a", "contents": [{"text": "a\0"}]}, (400, "TTS_CONTENTS_INVALID")),
        ({"name": "a", "contents": [{"text": "a"}] * 1001}, (400, "TTS_CONTENTS_INVALID")),
        ({"name": "a", "contents": [{"text": "a" * 100_001}]}, (400, "VALIDATION_TOO_LONG")),
    ],
)
def test_a_template_that_cannot_be_is_refused(body: dict[str, Any], told: tuple[int, str], mine: httpx.Client) -> None:
    answer = mine.post(PATH, json=body)
    assert refused(answer) == told
    if told[1] == "VALIDATION_MISSING_FIELD":
        assert answer.json()["detail"]["field"] in ("name", "contents")
    assert got(mine.get(PATH)) == []
