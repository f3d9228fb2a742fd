"""Voices over HTTP: ordered, looked at, renamed, trained anew, deleted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.links import undated
from tests.serving import Site, ended


def order(client: httpx.Client, recording: Path, **fields: str) -> dict[str, Any]:
    answer = client.post(
        "/voices",
        data={"name": "me", "level": "instant"} | fields,
        files={"reference": ("me.flac", recording.read_bytes())},
    )
    assert answer.status_code == 201, answer.text
    ordered: dict[str, Any] = answer.json()
    return ordered


@pytest.fixture
def ready(mine: httpx.Client, recording: Path) -> dict[str, Any]:
    """A voice that can speak."""
    ordered = order(mine, recording)
    assert ended(mine, f"/training-jobs/{ordered['job']['id']}")["state"] == "succeeded"
    voice: dict[str, Any] = mine.get(f"/voices/{ordered['voice']['id']}").json()
    return voice


@pytest.fixture
def shared_folder(tmp_path: Path) -> Iterator[str]:
    """A folder that others serve; its address."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    handler.log_message = lambda *_: None  # type: ignore[attr-defined]  # be quiet
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_voice_is_made_from_files_that_are_sent_along(mine: httpx.Client, recording: Path) -> None:
    ordered = order(mine, recording, language="en", seed="3", preview_text="你好。")
    voice, job = ordered["voice"], ordered["job"]
    assert (voice["state"], voice["job_id"], job["voice_id"]) == ("queued", job["id"], voice["id"])
    assert (job["state"], job["level"], job["seed"]) == ("waiting", "instant", 3)
    assert ended(mine, f"/training-jobs/{job['id']}")["progress"] == 100
    voice = mine.get(f"/voices/{voice['id']}").json()
    assert (voice["state"], voice["language"], voice["problem"]) == ("ready", "en", None)
    assert voice["facts"]["speech_s"] > 5
    assert 0 <= voice["voiceprint"]["facts"]["likeness"] <= 1
    preview = mine.get(f"/files/{voice['preview_file_id']}").json()
    assert httpx.get(preview["url"]).headers["content-type"].startswith("audio/")


def test_several_recordings_make_one_voice(mine: httpx.Client, recording: Path) -> None:
    files = [("reference", ("a.flac", recording.read_bytes())), ("reference", ("b.flac", recording.read_bytes()))]
    ordered = mine.post("/voices", data={"name": "me", "level": "instant"}, files=files).json()
    assert len(ordered["voice"]["reference"]) == 2
    assert ended(mine, f"/training-jobs/{ordered['job']['id']}")["state"] == "succeeded"


def test_a_voice_is_made_from_an_upload(mine: httpx.Client, recording: Path) -> None:
    upload = mine.post("/uploads", params={"name": "me.flac"}, content=recording.read_bytes()).json()
    body = {"name": "me", "level": "instant", "reference": [{"file_id": upload["id"]}]}
    ordered = mine.post("/voices", json=body).json()
    assert ended(mine, f"/training-jobs/{ordered['job']['id']}")["state"] == "succeeded"


@pytest.mark.parametrize("where", ["elsewhere", "here"])
def test_a_voice_is_made_from_an_address(
    where: str, mine: httpx.Client, recording: Path, shared_folder: str, tmp_path: Path
) -> None:
    (tmp_path / "me.flac").write_bytes(recording.read_bytes())
    own = mine.post("/uploads", content=recording.read_bytes()).json()["url"]
    url = {"elsewhere": f"{shared_folder}/me.flac", "here": own}[where]
    ordered = mine.post("/voices", json={"name": "me", "level": "instant", "reference": [{"url": url}]}).json()
    job = ended(mine, f"/training-jobs/{ordered['job']['id']}")
    assert (job["state"], job["problem"]) == ("succeeded", None)


def test_an_address_that_gives_nothing_fails_the_job_with_the_reason(mine: httpx.Client, shared_folder: str) -> None:
    body = {"name": "me", "level": "instant", "reference": [{"url": f"{shared_folder}/none.wav"}]}
    ordered = mine.post("/voices", json=body).json()
    job = ended(mine, f"/training-jobs/{ordered['job']['id']}")
    assert (job["state"], job["problem"]["code"], job["problem"]["callers"]) == ("failed", "not_fetched", True)
    voice = mine.get(f"/voices/{ordered['voice']['id']}").json()
    assert (voice["state"], voice["problem"]["code"]) == ("failed", "not_fetched")


@pytest.mark.parametrize("content", [b"not sound", b"RIFF\xff\xff\xff\xffWAVEfmt "])
def test_a_recording_that_cannot_be_used_fails_the_job_with_the_reason(content: bytes, mine: httpx.Client) -> None:
    answer = mine.post("/voices", data={"name": "me", "level": "instant"}, files={"reference": ("me.wav", content)})
    job = ended(mine, f"/training-jobs/{answer.json()['job']['id']}")
    assert (job["state"], job["problem"]["code"]) == ("failed", "bad_audio")
    assert "/tmp" not in job["problem"]["message"]


def test_what_was_said_about_consent_is_kept(mine: httpx.Client, recording: Path) -> None:
    said = {"consent_speaker": "Mei Lin", "consent_ground": "signed form 17"}
    consent = order(mine, recording, **said)["voice"]["consent"]
    assert (consent["speaker"], consent["ground"]) == ("Mei Lin", "signed form 17")
    assert consent["given_at"].endswith("Z")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": " "}, "bad_voice_name"),
        ({"name": "a\nb"}, "bad_voice_name"),
        ({"name": "x" * 201}, "bad_field"),
        ({"name": ""}, "bad_field"),
        ({"level": "best"}, "bad_field"),
        ({"seed": "-1"}, "bad_field"),
        ({"seed": "1e99"}, "bad_field"),
        ({"callback_url": "ftp://example.com"}, "bad_field"),
        ({"consent_speaker": "Mei Lin"}, "bad_field"),
        ({"nome": "me"}, "bad_field"),
    ],
)
def test_an_order_that_cannot_be_is_refused_and_leaves_nothing(
    fields: dict[str, str], code: str, mine: httpx.Client, recording: Path
) -> None:
    data = {"name": "me", "level": "instant"} | fields
    answer = mine.post("/voices", data=data, files={"reference": ("me.flac", recording.read_bytes())})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    assert mine.get("/voices").json()["total"] == 0


@pytest.mark.parametrize(
    "reference",
    [
        [],
        [{}],
        [{"url": "file:///etc/passwd"}],
        [{"url": "http://a b"}],
        [{"url": "https://example.com/a.wav", "file_id": str(uuid4())}],
        "https://example.com/a.wav",
        None,
    ],
)
def test_a_reference_of_the_wrong_shape_is_refused(reference: object, mine: httpx.Client) -> None:
    answer = mine.post("/voices", json={"name": "me", "reference": reference})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "bad_field")


def test_an_order_without_a_recording_is_refused(mine: httpx.Client) -> None:
    answer = mine.post("/voices", files={"name": (None, "me")})
    assert (answer.status_code, answer.json()["error"]["fields"]["name"]) == (422, "reference")


def test_an_upload_of_another_app_is_not_there(mine: httpx.Client, other: httpx.Client, recording: Path) -> None:
    theirs = other.post("/uploads", content=recording.read_bytes()).json()["id"]
    for file_id in (theirs, str(uuid4())):
        answer = mine.post("/voices", json={"name": "me", "reference": [{"file_id": file_id}]})
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_voices_are_listed_by_state_name_and_time_page_by_page(site: Site, recording: Path) -> None:
    with site.app() as mine:
        upload = mine.post("/uploads", content=recording.read_bytes()).json()
        ids = []
        for name in ("anna", "berta", "clara", "annabel"):
            body = {"name": name, "level": "instant", "reference": [{"file_id": upload["id"]}]}
            ids.append(mine.post("/voices", json=body).json()["voice"]["id"])
        listed = mine.get("/voices", params={"limit": 3}).json()
        assert [voice["id"] for voice in listed["items"]] == ids[:0:-1]
        assert (listed["total"], listed["limit"], listed["offset"]) == (4, 3, 0)
        rest = mine.get("/voices", params={"limit": 3, "offset": 3}).json()
        assert [voice["id"] for voice in rest["items"]] == ids[:1]
        named = mine.get("/voices", params={"name": "anna"}).json()
        assert {voice["name"] for voice in named["items"]} == {"anna", "annabel"}
        first = mine.get(f"/voices/{ids[0]}").json()["created_at"]
        assert mine.get("/voices", params={"since": first}).json()["total"] == 4
        assert mine.get("/voices", params={"until": first}).json()["total"] == 0
        assert mine.get("/voices", params={"state": ["expired", "failed"]}).json()["total"] == 0


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 1001},
        {"offset": -1},
        {"offset": 10**30},
        {"state": "happy"},
        {"since": "yesterday"},
        {"since": "2026-01-01T00:00:00"},
        {"since": "0001-01-01T00:00:00+14:00"},
        {"colour": "red"},
        {"name": "a\0b"},
    ],
)
def test_a_list_that_cannot_be_asked_for_is_refused(query: dict[str, Any], mine: httpx.Client) -> None:
    assert mine.get("/voices", params=query).status_code == 422


def test_a_voice_is_renamed(mine: httpx.Client, ready: dict[str, Any]) -> None:
    assert mine.patch(f"/voices/{ready['id']}", json={"name": "you"}).json()["name"] == "you"
    assert mine.get(f"/voices/{ready['id']}").json()["name"] == "you"
    assert mine.patch(f"/voices/{ready['id']}", json={"name": "\u202e\n"}).status_code == 422


def test_a_voice_is_trained_anew_and_speaks_as_before_until_then(mine: httpx.Client, ready: dict[str, Any]) -> None:
    again = mine.post(f"/voices/{ready['id']}/retrain", json={"level": "instant", "seed": 9})
    assert again.status_code == 200
    assert again.json()["voice"]["voiceprint"] == ready["voiceprint"]
    job = ended(mine, f"/training-jobs/{again.json()['job']['id']}")
    assert (job["state"], job["seed"]) == ("succeeded", 9)
    assert mine.get("/training-jobs", params={"voice_id": ready["id"]}).json()["total"] == 2


def test_a_deleted_voice_is_gone_with_its_recordings(mine: httpx.Client, ready: dict[str, Any]) -> None:
    file_id = ready["reference"][0]["file_id"]
    assert mine.delete(f"/voices/{ready['id']}").status_code == 204
    for path in (f"/voices/{ready['id']}", f"/files/{file_id}"):
        assert mine.get(path).status_code == 404
    assert mine.get("/voices").json()["total"] == 0


def test_what_is_unknown_and_what_is_anothers_are_answered_alike(
    mine: httpx.Client, other: httpx.Client, ready: dict[str, Any]
) -> None:
    for method, tail, body in [
        ("GET", "", None),
        ("PATCH", "", {"name": "mine now"}),
        ("POST", "/retrain", {}),
        ("DELETE", "", None),
    ]:
        told = []
        for voice_id in (ready["id"], str(uuid4())):
            answer = other.request(method, f"/voices/{voice_id}{tail}", json=body)
            assert answer.status_code == 404
            told.append(answer.json()["error"]["message"].replace(voice_id, "ID"))
        assert told[0] == told[1]
    assert undated(mine.get(f"/voices/{ready['id']}").json()) == undated(ready)


def test_the_engines_own_voices_are_listed(mine: httpx.Client) -> None:
    assert [preset["name"] for preset in mine.get("/presets").json()["presets"]] == ["alto", "tenor"]


def test_a_failed_job_can_be_tried_again_and_a_done_one_not(mine: httpx.Client, ready: dict[str, Any]) -> None:
    answer = mine.post("/voices", data={"name": "me", "level": "instant"}, files={"reference": ("me.wav", b"no")})
    path = f"/training-jobs/{answer.json()['job']['id']}"
    assert ended(mine, path)["state"] == "failed"
    again = mine.post(f"{path}/retry").json()
    assert (again["state"], again["run"], again["problem"]) == ("waiting", 2, None)
    assert ended(mine, path)["state"] == "failed"
    done = f"/training-jobs/{ready['job_id']}"
    for verb in ("retry", "cancel"):
        refused = mine.post(f"{done}/{verb}")
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "wrong_state")


def test_a_job_says_what_happened_in_it(mine: httpx.Client, ready: dict[str, Any]) -> None:
    lines = mine.get(f"/training-jobs/{ready['job_id']}/log").json()["lines"]
    assert lines[0]["event"] == "begun"
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)


def test_jobs_are_listed_by_state_and_seen_by_their_app_alone(
    mine: httpx.Client, other: httpx.Client, ready: dict[str, Any]
) -> None:
    listed = mine.get("/training-jobs", params={"state": "succeeded"}).json()
    assert [job["id"] for job in listed["items"]] == [ready["job_id"]]
    assert other.get("/training-jobs").json()["total"] == 0
    for verb in ("", "/log"):
        assert other.get(f"/training-jobs/{ready['job_id']}{verb}").status_code == 404
    for verb in ("/cancel", "/retry"):
        assert other.post(f"/training-jobs/{ready['job_id']}{verb}").status_code == 404
