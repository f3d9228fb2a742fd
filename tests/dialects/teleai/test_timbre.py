"""Deleting a timbre: answered as documented, and really done."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from hwamei.domain.app import Operation, Quota, Rate
from tests.dialects.recorded import Recorded, examples
from tests.dialects.teleai.conftest import PREFIX, TIMBRES, Caller, calling_as, limited, recording_of, say
from tests.serving import Site, ended

DELETE = f"{PREFIX}/timbre/delete"
EXAMPLES = examples(Path(__file__).parent / "recorded")


@pytest.fixture(scope="module")
def deleted(site: Site) -> Iterator[tuple[Caller, str]]:
    """An app, and a timbre for the examples to delete."""
    with calling_as(site.url, site.credentials()) as caller:
        yield caller, caller.registered(recording_of(150.0))


def test_the_documented_examples_are_answered_in_their_order(deleted: tuple[Caller, str]) -> None:
    caller, speaker_id = deleted
    for example in EXAMPLES:
        assert example.differences(answer_to(example, caller, speaker_id)) == [], example.name


def answer_to(example: Recorded, caller: Caller, speaker_id: str) -> httpx.Response:
    return example.send(caller.http, {"speaker_id": speaker_id})


def test_a_deleted_timbre_is_gone_with_all_that_came_from_the_person(site: Site, mine: Caller) -> None:
    recording = recording_of(133.0)
    speaker_id = mine.registered(recording)
    voice = mine.native.get(f"/voices/{speaker_id}").json()
    assert voice["voiceprint"] is not None
    files = [mine.native.get(f"/files/{each}").json() for each in (file_of(voice), voice["preview_file_id"])]
    kept = [content_in(site, hashlib.sha256(httpx.get(file["url"]).content).hexdigest()) for file in files]
    assert kept[0].read_bytes() == recording
    assert print_in_database(site, speaker_id)
    for path in kept:
        made_earlier(path)

    assert mine.post("timbre/delete", {"speaker_id": speaker_id})["code"] == 10000

    assert [path for path in kept if path.exists()] == []
    assert mine.native.get(f"/voices/{speaker_id}").status_code == 404
    assert mine.native.get("/voices").json()["total"] == 0
    for file in files:
        assert mine.native.get(f"/files/{file['id']}").status_code == 404
        assert httpx.get(file["url"]).status_code == 404
    task = {"segments": [{"text": "你好。", "voice": speaker_id}]}
    assert mine.native.post("/speech-tasks", json=task).status_code == 404
    assert mine.native.post("/speech", json=task["segments"][0]).status_code == 404
    assert print_in_database(site, speaker_id) is None


def file_of(voice: dict[str, Any]) -> str:
    (source,) = voice["reference"]
    return str(source["file_id"])


def content_in(site: Site, sha256: str) -> Path:
    return site.folder / "data" / "blobs" / sha256[:2] / sha256[2:4] / sha256


def made_earlier(path: Path) -> None:
    """What was added within the last minute is left to the sweep."""
    then_s = time.time() - 120
    os.utime(path, (then_s, then_s))


def print_in_database(site: Site, speaker_id: str) -> bytes | None:
    """The voiceprint in the row of the voice."""
    (path,) = (site.folder / "data").glob("hwamei.db")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        rows = database.execute("SELECT id, voiceprint_arrays FROM voices").fetchall()
    (found,) = [kept for voice_id, kept in rows if str(voice_id).replace("-", "") == speaker_id.replace("-", "")]
    content: bytes | None = found
    return content


def test_a_timbre_that_the_native_api_deleted_is_gone_here_too(mine: Caller, speaker_id: str) -> None:
    assert mine.native.delete(f"/voices/{speaker_id}").status_code == 204
    assert mine.post("timbre/query", {"speaker_id": speaker_id})["total"] == 0
    assert mine.post("timbre/delete", {"speaker_id": speaker_id})["code"] == 10903
    with mine.socket(TIMBRES) as socket:
        assert say(socket, text="你好。", speaker_id=speaker_id).frames[0]["code"] == 10305


def test_a_timbre_that_the_native_api_made_can_be_deleted(mine: Caller, recording: bytes) -> None:
    files = {"reference": ("me.wav", recording)}
    voice = mine.native.post("/voices", data={"name": "me", "level": "instant"}, files=files).json()["voice"]
    assert mine.post("timbre/delete", {"speaker_id": voice["id"]})["code"] == 10000  # while it is being trained
    assert mine.native.get(f"/voices/{voice['id']}").status_code == 404
    assert ended(mine.native, f"/training-jobs/{voice['job_id']}")["state"] in ("cancelled", "succeeded")


def test_what_is_unknown_and_what_is_anothers_are_answered_alike(mine: Caller, other: Caller, speaker_id: str) -> None:
    told = []
    for given in (speaker_id, str(uuid4())):
        answer = other.post("timbre/delete", {"speaker_id": given})
        assert (answer["code"], answer["speaker_id"]) == (10903, given)
        told.append(str(answer).replace(given, "ID"))
    assert told[0] == told[1]
    assert mine.native.get(f"/voices/{speaker_id}").json()["state"] == "ready"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", 10304),
        (b"{", 10304),
        (b"speaker_id=1", 10304),
        (b"\xff\xfe", 10304),
        (b"[]", 10304),
        (b'"e0639793"', 10304),
        (b"null", 10304),
        (b"[" * 100_000, 10304),
        (b"{}", 10301),
        (b'{"speaker_id": null}', 10301),
        (b'{"speaker_id": ""}', 10301),
        (b'{"Speaker_Id": "a"}', 10301),
        (b'{"speaker_id": 5}', 10304),
        (b'{"speaker_id": ["a"]}', 10304),
        (b'{"speaker_id": {"a": 1}}', 10304),
        (b'{"speaker_id": "\\ud800"}', 10304),
        (b'{"speaker_id": " "}', 10903),
        (b'{"speaker_id": "\\u0000"}', 10903),
        (b'{"speaker_id": "../../etc/passwd"}', 10903),
        (b'{"speaker_id": "%s"}' % (b"a" * 100_000), 10903),
        (b'{"speaker_id": "{e0639793-4119-8482-d0ab-01471575c327}"}', 10903),
        (b'{"speaker_id": "e0639793-4119-8482-d0ab-01471575c327", "more": [1]}', 10903),
    ],
)
def test_bad_bodies_get_their_code_and_change_nothing(body: bytes, code: int, veteran: Caller) -> None:
    answer = veteran.http.post(DELETE, content=body, headers={"Content-Type": "application/json"})
    said = answer.json()
    assert (answer.status_code, said["code"]) == (200, code)
    assert set(said) == {"code", "message", "speaker_id", "result"}
    assert (said["result"]["is_eligible"], bool(said["result"]["cause"])) == (False, True)
    assert len(answer.content) < 1_000


def test_a_body_that_is_too_big_is_refused_before_it_is_read(mine: Caller) -> None:
    answer = mine.http.post(DELETE, content=b'{"speaker_id": "%s"}' % (b"a" * 5_000_000))
    assert (answer.status_code, answer.json()["code"]) == (413, 10304)


def test_any_content_type_will_do(mine: Caller, speaker_id: str) -> None:
    body = b'{"speaker_id": "%s"}' % speaker_id.upper().encode()
    answer = mine.http.post(DELETE, content=body, headers={"Content-Type": "text/plain", "Device-Uuid": "d1"})
    assert answer.json()["speaker_id"] == speaker_id


def test_who_deletes_too_often_is_told_so_by_the_gateway(site: Site) -> None:
    with limited(site, Quota(rates={Operation.CHANGE: Rate(1, 60)})) as caller:
        assert caller.post("timbre/delete", {"speaker_id": str(uuid4())})["code"] == 10903
        answer = caller.http.post(DELETE, json={"speaker_id": str(uuid4())})
        assert (answer.status_code, answer.json()["code"]) == (429, 4002)
