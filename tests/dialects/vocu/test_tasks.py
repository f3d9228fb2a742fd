"""Tasks of several contents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from hwamei.service.platform import Platform
from tests.dialects.vocu.clients import (
    TEXT,
    a_voice,
    content,
    ended,
    generated,
    got,
    heard,
    new_style,
    new_task,
    preset,
    refused,
    style_ready,
)
from tests.serving import Site, until

TASKS = "/api/tts/generate"


@pytest.fixture
def speaker(mine: httpx.Client) -> str:
    """Who speaks where it does not matter who."""
    return preset(mine)


def ids(client: httpx.Client, **query: object) -> list[str]:
    return [task["id"] for task in got(client.get(TASKS, params=query))]  # type: ignore[arg-type]  # of the tests


def failed(client: httpx.Client, recording: Path, platform: Platform) -> dict[str, Any]:
    """A task whose voice was deleted before its turn came."""
    voice = a_voice(client, recording)
    busy = [new_task(client, content(voice["id"], TEXT * 100)) for _ in range(12)]
    task = new_task(client, content(voice["id"]))
    assert client.delete(f"/api/voice/{voice['id']}").status_code == 200
    found = ended(client, task["id"])
    assert found["status"] == "failed", platform.jobs.depth()
    for each in busy:
        ended(client, each["id"])
    return found


def test_a_new_task_is_shown_with_what_was_sent(mine: httpx.Client, speaker: str) -> None:
    sent = content(speaker, promptId="default", speechRate=1.5)
    task = new_task(mine, sent, srt=False, temperature=1, top_k=1024, top_p=1, seed=-1)
    assert (task["status"], task["type"]) == ("pending", "vocu-neural-voice-001")
    metadata = task["metadata"]
    assert metadata["contents"] == [sent]
    assert (metadata["characters"], metadata["isPremium"], metadata["srt"]) == (len(TEXT), False, False)
    assert (metadata["temperature"], metadata["top_k"], metadata["top_p"]) == (1, 1024, 1)
    assert [voice["idForGenerate"] for voice in metadata["voices"]] == [speaker]
    ended(mine, task["id"])


def test_every_content_has_its_own_sound_and_all_have_one_together(mine: httpx.Client, speaker: str) -> None:
    task = generated(mine, content(speaker, "一句话。"), content(speaker, "Another sentence."))
    metadata = task["metadata"]
    parts = [heard(each["audio"]) for each in metadata["contents"]]
    merged = heard(metadata["audio"])
    assert len({*parts, merged}) == 3
    assert [
        httpx.URL(each["audio"]).path.endswith(f"-{number}.mp3") for number, each in enumerate(metadata["contents"], 1)
    ]
    assert httpx.URL(metadata["audio"]).path.endswith("-merged.mp3")
    assert metadata["generatedAt"].endswith("Z")
    assert metadata["regenerates"] == []


def test_one_content_has_its_sound_in_both_places(mine: httpx.Client, speaker: str) -> None:
    metadata = generated(mine, content(speaker))["metadata"]
    assert heard(metadata["contents"][0]["audio"]) == heard(metadata["audio"])


def test_voices_and_styles_may_differ_from_content_to_content(
    mine: httpx.Client, recording: Path, speaker: str
) -> None:
    voice = a_voice(mine, recording)
    style_id = new_style(mine, voice["id"], recording)["metadata"]["prompts"][-1]["id"]
    style_ready(mine, voice["id"], style_id)
    contents = [content(voice["id"]), content(voice["id"], promptId=style_id), content(speaker), content(voice["id"])]
    metadata = generated(mine, *contents)["metadata"]
    assert [each["idForGenerate"] for each in metadata["voices"]] == [voice["id"], speaker]
    assert len(metadata["contents"]) == 4


def test_a_task_still_says_who_spoke_when_the_voice_is_gone(mine: httpx.Client, recording: Path) -> None:
    voice = a_voice(mine, recording, description="calm")
    task = generated(mine, content(voice["id"]))
    got(mine.delete(f"/api/voice/{voice['id']}"))
    again = ended(mine, task["id"])["metadata"]
    assert [(each["name"], each["metadata"]["description"]) for each in again["voices"]] == [("Mei", "calm")]
    assert heard(again["audio"])
    prompt = again["voices"][0]["metadata"]["prompts"][0]["promptOriginAudioStorageUrl"]
    assert httpx.get(prompt).status_code == 404  # the person's recording is gone


def test_the_newest_come_first_page_by_page_and_by_status(mine: httpx.Client, speaker: str) -> None:
    tasks = [generated(mine, content(speaker))["id"] for _ in range(3)]
    newest = tasks[::-1]
    assert ids(mine) == newest
    assert ids(mine, limit=2) == newest[:2]
    assert ids(mine, limit=2, offset=2) == newest[2:]
    assert ids(mine, status="generated", stream="true") == newest
    assert ids(mine, status="failed") == ids(mine, status="pending") == []
    assert ids(mine, status="whatever") == newest
    assert [task["id"] for task in got(mine.get(f"{TASKS}?limit&offset&status&stream"))] == newest
    assert ids(mine, projectId=str(uuid4())) == []


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "-1"}, {"limit": "x"}, {"limit": "9999"}, {"offset": "1.5"}, {"projectId": "x"}]
)
def test_a_page_that_cannot_be_is_refused(query: dict[str, str], mine: httpx.Client) -> None:
    assert refused(mine.get(TASKS, params=query)) == (400, "VALIDATION_INVALID_FORMAT")


def test_other_apps_tasks_are_not_there(mine: httpx.Client, other: httpx.Client, speaker: str) -> None:
    task_id = generated(mine, content(speaker))["id"]
    for call in (other.get, other.delete):
        assert refused(call(f"{TASKS}/{task_id}")) == (404, "GENERATE_NOT_FOUND")
    assert refused(other.post(f"{TASKS}/{task_id}/regenerate", json={})) == (404, "GENERATE_NOT_FOUND")
    assert ids(other) == []
    assert refused(mine.get(f"{TASKS}/nothing")) == (404, "GENERATE_NOT_FOUND")
    assert refused(mine.get(f"{TASKS}/{uuid4()}")) == (404, "GENERATE_NOT_FOUND")


def test_a_deleted_task_is_gone_and_its_sound_too(mine: httpx.Client, speaker: str) -> None:
    task = generated(mine, content(speaker), content(speaker))
    assert got(mine.delete(f"{TASKS}/{task['id']}")) is None
    assert refused(mine.delete(f"{TASKS}/{task['id']}")) == (404, "GENERATE_NOT_FOUND")
    assert ids(mine) == []
    assert httpx.get(task["metadata"]["audio"]).status_code == 404


def test_a_task_that_is_not_done_is_not_deleted(mine: httpx.Client, speaker: str) -> None:
    task = new_task(mine, content(speaker, TEXT * 40))
    assert refused(mine.delete(f"{TASKS}/{task['id']}")) == (403, "GENERATE_DELETE_IN_PROGRESS")
    ended(mine, task["id"])


def test_with_sync_the_answer_comes_when_the_task_has_begun(mine: httpx.Client, speaker: str) -> None:
    task = new_task(mine, content(speaker), sync=True)
    assert task["status"] in ("processing", "generated")
    ended(mine, task["id"])


def test_subtitles_come_where_they_are_wanted(mine: httpx.Client, speaker: str) -> None:
    metadata = generated(mine, content(speaker, "Good morning."), srt=True)["metadata"]
    assert metadata["srt"] is True
    assert "Good morning" in httpx.get(metadata["srtUrl"]).text


@pytest.mark.parametrize("shape", [{"text": TEXT}, {"texts": [TEXT, TEXT]}])
def test_the_shapes_of_older_clients_are_taken(shape: dict[str, Any], mine: httpx.Client, speaker: str) -> None:
    body = {"voiceId": speaker, "model": "reecho-neural-voice-001", "randomness": 97, **shape}
    task = ended(mine, got(mine.post(TASKS, json=body))["id"])
    assert len(task["metadata"]["contents"]) == len(shape.get("texts", [TEXT]))


# ---------------------------------------------------------------- regenerate


def test_contents_are_said_again_under_the_same_id(mine: httpx.Client, speaker: str) -> None:
    texts = ["一句话。", "Another sentence.", "三句话。"]
    before = generated(mine, *(content(speaker, text) for text in texts))
    again = got(mine.post(f"{TASKS}/{before['id']}/regenerate", json={"contents": [0, 2, 2]}))
    assert (again["id"], again["status"]) == (before["id"], "pending")
    assert again["metadata"]["regenerates"] == [{"contents": [0, 2], "characters": 8}]
    assert "audio" not in again["metadata"]["contents"][1]
    after = ended(mine, before["id"])
    sounds = [[heard(each["audio"]) for each in task["metadata"]["contents"]] for task in (before, after)]
    assert [one != two for one, two in zip(*sounds, strict=True)] == [True, False, True]
    assert heard(after["metadata"]["audio"]) != heard(before["metadata"]["audio"])


def test_every_regeneration_is_remembered_and_paid(mine: httpx.Client, speaker: str) -> None:
    task = generated(mine, content(speaker, "一句话。"), content(speaker, "两句话。"))
    credit = mine.get("/api/account/info").json()["user"]["credit"]
    for body in ({"contents": [1]}, {}):
        got(mine.post(f"{TASKS}/{task['id']}/regenerate", json=body))
        task = ended(mine, task["id"])
    assert task["metadata"]["regenerates"] == [
        {"contents": [1], "characters": 4},
        {"contents": [0, 1], "characters": 8},
    ]
    assert mine.get("/api/account/info").json()["user"]["credit"] == credit - 12


@pytest.mark.parametrize("contents", [[], [1], [-1], ["a"], "all", [0] * 2000])
def test_contents_that_are_not_there_are_not_said_again(contents: object, mine: httpx.Client, speaker: str) -> None:
    task = generated(mine, content(speaker))
    answer = mine.post(f"{TASKS}/{task['id']}/regenerate", json={"contents": contents})
    assert refused(answer) == (400, "TTS_CONTENTS_INVALID")
    assert ended(mine, task["id"])["metadata"]["regenerates"] == []


def test_a_task_that_is_being_said_is_not_said_again(mine: httpx.Client, speaker: str) -> None:
    task = new_task(mine, content(speaker, TEXT * 40))
    assert refused(mine.post(f"{TASKS}/{task['id']}/regenerate")) == (400, "VALIDATION_CONFLICT")
    ended(mine, task["id"])


def test_a_task_whose_voice_is_gone_is_not_said_again_and_stays(mine: httpx.Client, recording: Path) -> None:
    voice = a_voice(mine, recording)
    task = generated(mine, content(voice["id"]))
    got(mine.delete(f"/api/voice/{voice['id']}"))
    assert refused(mine.post(f"{TASKS}/{task['id']}/regenerate")) == (404, "VOICE_NOT_FOUND")
    assert ended(mine, task["id"])["status"] == "generated"


def test_a_task_of_another_dialect_is_shown_and_said_again(site: Site) -> None:
    with site.app() as native, httpx.Client(base_url=site.url, headers=native.headers, timeout=60) as client:
        segments = [{"text": "Hello.", "voice": "tenor"}, {"text": "你好。", "voice": "alto"}]
        made = native.post("/speech-tasks", json={"segments": segments}).json()
        task = ended(client, made["id"])
        assert [each["text"] for each in task["metadata"]["contents"]] == ["Hello.", "你好。"]
        assert [each["name"] for each in task["metadata"]["voices"]] == ["tenor", "alto"]
        assert httpx.get(task["metadata"]["audio"]).status_code == 200
        assert ids(client) == [task["id"]]
        got(client.post(f"{TASKS}/{task['id']}/regenerate", json={"contents": [0]}))
        assert ended(client, task["id"])["metadata"]["regenerates"] == [{"contents": [0], "characters": 6}]


# ---------------------------------------------------------------- what goes wrong


def test_a_failed_task_ends_and_says_why_and_what_it_cost_nothing_more(
    mine: httpx.Client, recording: Path, site: Site
) -> None:
    task = failed(mine, recording, site.platform)
    assert "no voice has the id" in task["metadata"]["failedReason"]
    assert "audio" not in task["metadata"]["contents"][0]
    assert "audio" not in task["metadata"]
    assert task["id"] in ids(mine, status="failed")
    answer = mine.get(f"{TASKS}/{task['id']}", params={"stream": "true"})
    assert refused(answer) == (400, "STREAM_FETCH_FAILED")
    assert got(mine.delete(f"{TASKS}/{task['id']}")) is None


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, (400, "VALIDATION_MISSING_FIELD")),
        ({"contents": []}, (400, "TTS_CONTENTS_INVALID")),
        ({"contents": "a"}, (400, "TTS_CONTENTS_INVALID")),
        ({"contents": [{}]}, (400, "TTS_CONTENTS_INVALID")),
        ({"contents": [{"voiceId": "{speaker}"}]}, (400, "TTS_CONTENTS_INVALID")),
        ({"contents": [{"text": "a"}]}, (400, "TTS_CONTENTS_INVALID")),
        ({"contents": [{"voiceId": "{speaker}", "text": " "}]}, (400, "TTS_TEXT_EMPTY")),
        ({"contents": [{"voiceId": "{speaker}", "text": "a", "type": "music"}]}, (400, "TTS_CONTENTS_INVALID")),
        ({"contents": [{"voiceId": "{speaker}", "text": "a", "language": "xx"}]}, (400, "TTS_CONTENTS_INVALID")),
        ({"contents": [{"voiceId": "{speaker}", "text": "a", "language": "ko"}]}, (400, "TTS_CONTENTS_INVALID")),
        ({"contents": [{"voiceId": "{speaker}", "text": "a", "promptId": "x"}]}, (404, "RESOURCE_NOT_FOUND")),
        ({"contents": [{"voiceId": "nobody", "text": "a"}]}, (404, "VOICE_NOT_FOUND")),
        ({"contents": [{"voiceId": "{speaker}", "text": "a" * 100_001}]}, (400, "VALIDATION_TOO_LONG")),
        ({"contents": [{"voiceId": "{speaker}", "text": "a"}] * 1001}, (400, "TTS_CONTENTS_INVALID")),
        ({"contents": [{"voiceId": "{speaker}", "text": "a"}], "text": "a"}, (400, "VALIDATION_CONFLICT")),
        ({"text": "<A> a", "splitter": {"<A>": {}}}, (400, "TTS_SPLITTER_INVALID")),
        ({"text": "<A> a", "splitterId": str(uuid4())}, (404, "SPLITTER_NOT_FOUND")),
        ({"contents": [{"voiceId": "{speaker}", "text": "a"}], "projectId": "p"}, (404, "PROJECT_NOT_FOUND")),
    ],
)
def test_an_order_that_cannot_be_is_refused_and_changes_nothing(
    body: dict[str, Any], told: tuple[int, str], mine: httpx.Client, speaker: str
) -> None:
    asked = json.loads(json.dumps(body).replace("{speaker}", speaker))
    before = mine.get("/api/account/info").json()["user"]["credit"]
    assert refused(mine.post(TASKS, json=asked)) == told
    assert ids(mine) == []
    assert mine.get("/api/account/info").json()["user"]["credit"] == before


def test_a_voice_that_could_not_be_made_speaks_nothing(site: Site) -> None:
    with site.app() as native, httpx.Client(base_url=site.url, headers=native.headers, timeout=60) as client:
        made = native.post("/voices", data={"name": "me", "level": "instant"}, files={"reference": b"not sound"}).json()
        voice_id = made["voice"]["id"]
        voice = until(lambda: _failed_voice(client, voice_id))
        assert voice["failedReason"]
        answer = client.post(TASKS, json={"contents": [content(voice_id)]})
        assert refused(answer) == (400, "VOICE_CREATE_FAILED")


def _failed_voice(client: httpx.Client, voice_id: str) -> dict[str, Any]:
    voice: dict[str, Any] = got(client.get(f"/api/voice/{voice_id}"))
    return voice if voice["status"] == "failed" else {}
