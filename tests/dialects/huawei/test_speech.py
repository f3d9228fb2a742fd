"""Speech over HTTP: asynchronous jobs, auditions, callbacks, checks of voices."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from queue import Queue
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import numpy as np
import pytest
import soundfile

from hwamei.dialects.huawei.callback import sign_url
from hwamei.domain.listing import PageRequest
from hwamei.domain.owned_voice import VoiceFilter
from tests.dialects.huawei.calling import Caller
from tests.serving import until

Trained = tuple[Caller, str]
SPEECH = "/ttsc/async-jobs"


def sound(url: str) -> tuple[np.ndarray[Any, Any], int]:
    """The samples behind an address, and their rate."""
    samples, rate_hz = soundfile.read(BytesIO(httpx.get(url).content), dtype="float32")
    return samples, rate_hz


def test_a_trained_voice_speaks_with_subtitles_and_times(trained: Trained) -> None:
    mine, voice = trained
    wanted = {"text": "你好。今天天气很好。", "voice_asset_id": voice, "gen_srt": True, "need_timestamp": True}
    job = mine.spoken(**wanted)
    assert (job["state"], job["code"], job["message"]) == ("SUCCEED", "0", "")
    samples, rate_hz = sound(job["audio_file_url"])
    assert len(samples) > rate_hz
    assert "你好" in httpx.get(job["audio_srt_file_url"]).text
    cues = httpx.get(job["audio_info_file_url"]).json()
    assert "你" in json.dumps(cues, ensure_ascii=False)


def test_without_being_asked_for_there_are_no_subtitles_and_times(trained: Trained) -> None:
    mine, voice = trained
    job = mine.spoken(text="你好。", voice_asset_id=voice, audio_format="MP3")
    assert set(job) == {"state", "code", "message", "audio_file_url"}
    assert httpx.get(job["audio_file_url"]).headers["content-type"] == "audio/mpeg"


def test_speed_pitch_and_volume_are_heard(trained: Trained) -> None:
    mine, voice = trained
    said = {"text": "今天天气很好，我们去公园走走吧。", "voice_asset_id": voice}
    usual, rate_hz = sound(mine.spoken(**said)["audio_file_url"])
    fast, _ = sound(mine.spoken(**said, speed=200)["audio_file_url"])
    soft, _ = sound(mine.spoken(**said, volume=90)["audio_file_url"])
    high, _ = sound(mine.spoken(**said, pitch=200)["audio_file_url"])
    assert len(fast) / len(usual) == pytest.approx(0.5, abs=0.15)
    softer_db = 20 * np.log10(np.sqrt(np.mean(soft**2)) / np.sqrt(np.mean(usual**2)))
    assert softer_db == pytest.approx(20 * np.log10(90 / 140), abs=0.5)
    assert centre_hz(high, rate_hz) > 1.3 * centre_hz(usual, rate_hz)


def centre_hz(samples: np.ndarray[Any, Any], rate_hz: int) -> float:
    """The mean frequency, by power."""
    power = np.abs(np.fft.rfft(samples)) ** 2
    return float(np.sum(np.fft.rfftfreq(len(samples), 1 / rate_hz) * power) / np.sum(power))


@pytest.mark.parametrize(
    "text",
    [
        "<speak><phoneme alphabet='py' ph='chong2'>重</phoneme>复吗？<break time='1s'/>再见。</speak>",
        "<speak><say-as interpret-as='spell'>SQL</say-as> <sub alias='人工智能'>AI</sub><p>好</p></speak>",
        "<speak xmlns='http://www.w3.org/2001/10/synthesis'>好<break strength='strong'/>吗</speak>",
    ],
)
def test_ssml_is_spoken(trained: Trained, text: str) -> None:
    mine, voice = trained
    assert mine.spoken(text=text, voice_asset_id=voice)["state"] == "SUCCEED"


@pytest.mark.parametrize(
    "text",
    [
        "<speak>好",
        "<speak><break></speak>",
        "<!DOCTYPE x [<!ENTITY a 'aaaa'>]><speak>&a;</speak>",
        "<speak><!ENTITY a 'b'>&a;</speak>",
        "<speak>" + "<p>" * 100 + "好" + "</p>" * 100 + "</speak>",
        "<speak>&undefined;</speak>",
        "<speak></speak>",
        "",
        "…",
        "你[[pinyin:zzz]]",
        "a\0b",
        "x" * 100_001,
    ],
)
def test_a_text_that_cannot_be_spoken_is_refused(trained: Trained, text: str) -> None:
    mine, voice = trained
    assert mine.refused("POST", SPEECH, json={"text": text, "voice_asset_id": voice}) == "MSS.000000003"


@pytest.mark.parametrize(
    "fields",
    [
        {"speed": 49},
        {"speed": 201},
        {"pitch": 49},
        {"pitch": 201},
        {"volume": 89},
        {"volume": 241},
        {"volume": "loud"},
        {"audio_format": "OGG"},
        {"channels": 3},
        {"priority": 11},
        {"srt_len": -1},
        {"callback_config": {"callback_url": "ftp://example.com"}},
        {"callback_config": {}},
        {"callback_config": {"callback_url": "https://example.com", "auth_type": "MSS_A", "key": "k" * 16}},
        {"output_external_url": "https://example.com/a.wav"},
        {"voice_asset_id": "a b"},
        {"voice_asset_id": "x" * 65},
    ],
)
def test_an_order_that_cannot_be_is_refused(trained: Trained, fields: dict[str, Any]) -> None:
    mine, voice = trained
    body = {"text": "你好。", "voice_asset_id": voice} | fields
    answer = mine.client.post(SPEECH, json=body)
    told = answer.json()
    assert (answer.status_code, told["error_code"]) == (400, "MSS.000000003")
    assert told["request_id"] == answer.headers["x-request-id"]
    assert len(told["error_msg"]) <= 255


@pytest.mark.parametrize("voice", ["f" * 32, "nobody", "C-Audio-1"])
def test_a_voice_that_is_not_there_is_refused(mine: Caller, voice: str) -> None:
    assert mine.refused("POST", SPEECH, json={"text": "你好。", "voice_asset_id": voice}) == "MSS.10001001"
    assert mine.refused("POST", "/ttsc/audition", json={"text": "你好。", "emotion": voice}) == "MSS.10001001"
    assert mine.refused("POST", f"/ttsc/check-voice-asset/{voice}") == "MSS.10001001"


def test_a_voice_that_is_not_ready_or_anothers_does_not_speak(mine: Caller, trained: Trained) -> None:
    mine.create()
    (draft,) = mine.site.platform.voices.list(mine.app, VoiceFilter(), PageRequest()).items
    body = {"text": "你好。", "voice_asset_id": draft.id.hex}
    assert mine.refused("POST", SPEECH, json=body) == "MSS.20050004"
    assert mine.refused("POST", f"/ttsc/check-voice-asset/{draft.id.hex}") == "MSS.20050004"
    assert mine.refused("POST", SPEECH, json=body | {"voice_asset_id": trained[1]}) == "MSS.10001001"


def test_an_audition_is_heard(trained: Trained) -> None:
    mine, voice = trained
    job_id = mine.call("POST", "/ttsc/audition", json={"text": "你好。", "emotion": voice, "speed": 120})["job_id"]

    def complete() -> Any:
        found = mine.call("GET", f"/ttsc/audition-file/{job_id}")
        return found if found["is_file_complete"] else None

    found = until(complete)
    assert (found["code"], found["message"], len(found["files"])) == ("0", "", 1)
    assert httpx.get(found["files"][0]["download_url"]).headers["content-type"] == "audio/mpeg"
    assert mine.refused("GET", f"{SPEECH}/{job_id}") == "MSS.20050001"


def test_the_engines_own_voices_speak_by_their_names(mine: Caller) -> None:
    listed = mine.call("GET", "/digital-assets", params={"asset_type": "VOICE_MODEL", "asset_source": "SYSTEM"})
    name = listed["assets"][0]["asset_id"]
    assert mine.spoken(text="你好。", voice_asset_id=name)["state"] == "SUCCEED"
    assert mine.call("POST", f"/ttsc/check-voice-asset/{name}")["asset_name"] == name


def test_a_job_of_another_app_is_not_there(mine: Caller, trained: Trained) -> None:
    theirs, voice = trained
    job_id = theirs.call("POST", SPEECH, json={"text": "你好。", "voice_asset_id": voice})["job_id"]
    for given in (job_id, "f" * 32, "nothing"):
        assert mine.refused("GET", f"{SPEECH}/{given}") == "MSS.20050001"
        assert mine.refused("GET", f"/ttsc/audition-file/{given}") == "MSS.20050001"


@pytest.fixture
def listener() -> Iterator[tuple[str, Queue[tuple[str, Any]]]]:
    """A server that is told; its address, and what it was told: path and JSON."""
    told: Queue[tuple[str, Any]] = Queue()

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204)
            self.end_headers()
            told.put((self.path, json.loads(body)))

        def log_message(self, format: str, *args: object) -> None:
            """Be quiet."""

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/told?n=1", told
        server.shutdown()
        thread.join()


def test_an_app_is_told_at_an_address_that_is_signed_with_its_secret(
    trained: Trained, listener: tuple[str, Queue[tuple[str, Any]]]
) -> None:
    mine, voice = trained
    url, told = listener
    order = {"text": "你好。", "voice_asset_id": voice, "gen_srt": True, "callback_config": {"callback_url": url}}
    job_id = mine.call("POST", SPEECH, json=order)["job_id"]
    path, message = told.get(timeout=60)
    assert (message["status"], message["job_id"]) == ("FINISHED", job_id)
    assert message["audio_duration"] > 0
    for name in ("audio_file_download_url", "subtitle_file_download_url"):
        assert httpx.get(message[name]).status_code == 200
    query = parse_qs(urlsplit(path).query)
    now_ms = int(query["time_stamp"][0], 16)
    right = hmac.new(mine.credentials.secret.encode(), f"{url}{now_ms}".encode(), hashlib.sha256).hexdigest()
    assert query["secret"] == [right]
    assert query["n"] == ["1"]
    assert abs(time.time() - now_ms / 1000) < 60


def test_the_address_is_signed_as_the_vendors_example_is_shaped() -> None:
    url = sign_url("https://metastudio-llm/digital-human/chat", "key", now_ms=1744612873350)
    assert url.startswith("https://metastudio-llm/digital-human/chat?secret=")
    assert url.endswith("&time_stamp=1963307d486")
    assert sign_url("http://a/b?c=d#e", "key", now_ms=255).endswith("&time_stamp=ff#e")
