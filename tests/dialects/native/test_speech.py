"""Speech over HTTP: tasks that are kept, and sound at once."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import Queue
from typing import Any
from uuid import uuid4

import av
import httpx
import pytest
import soundfile

from hwamei.domain.app import Operation, Quota, Rate
from tests.serving import Site, ended, until

TEXT = "你好，world. This costs $4.50."
LABEL = "hwamei-aigc-label"


def segment(text: str = TEXT, **more: object) -> dict[str, object]:
    return {"text": text, "voice": "tenor", **more}


def create(client: httpx.Client, *segments: dict[str, object], **more: object) -> dict[str, Any]:
    answer = client.post("/speech-tasks", json={"segments": list(segments or (segment(),)), **more})
    assert answer.status_code == 202, answer.text
    task: dict[str, Any] = answer.json()
    return task


def samples_in(content: bytes) -> int:
    """How many samples the file's sound has, at its own rate."""
    with av.open(io.BytesIO(content), "r") as container:
        return sum(frame.samples for frame in container.decode(audio=0))


@pytest.fixture
def done(mine: httpx.Client) -> dict[str, Any]:
    """A task that is done."""
    task = ended(mine, f"/speech-tasks/{create(mine, format='wav')['id']}")
    assert task["state"] == "done", task["problem"]
    return task


def test_a_task_becomes_a_file_with_subtitles(done: dict[str, Any]) -> None:
    result = done["result"]
    assert (done["progress"], done["problem"], done["characters"]) == (100, None, len(TEXT))
    sound = httpx.get(result["audio_url"])
    assert sound.headers["content-type"] == "audio/wav"
    assert soundfile.info(io.BytesIO(sound.content)).duration == pytest.approx(result["duration_s"], abs=1e-3)
    assert "This costs $4.50." in httpx.get(result["subtitles_url"]).text


@pytest.mark.parametrize("format", ["mp3", "flac", "opus", "m4a", "pcm"])
def test_every_format_comes_with_its_type(format: str, mine: httpx.Client) -> None:
    task = ended(mine, f"/speech-tasks/{create(mine, format=format, sample_rate_hz=16000)['id']}")
    answer = httpx.get(task["result"]["audio_url"])
    assert answer.headers["content-type"].startswith("audio/")
    if format == "pcm":
        assert len(answer.content) == pytest.approx(task["result"]["duration_s"] * 32_000, abs=64)
    else:
        assert samples_in(answer.content) > 0


def test_segments_are_spoken_one_after_the_other_with_their_pauses(mine: httpx.Client) -> None:
    one = ended(mine, f"/speech-tasks/{create(mine, segment('Hello.'))['id']}")["result"]["duration_s"]
    two = create(mine, segment("Hello.", pause_after_ms=2000), segment("Hello.", voice="alto"))
    both = ended(mine, f"/speech-tasks/{two['id']}")
    assert [each["voice"] for each in both["segments"]] == ["tenor", "alto"]
    assert both["result"]["duration_s"] > 2 * one + 1.9


@pytest.mark.parametrize(("format", "beginning"), [("srt", "1\n"), ("vtt", "WEBVTT"), ("json", "[")])
def test_subtitles_come_in_every_format(format: str, beginning: str, done: dict[str, Any], mine: httpx.Client) -> None:
    answer = mine.get(f"/speech-tasks/{done['id']}/subtitles", params={"format": format})
    assert answer.text.startswith(beginning)
    assert mine.get(f"/speech-tasks/{done['id']}/subtitles", params={"format": "ass"}).status_code == 422


def test_the_same_idempotency_key_gives_the_same_task(mine: httpx.Client, other: httpx.Client) -> None:
    body = {"segments": [segment()]}
    headers = {"Idempotency-Key": "order-17"}
    first, second = (mine.post("/speech-tasks", json=body, headers=headers).json()["id"] for _ in range(2))
    assert first == second
    assert mine.get("/speech-tasks").json()["total"] == 1
    assert other.post("/speech-tasks", json=body, headers=headers).json()["id"] != first
    conflict = mine.post("/speech-tasks", json={"segments": [segment("Bye.")]}, headers=headers)
    assert (conflict.status_code, conflict.json()["error"]["code"]) == (409, "idempotency_conflict")
    assert mine.post("/speech-tasks", json=body, headers={"Idempotency-Key": "a b"}).status_code == 422


def test_tasks_are_listed_by_state_and_time_without_their_texts(mine: httpx.Client, done: dict[str, Any]) -> None:
    listed = mine.get("/speech-tasks", params={"state": "done", "since": done["created_at"]}).json()
    (item,) = listed["items"]
    assert "segments" not in item
    assert item["result"]["duration_s"] == done["result"]["duration_s"]
    assert httpx.get(item["result"]["audio_url"]).status_code == 200
    assert mine.get("/speech-tasks", params={"state": "failed"}).json()["total"] == 0
    assert mine.get("/speech-tasks", params={"until": done["created_at"]}).json()["total"] == 0


def test_a_task_that_is_cancelled_makes_nothing(mine: httpx.Client) -> None:
    task = create(mine, segment("Hello there, how are you? " * 2000))
    cancelled = mine.post(f"/speech-tasks/{task['id']}/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    assert cancelled.json()["result"] is None
    refused = mine.get(f"/speech-tasks/{task['id']}/subtitles")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not_done")
    again = mine.post(f"/speech-tasks/{task['id']}/cancel")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "wrong_state")


def test_a_deleted_task_is_gone_with_its_files(mine: httpx.Client, done: dict[str, Any]) -> None:
    assert mine.delete(f"/speech-tasks/{done['id']}").status_code == 204
    assert mine.get(f"/speech-tasks/{done['id']}").status_code == 404
    assert httpx.get(done["result"]["audio_url"]).status_code == 404


def test_what_is_unknown_and_what_is_anothers_are_answered_alike(other: httpx.Client, done: dict[str, Any]) -> None:
    for method, tail in [("GET", ""), ("POST", "/cancel"), ("DELETE", ""), ("GET", "/subtitles")]:
        told = []
        for task_id in (done["id"], str(uuid4())):
            answer = other.request(method, f"/speech-tasks/{task_id}{tail}")
            assert answer.status_code == 404
            told.append(answer.json()["error"]["message"].replace(task_id, "ID"))
        assert told[0] == told[1]


def test_a_voice_of_another_app_cannot_be_spoken_with(mine: httpx.Client, other: httpx.Client, recording: Path) -> None:
    files = {"reference": ("me.flac", recording.read_bytes())}
    ordered = other.post("/voices", data={"name": "me", "level": "instant"}, files=files).json()
    ended(other, f"/training-jobs/{ordered['job']['id']}")
    theirs = ordered["voice"]["id"]
    spoken = other.post("/speech", json=segment("Hello.", voice=theirs))
    assert spoken.status_code == 200
    for voice in (theirs, str(uuid4()), "nobody"):
        body = segment("Hello.", voice=voice)
        assert mine.post("/speech", json=body).status_code in (404, 422)
        assert mine.post("/speech-tasks", json={"segments": [body]}).status_code in (404, 422)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"text": "a" * 100_001}, "text_too_long"),
        ({"text": " "}, "text_empty"),
        ({"text": "……"}, "text_empty"),
        ({"text": "[[pause:x]]"}, "bad_markup"),
        ({"text": "a\0b"}, "bad_field"),
        ({"text": None}, "bad_field"),
        ({"speed": 3}, "bad_field"),
        ({"pitch_semitones": -13}, "bad_field"),
        ({"language": "fr"}, "bad_field"),
        ({"voice": ""}, "bad_field"),
        ({"pause_after_ms": 10**9}, "bad_field"),
        ({"sped": 1}, "bad_field"),
    ],
)
def test_a_text_that_cannot_be_spoken_is_refused(changed: dict[str, object], code: str, mine: httpx.Client) -> None:
    for path, body in [("/speech", segment() | changed), ("/speech-tasks", {"segments": [segment() | changed]})]:
        answer = mine.post(path, json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    assert mine.get("/speech-tasks").json()["total"] == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "bad_field"),
        ({"segments": []}, "bad_field"),
        ({"segments": [segment("a")] * 1001}, "bad_field"),
        ({"segments": [segment("a" * 60_000)] * 2}, "text_too_long"),
        ({"segments": [segment()], "format": "wma"}, "unknown"),
        ({"segments": [segment()], "subtitles": "ass"}, "unknown"),
        ({"segments": [segment()], "format": "opus", "sample_rate_hz": 44100}, "unknown"),
        ({"segments": [segment()], "sample_rate_hz": 7999}, "bad_field"),
        ({"segments": [segment()], "priority": 10}, "bad_field"),
        ({"segments": [segment()], "lexicon": "../x"}, "bad_field"),
        ({"segments": [segment()], "callback_url": "javascript:alert(1)"}, "bad_field"),
    ],
)
def test_a_task_that_cannot_be_is_refused(body: dict[str, object], code: str, mine: httpx.Client) -> None:
    answer = mine.post("/speech-tasks", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)


def test_a_lexicon_that_is_not_there_is_not_found(mine: httpx.Client) -> None:
    assert mine.post("/speech-tasks", json={"segments": [segment()], "lexicon": "none"}).status_code == 404


@pytest.mark.parametrize(
    ("format", "media_type"),
    [("wav", "audio/wav"), ("mp3", "audio/mpeg"), ("flac", "audio/flac"), ("opus", "audio/ogg")],
)
def test_speech_at_once_can_be_played_and_is_marked(format: str, media_type: str, mine: httpx.Client) -> None:
    answer = mine.post("/speech", json=segment(format=format))
    assert answer.headers["content-type"] == media_type
    assert samples_in(answer.content) > 24_000
    assert mine.post("/inspect", content=answer.content).json()["label"] == json.loads(answer.headers[LABEL])


def test_bare_samples_carry_their_mark_in_a_header(mine: httpx.Client) -> None:
    answer = mine.post("/speech", json=segment("Hello.", format="pcm", sample_rate_hz=8000))
    assert answer.headers["content-type"] == "audio/pcm"
    assert len(answer.content) % 2 == 0
    assert json.loads(answer.headers[LABEL])["Label"] == "1"


def test_speech_at_once_comes_while_it_is_spoken(mine: httpx.Client) -> None:
    with mine.stream("POST", "/speech", json=segment("Hello there. " * 300)) as answer:
        assert answer.status_code == 200
        assert int(answer.headers["hwamei-streams-limit"]) >= int(answer.headers["hwamei-streams-running"]) >= 1
        assert next(answer.iter_bytes())[:4] == b"RIFF"


@pytest.mark.parametrize("format", ["m4a", "wma"])
def test_a_format_that_cannot_be_streamed_is_refused(format: str, mine: httpx.Client) -> None:
    assert mine.post("/speech", json=segment(format=format)).status_code == 422


def test_when_all_engines_are_busy_the_answer_says_when_to_come_back(site: Site, mine: httpx.Client) -> None:
    slots = site.platform.engines.turns.of
    long = segment("Hello there, how are you today? " * 3000)
    streams = [mine.stream("POST", "/speech", json=long) for _ in range(slots)]
    for stream in streams:
        assert stream.__enter__().status_code == 200
    refused = mine.post("/speech", json=segment())
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_busy")
    assert int(refused.headers["retry-after"]) >= 1
    for stream in streams:
        stream.__exit__(None, None, None)
    assert until(lambda: mine.post("/speech", json=segment("Hello.")).status_code == 200)


def test_too_many_requests_are_refused_with_the_time_to_come_back(site: Site) -> None:
    few = Quota(rates={Operation.READ: Rate(2, 3600)})
    with site.app(quota=few) as mine:
        assert [mine.get("/me").status_code for _ in range(3)] == [200, 200, 429]
        refused = mine.get("/speech-tasks")
        assert refused.json()["error"]["code"] == "rate_limited"
        assert 0 < int(refused.headers["retry-after"]) <= 3660
        assert mine.post("/speech", json=segment("Hello.")).status_code == 200  # another operation


def test_a_months_characters_are_counted_and_limited(site: Site) -> None:
    with site.app(quota=Quota(characters_per_month=10)) as mine:
        ended(mine, f"/speech-tasks/{create(mine, segment('Hello.'))['id']}")
        refused = mine.post("/speech-tasks", json={"segments": [segment("Hello.")]})
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, "quota_used_up")
        assert int(refused.headers["retry-after"]) > 0
        assert mine.get("/usage").json()["amounts"]["characters"] == 6


@pytest.fixture
def listener() -> Iterator[tuple[str, Queue[tuple[dict[str, str], bytes]]]]:
    """An app's own server: its address, and what it is told."""
    told: Queue[tuple[dict[str, str], bytes]] = Queue()

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204)
            self.end_headers()
            told.put((dict(self.headers.items()), body))

        def log_message(self, format: str, *args: object) -> None:
            """Be quiet."""

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/told", told
        server.shutdown()
        thread.join()


def test_an_app_is_told_when_its_task_has_ended_and_can_see_who_tells_it(
    site: Site, listener: tuple[str, Queue[tuple[dict[str, str], bytes]]]
) -> None:
    url, told = listener
    credentials = site.credentials()
    headers = {"Authorization": f"Bearer {credentials.api_key}"}
    with httpx.Client(base_url=f"{site.url}/hwamei/v1", headers=headers) as mine:
        task = create(mine, segment("Hello."), callback_url=url)
        given, body = told.get(timeout=60)
        message = json.loads(body)
        assert (message["type"], message["task"]["id"]) == ("speech_task.done", task["id"])
        assert httpx.get(message["task"]["result"]["audio_url"]).status_code == 200
        parts = dict(part.split("=", 1) for part in given["Hwamei-Signature"].split(","))
        signed = hmac.new(credentials.secret.encode(), f"{parts['t']}.".encode() + body, hashlib.sha256)
        assert hmac.compare_digest(signed.hexdigest(), parts["v1"])
        assert abs(time.time() - int(parts["t"])) < 300
