"""The inferred calls: timbres registered, listed and speaking."""

from __future__ import annotations

import io
import json
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.client import HTTPConnection
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import numpy as np
import pytest
import soundfile

from hwamei.domain.app import Operation, Quota, Rate
from hwamei.domain.owned_voice import ReferenceSource, VoiceState
from hwamei.domain.stored_file import Purpose
from hwamei.service.voice_orders import VoiceOrder
from tests.dialects.teleai.conftest import PREFIX, Caller, Stage, limited, recording_of
from tests.serving import Site, until

REGISTER, QUERY, TTS = (f"{PREFIX}/timbre/{call}" for call in ("register", "query", "tts"))
TEXT = "你好，欢迎使用。Hello!"


def silence() -> bytes:
    target = io.BytesIO()
    soundfile.write(target, np.zeros(80_000), 16_000, format="WAV", subtype="PCM_16")
    return target.getvalue()


def in_base64(content: bytes) -> str:
    return b64encode(content).decode("ascii")


def test_a_registered_timbre_is_a_voice_that_can_speak(mine: Caller, recording: bytes) -> None:
    speaker_id = mine.registered(recording, speaker_name="旁白", language="en", format="wav", text="never mind")
    voice = mine.native.get(f"/voices/{speaker_id}").json()
    assert (voice["name"], voice["language"], voice["state"]) == ("旁白", "en", "ready")
    assert voice["voiceprint"]["level"] == "instant"


def test_bare_samples_can_be_registered(mine: Caller) -> None:
    samples, rate_hz = soundfile.read(io.BytesIO(recording_of(190.0)), dtype="int16")
    speaker_id = mine.registered(samples.tobytes(), format="pcm", sample_rate=rate_hz)
    facts = mine.native.get(f"/voices/{speaker_id}").json()["facts"]
    assert facts["duration_s"] == pytest.approx(len(samples) / rate_hz, abs=0.01)


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


def test_a_recording_may_be_fetched(mine: Caller, recording: bytes, shared_folder: str, tmp_path: Path) -> None:
    (tmp_path / "me.wav").write_bytes(recording)
    said = mine.post("timbre/register", {"audio_url": f"{shared_folder}/me.wav"})
    assert mine.native.get(f"/voices/{said['speaker_id']}").json()["state"] == "ready"
    said = mine.post("timbre/register", {"audio_url": f"{shared_folder}/nothing.wav"})
    assert (said["code"], said["speaker_id"], said["result"]["is_eligible"]) == (10000, "", False)


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"no sound at all", "recording"),
        (silence(), "silent"),
        (recording_of(170.0, duration_s=1.0), "speech"),
    ],
    ids=["no sound", "silence", "too short"],
)
def test_a_recording_that_will_not_do_is_told_why_and_not_kept(content: bytes, cause: str, mine: Caller) -> None:
    said = mine.post("timbre/register", {"audio": in_base64(content)})
    assert (said["code"], said["message"], said["speaker_id"]) == (10000, "Success", "")
    assert said["result"]["is_eligible"] is False
    assert cause in said["result"]["cause"]
    assert mine.native.get("/voices").json()["total"] == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 10301),
        ({"audio": None}, 10301),
        ({"audio": ""}, 10301),
        ({"audio": "not base64!"}, 10304),
        ({"audio": "AAA"}, 10304),
        ({"audio": "AAAA你"}, 10304),
        ({"audio": 5}, 10304),
        ({"audio": "AAAA", "format": "exe"}, 10304),
        ({"audio": "AAAA", "sample_rate": 1}, 10304),
        ({"audio": "AAAA", "text": "a" * 501}, 10304),
        ({"audio": "AAAA", "speaker_name": "a" * 65}, 10304),
        ({"audio": "AAAA", "speaker_name": "a\0b"}, 10304),
        ({"audio": "AAAA", "language": "tlh"}, 10304),
        ({"audio_url": "file:///etc/passwd"}, 10304),
        ({"audio_url": "http://a/" + "a" * 5_000}, 10304),
        ([], 10304),
    ],
)
def test_a_bad_registration_gets_its_code_and_keeps_nothing(body: object, code: int, mine: Caller) -> None:
    assert mine.post("timbre/register", body)["code"] == code
    assert mine.native.get("/voices").json()["total"] == 0


def test_a_recording_that_is_too_big_is_refused(mine: Caller) -> None:
    for size_bytes in (10 * 1024 * 1024 + 1, 20 * 1024 * 1024):
        answer = mine.http.post(REGISTER, content=b'{"audio": "%s"}' % b64encode(bytes(size_bytes)))
        assert (answer.status_code, answer.json()["code"]) == (413, 10304)


def test_more_voices_than_an_app_may_have_are_refused(site: Site, recording: bytes) -> None:
    with limited(site, Quota(voices=0)) as caller:
        assert caller.post("timbre/register", {"audio": in_base64(recording)})["code"] == 10302


@contextmanager
def asked(caller: Caller, path: str, body: object) -> Iterator[None]:
    """A request whose answer nobody waits for: the connection ends with this."""
    url = httpx.URL(caller.url)
    connection = HTTPConnection(url.host, url.port or 0, timeout=60)
    connection.request("POST", path, json.dumps(body), caller.signer.headers("POST", path))
    try:
        yield
    finally:
        connection.close()


def test_when_the_client_does_not_wait_nothing_is_kept(stage: Stage, recording: bytes) -> None:
    native = stage.caller.native

    def jobs(state: str) -> bool:
        return [job["state"] for job in native.get("/training-jobs").json()["items"]] == [state]

    with asked(stage.caller, REGISTER, {"audio": in_base64(recording)}):
        until(lambda: jobs("waiting"), within_s=30)
    until(lambda: jobs("cancelled"), within_s=30)
    assert native.get("/voices").json()["total"] == 0


def test_a_registration_that_comes_to_nothing_through_no_fault_of_the_recording_keeps_nothing(
    stage: Stage, recording: bytes
) -> None:
    native = stage.caller.native
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(stage.caller.post, "timbre/register", {"audio": in_base64(recording)})
        (job,) = until(lambda: native.get("/training-jobs").json()["items"], within_s=30)
        assert native.post(f"/training-jobs/{job['id']}/cancel").status_code == 200
        said = answer.result()
    assert (said["code"], said["message"], said["speaker_id"]) == (10503, "Server connection time out", "")
    assert native.get("/voices").json()["total"] == 0


def test_timbres_are_listed_page_by_page(mine: Caller, recording: bytes) -> None:
    ids = [mine.registered(recording, speaker_name=name) for name in ("anna", "berta", "")]
    first = mine.post("timbre/query", {"page_size": 2})
    assert (first["code"], first["message"], first["total"]) == (10000, "Success", 3)
    assert [each["speaker_id"] for each in first["data"]] == ids[:0:-1]
    assert [each["speaker_name"] for each in first["data"]] == ["", "berta"]
    rest = mine.post("timbre/query", {"page_size": 2, "page": 2})
    assert [each["speaker_id"] for each in rest["data"]] == ids[:1]
    assert rest["data"][0]["status"] == "ready"
    assert len(rest["data"][0]["create_time"]) == len("2026-01-05 09:30:00")
    assert mine.http.post(QUERY).json()["total"] == 3  # a body is not needed


def test_a_timbre_can_be_looked_for(mine: Caller, other: Caller, speaker_id: str) -> None:
    found = mine.post("timbre/query", {"speaker_id": speaker_id})
    assert [each["speaker_id"] for each in found["data"]] == [speaker_id]
    for given in (speaker_id, str(uuid4()), "nobody"):
        assert other.post("timbre/query", {"speaker_id": given}) == {
            "code": 10000,
            "message": "Success",
            "total": 0,
            "data": [],
        }


@pytest.mark.parametrize(
    "body", [{"page": 0}, {"page": 10**30}, {"page_size": 0}, {"page_size": 101}, {"page": "one"}, {"speaker_id": 5}]
)
def test_a_page_that_cannot_be_is_refused(body: dict[str, Any], mine: Caller) -> None:
    assert mine.post("timbre/query", body)["code"] == 10304


def native_sound(caller: Caller, speaker_id: str, **more: object) -> bytes:
    body = {"text": TEXT, "voice": speaker_id, "format": "pcm", "sample_rate_hz": 16_000, **more}
    return caller.native.post("/speech", json=body).content


def test_a_timbre_speaks_in_one_answer(veteran: Caller, veterans_timbre: str) -> None:
    said = veteran.post("timbre/tts", {"speaker_id": veterans_timbre, "text": TEXT})
    assert set(said) == {"code", "message", "sid", "speaker_id", "result", "aigc_label"}
    assert (said["code"], said["speaker_id"], said["result"]["is_end"]) == (10000, veterans_timbre, True)
    sound = b64decode(said["result"]["audio"])
    assert sound == native_sound(veteran, veterans_timbre)
    assert said["result"]["audio_len"] == round(len(sound) / 32)
    assert said["aigc_label"]["ContentProducer"]


def test_a_wav_says_how_long_it_is_and_that_it_was_made(veteran: Caller, veterans_timbre: str) -> None:
    order = {"speaker_id": veterans_timbre, "text": TEXT, "format": "WAV", "sample_rate": 24_000, "speech_rate": 1.5}
    said = veteran.post("timbre/tts", order)["result"]
    sound = b64decode(said["audio"])
    assert int.from_bytes(sound[4:8], "little") == len(sound) - 8
    samples, rate_hz = soundfile.read(io.BytesIO(sound), dtype="int16")
    assert samples.tobytes() == native_sound(veteran, veterans_timbre, sample_rate_hz=24_000, speed=1.5)
    assert said["audio_len"] == round(1000 * len(samples) / rate_hz)
    assert veteran.native.post("/inspect", content=sound).json()["marked"] is True


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"speaker_id": None}, 10301),
        ({"text": ""}, 10301),
        ({"text": "…"}, 10301),
        ({"text": "a" * 501}, 10304),
        ({"format": "mp3"}, 10304),
        ({"sample_rate": 1}, 10304),
        ({"speech_rate": 9}, 10304),
        ({"speaker_id": "tenor"}, 10305),
        ({"speaker_id": "7d1f2c58-0000-4000-8000-000000000000"}, 10305),
    ],
)
def test_speech_that_cannot_be_is_refused(
    change: dict[str, Any], code: int, veteran: Caller, veterans_timbre: str
) -> None:
    said = veteran.post("timbre/tts", {"speaker_id": veterans_timbre, "text": TEXT} | change)
    assert (said["code"], said["result"]["is_eligible"]) == (code, False)
    assert "audio" not in said["result"]


def test_a_timbre_of_another_app_does_not_speak(other: Caller, speaker_id: str) -> None:
    assert other.post("timbre/tts", {"speaker_id": speaker_id, "text": TEXT})["code"] == 10305


def test_who_speaks_too_often_is_told_so_by_the_gateway(site: Site) -> None:
    with limited(site, Quota(rates={Operation.SPEAK_NOW: Rate(1, 60)})) as caller:
        body = {"speaker_id": str(uuid4()), "text": TEXT}
        answers = [caller.http.post(TTS, json=body) for _ in range(2)]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(200, 10305), (429, 4002)]


@pytest.fixture
def ready(stage: Stage, recording: bytes, tmp_path: Path) -> str:
    """A timbre on the stage, where nobody trains any, with the voice of one of the engine's own."""
    platform = stage.platform
    app = platform.accounts.get(stage.caller.credentials.app_id)
    path = tmp_path / "me.wav"
    path.write_bytes(recording)
    file = platform.files.keep(app, path, purpose=Purpose.REFERENCE, name="me.wav")
    voice, _ = platform.voices.create(app, VoiceOrder("me", (ReferenceSource(file_id=file.id),)))
    trained = replace(voice, state=VoiceState.READY, voiceprint=stage.engine.preset("tenor"))
    platform.voices.store.change(app.id, voice.id, lambda _: trained)
    return str(voice.id)


def test_a_timbre_that_is_not_ready_does_not_speak(stage: Stage, recording: bytes, ready: str) -> None:
    files = {"reference": ("me.wav", recording)}
    unready = stage.caller.native.post("/voices", data={"name": "me"}, files=files).json()["voice"]["id"]
    said = stage.caller.post("timbre/tts", {"speaker_id": unready, "text": TEXT})
    assert (said["code"], said["message"]) == (10305, "Speaker not found")
    assert "ready" in said["result"]["cause"]
    listed = stage.caller.post("timbre/query", {})["data"]
    assert {each["speaker_id"]: each["status"] for each in listed} == {unready: "training", ready: "ready"}


def test_speech_for_a_client_that_is_gone_is_not_gone_on_with(stage: Stage, ready: str) -> None:
    body = {"speaker_id": ready, "text": "Please wait here. This is never said. Nor is this."}
    with asked(stage.caller, TTS, body):
        assert stage.engine.begun.wait(30)
    stage.engine.let.set()
    until(stage.is_free, within_s=30)
    assert stage.engine.said == ["Please wait here"]


def test_speech_that_breaks_off_is_no_answer(stage: Stage, ready: str) -> None:
    body = {"speaker_id": ready, "text": "All is well. Then I fail here."}
    answer = stage.caller.http.post(TTS, json=body)
    assert (answer.status_code, answer.json()["code"], answer.json()["message"]) == (502, 4005, "服务异常")
    assert stage.is_free()
