"""The history is what is kept anyway: the app's finished speech tasks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.dialects.elevenlabs.calling import client_of, detail, native_of, samples_of, spoken
from tests.serving import Site, ended

PATH = "/v1/history"


def ordered(client: httpx.Client, site: Site, *segments: tuple[str, str], **more: Any) -> str:
    """A finished task: texts and their voices."""
    body = {"segments": [{"text": text, "voice": voice} for text, voice in segments], **more}
    with native_of(client, site) as native:
        task = native.post("/speech-tasks", json=body)
        assert task.status_code == 202, task.text
        found: str = ended(native, f"/speech-tasks/{task.json()['id']}")["id"]
    return found.replace("-", "")


@pytest.fixture(scope="module")
def busy(site: Site) -> Iterator[tuple[httpx.Client, list[str]]]:
    """An app with five finished tasks, and their ids, the oldest first."""
    with client_of(site) as client:
        voices = ("alto", "tenor", "alto", "alto", "tenor")
        yield client, [ordered(client, site, (f"Number {n}.", voice), format="mp3") for n, voice in enumerate(voices)]


Busy = tuple[httpx.Client, list[str]]


def listed(client: httpx.Client, **query: Any) -> tuple[list[str], bool]:
    answer = client.get(PATH, params=query)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    ids = [each["history_item_id"] for each in told["history"]]
    assert told["last_history_item_id"] == (ids[-1] if ids else None)
    return ids, told["has_more"]


@pytest.mark.parametrize("direction", ["desc", "asc"])
@pytest.mark.parametrize("page_size", [1, 2, 5, 100])
def test_pages_in_either_direction_join_to_the_whole(direction: str, page_size: int, busy: Busy) -> None:
    client, ids = busy
    found: list[str] = []
    more = True
    while more:
        after = {"start_after_history_item_id": found[-1]} if found else {}
        page, more = listed(client, page_size=page_size, sort_direction=direction, **after)
        found += page
    assert found == (ids if direction == "asc" else ids[::-1])


def test_a_list_is_searched_and_filtered(busy: Busy) -> None:
    client, ids = busy
    assert listed(client, search="number 3") == ([ids[3]], False)
    assert listed(client, voice_id="tenor") == ([ids[4], ids[1]], False)
    assert listed(client, search="tenor", page_size=1) == ([ids[4]], True)
    assert listed(client, source="STS") == listed(client, model_id="eleven_v3") == ([], False)
    made_s = client.get(f"{PATH}/{ids[0]}").json()["date_unix"]
    assert len(listed(client, date_after_unix=made_s)[0]) == 5
    assert listed(client, date_before_unix=made_s) == ([], False)


@pytest.mark.parametrize("query", [{"page_size": 0}, {"page_size": 1001}, {"sort_direction": "up"}])
def test_a_page_that_cannot_be_is_refused(query: dict[str, Any], mine: httpx.Client) -> None:
    assert mine.get(PATH, params=query).status_code == 422


@pytest.mark.parametrize("moment", [-1, 10**15])
def test_a_moment_that_cannot_be_is_refused(moment: int, mine: httpx.Client) -> None:
    assert mine.get(PATH, params={"date_before_unix": moment}).status_code == 400


def test_an_item_tells_what_was_said_and_how(busy: Busy) -> None:
    client, ids = busy
    item = client.get(f"{PATH}/{ids[1]}").json()
    assert (item["text"], item["voice_id"], item["voice_name"], item["voice_category"]) == (
        "Number 1.",
        "tenor",
        "tenor",
        "premade",
    )
    assert (item["character_count_change_to"], item["state"], item["source"]) == (9, "created", "TTS")
    assert (item["content_type"], item["output_format"]) == ("audio/mpeg", "mp3_24000")


def test_the_sound_of_items_is_what_the_tasks_made(busy: Busy) -> None:
    client, ids = busy
    sound = client.get(f"{PATH}/{ids[0]}/audio")
    assert sound.headers["content-type"] == "audio/mpeg"
    assert sound.headers["content-length"] == str(len(sound.content))
    assert len(samples_of(sound)[0]) > 5_000
    alone = client.post(f"{PATH}/download", json={"history_item_ids": [ids[0]]})
    assert alone.content == sound.content
    packed = client.post(f"{PATH}/download", json={"history_item_ids": ids[:2], "output_format": "default"})
    assert packed.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert archive.namelist() == [f"{task}.mp3" for task in ids[:2]]
        assert archive.read(f"{ids[0]}.mp3") == sound.content
    other = client.post(f"{PATH}/download", json={"history_item_ids": ids[:2], "output_format": "wav"})
    assert (other.status_code, detail(other)["code"]) == (400, "unsupported_parameter")
    assert client.post(f"{PATH}/download", json={"history_item_ids": []}).status_code == 422


def test_a_task_of_several_voices_is_a_dialogue(mine: httpx.Client, site: Site) -> None:
    task = ordered(mine, site, ("你好。", "alto"), ("Hello.", "tenor"))
    item = mine.get(f"{PATH}/{task}").json()
    assert (item["text"], item["voice_id"]) == (None, None)
    assert item["dialogue"] == [
        {"text": "你好。", "voice_id": "alto", "voice_name": "alto"},
        {"text": "Hello.", "voice_id": "tenor", "voice_name": "tenor"},
    ]


def test_speech_at_once_makes_no_item(mine: httpx.Client) -> None:
    answer = spoken(mine, "alto")
    assert "history-item-id" not in answer.headers
    assert listed(mine) == ([], False)


def test_what_is_deleted_is_gone(mine: httpx.Client, site: Site) -> None:
    task = ordered(mine, site, ("Hello.", "alto"))
    assert mine.delete(f"{PATH}/{task}").json() == {"status": "ok"}
    for answer in (mine.get(f"{PATH}/{task}"), mine.get(f"{PATH}/{task}/audio"), mine.delete(f"{PATH}/{task}")):
        assert (answer.status_code, detail(answer)["code"]) == (404, "history_item_not_found")


def test_another_apps_item_is_as_unknown_as_one_that_never_was(mine: httpx.Client, busy: Busy) -> None:
    for task in (busy[1][0], "0" * 32, "nothing"):
        answers = [
            mine.get(f"{PATH}/{task}"),
            mine.get(f"{PATH}/{task}/audio"),
            mine.delete(f"{PATH}/{task}"),
            mine.get(PATH, params={"start_after_history_item_id": task}),
            mine.post(f"{PATH}/download", json={"history_item_ids": [task]}),
        ]
        assert {(answer.status_code, detail(answer)["code"]) for answer in answers} == {(404, "history_item_not_found")}


def test_a_task_that_has_not_ended_is_no_item(mine: httpx.Client, site: Site) -> None:
    with native_of(mine, site) as native:
        body = {"segments": [{"text": "Hello there. " * 500, "voice": "alto"}]}
        task = native.post("/speech-tasks", json=body).json()["id"]
        assert mine.get(f"{PATH}/{task}").status_code == 404
        native.post(f"/speech-tasks/{task}/cancel")
    assert listed(mine) == ([], False)
