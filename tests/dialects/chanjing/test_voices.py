"""Cloned voices: ordered, looked at, listed, deleted."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable
from uuid import UUID

import httpx
import numpy as np
import pytest
import soundfile

from hwamei.dialects.chanjing.wire.problems import REASONS
from hwamei.domain.app import Quota
from hwamei.domain.errors import RefusalReason
from hwamei.domain.stored_file import MAX_UPLOAD_BYTES
from tests.dialects.chanjing.conftest import NOBODYS_ID, Elsewhere, NewProgram, Program


def shortened(value: object) -> str:
    """For the name of a test."""
    return str(value)[:40]


FIELDS = ["id", "name", "type", "progress", "audio_path", "err_msg", "status"]
RATE_HZ = 16_000


def test_a_voice_is_made_of_the_recording_at_an_address(mine: Program, recording_url: str) -> None:
    voice_id = mine.voice(recording_url, name="声音克隆", language="cn", text="你好，这是试听。", callback="")
    assert voice_id.startswith("C-Audio-")
    assert len(voice_id) == len("C-Audio-") + 32
    first = mine.data(mine.get("/customised_audio", id=voice_id))
    assert list(first) == FIELDS
    if first["status"] != 2:
        assert first["status"] in (0, 1)
        assert (first["audio_path"], first["err_msg"]) == ("", "")
    ready = mine.settled(voice_id)
    assert ready.pop("audio_path").startswith(mine.site.url)
    assert ready == {
        "id": voice_id,
        "name": "声音克隆",
        "type": "cicada3.0-turbo",
        "progress": 100,
        "err_msg": "",
        "status": 2,
    }


def test_the_training_clip_is_the_speech_in_the_recording_and_needs_no_token(
    mine: Program, elsewhere: Elsewhere, recording: object
) -> None:
    samples, rate_hz = soundfile.read(str(recording))
    quiet = np.random.default_rng(1).normal(0, 1e-4, 3 * rate_hz)
    with_gaps = io.BytesIO()
    soundfile.write(with_gaps, np.concatenate([quiet, samples, quiet]), rate_hz, format="WAV")
    ready = mine.settled(mine.voice(elsewhere.put("gaps.wav", with_gaps.getvalue())))
    assert httpx.URL(ready["audio_path"]).path.endswith(".wav")
    clip = httpx.get(ready["audio_path"])
    assert clip.headers["content-type"] == "audio/wav"
    info = soundfile.info(io.BytesIO(clip.content))
    assert 3 < info.duration < len(samples) / rate_hz + 1


@pytest.mark.parametrize(
    ("given", "type"),
    [
        (None, "cicada1.0"),
        ("", "cicada1.0"),
        ("cicada1.0", "cicada1.0"),
        ("cicada3.0", "cicada3.0"),
        ("Cicada3.0-turbo", "cicada3.0-turbo"),
        ("cicada3.0-Turbo", "cicada3.0-turbo"),
        ("Cicada-3.0", "cicada3.0"),
        ("Cicada-2.0", "cicada2.0"),
        ("cicada-3.0-turbo ", "cicada3.0-turbo"),
    ],
)
def test_every_known_spelling_of_a_model_is_taken_and_echoed_plainly(
    given: str | None, type: str, mine: Program, recording_url: str
) -> None:
    voice = mine.settled(mine.voice(recording_url, model_type=given))
    assert (voice["type"], voice["status"]) == (type, 2)


@pytest.mark.parametrize("language", [None, "", "cn", "en"])
def test_both_languages_are_taken(language: str | None, mine: Program, recording_url: str) -> None:
    assert mine.voice(recording_url, language=language)


def test_the_list_shows_what_the_detail_shows_page_by_page(mine: Program, recording_url: str) -> None:
    assert mine.data(mine.post("/list_customised_audio")) == {
        "list": [],
        "page_info": {"page": 1, "size": 10, "total_count": 0, "total_page": 0},
    }
    voice_ids = [mine.voice(recording_url, name=f"voice {number}") for number in range(3)]
    details = [mine.settled(voice_id) for voice_id in voice_ids]
    listed = mine.data(mine.post("/list_customised_audio", page=1, page_size=2))
    assert listed["page_info"] == {"page": 1, "size": 2, "total_count": 3, "total_page": 2}
    assert [without_address(voice) for voice in listed["list"]] == [without_address(each) for each in details[:0:-1]]
    assert httpx.get(listed["list"][0]["audio_path"]).status_code == 200
    second = mine.data(mine.post("/list_customised_audio", page=2, page_size=2))
    assert [voice["id"] for voice in second["list"]] == voice_ids[:1]


def without_address(voice: dict[str, object]) -> dict[str, object]:
    """Addresses are signed anew each time."""
    return {key: value for key, value in voice.items() if key != "audio_path"}


def test_a_deleted_voice_says_so_and_is_listed_no_more(mine: Program, ready: str) -> None:
    clip_url = mine.data(mine.get("/customised_audio", id=ready))["audio_path"]
    assert mine.data(mine.post("/delete_customised_audio", id=ready)) == ""
    left = mine.data(mine.get("/customised_audio", id=ready))
    assert (left["status"], left["audio_path"], left["err_msg"]) == (99, "", "")
    assert mine.data(mine.post("/list_customised_audio"))["list"] == []
    assert httpx.get(clip_url).status_code == 404
    assert mine.post("/delete_customised_audio", id=ready)["code"] == 10400
    spoken = mine.post("/create_audio_task", audio_man=ready, speed=1, pitch=1, text={"text": "你好"})
    assert spoken["code"] == 50000


def test_the_clip_of_a_deleted_voice_goes_from_the_disk_at_once(
    mine: Program, elsewhere: Elsewhere, recording: object
) -> None:
    samples, rate_hz = soundfile.read(str(recording))
    nobody_elses = io.BytesIO()
    soundfile.write(nobody_elses, 0.9 * samples, rate_hz, format="WAV")
    voice = mine.settled(mine.voice(elsewhere.put("softer.wav", nobody_elses.getvalue())))
    sha256 = httpx.get(voice["audio_path"]).headers["etag"].strip('"')
    (clip,) = (mine.site.folder / "data" / "blobs").rglob(sha256)
    an_hour_ago_s = time.time() - 3600
    os.utime(clip, (an_hour_ago_s, an_hour_ago_s))  # what was added just now is left to the next sweep
    mine.post("/delete_customised_audio", id=voice["id"])
    assert not clip.exists()


def test_an_unknown_voice_and_anothers_are_answered_alike(mine: Program, other: Program, ready: str) -> None:
    told = []
    for voice_id in (ready, f"C-Audio-{NOBODYS_ID}"):
        answers = [
            other.get("/customised_audio", id=voice_id),
            other.post("/delete_customised_audio", id=voice_id),
            other.post("/create_audio_task", audio_man=voice_id, speed=1, pitch=1, text={"text": "你好"}),
        ]
        assert [answer["code"] for answer in answers] == [10400, 10400, 50000]
        assert not [answer for answer in answers if "AccessToken" in answer["msg"]]  # nobody is to get a new token
        told.append([answer["msg"].replace(voice_id, "ID") for answer in answers])
    assert told[0] == told[1]
    assert mine.data(mine.get("/customised_audio", id=ready))["status"] == 2


@pytest.mark.parametrize(
    "given", ["x", "C-Audio-", "C-Audio-x", f"C-Audio-{UUID(NOBODYS_ID)}", NOBODYS_ID, "C-1", "' or 1=1 --"]
)
def test_what_is_no_id_names_no_voice(given: str, mine: Program) -> None:
    assert mine.get("/customised_audio", id=given)["code"] == 10400
    assert mine.post("/delete_customised_audio", id=given)["code"] == 10400


def wav(samples: np.ndarray[tuple[int], np.dtype[np.floating]]) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, RATE_HZ, format="WAV")
    return file.getvalue()


def silence() -> bytes:
    return wav(np.zeros(10 * RATE_HZ))


def a_tone() -> bytes:
    return wav(0.3 * np.sin(2 * np.pi * 440 * np.arange(10 * RATE_HZ) / RATE_HZ))


def words() -> bytes:
    return "这不是录音。".encode() * 1000


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (silence, REASONS[RefusalReason.SILENT]),
        (a_tone, REASONS[RefusalReason.NOT_SPEECH]),
        (words, "不支持的音频格式,请阅读接口文档"),
        (bytes, "不支持的音频格式,请阅读接口文档"),
    ],
)
def test_a_recording_that_cannot_make_a_voice_is_told_by_its_status_in_chinese(
    content: Callable[[], bytes], said: str, mine: Program, elsewhere: Elsewhere
) -> None:
    failed = mine.settled(mine.voice(elsewhere.put(f"{content.__name__}.wav", content())))
    assert (failed["status"], failed["err_msg"], failed["audio_path"], failed["progress"]) == (4, said, "", 0)


def test_too_little_speech_is_told_too(mine: Program, elsewhere: Elsewhere, recording: object) -> None:
    samples, rate_hz = soundfile.read(str(recording), frames=2 * 24_000)
    short = io.BytesIO()
    soundfile.write(short, samples, rate_hz, format="WAV")
    failed = mine.settled(mine.voice(elsewhere.put("short.wav", short.getvalue())))
    assert (failed["status"], failed["err_msg"]) == (4, REASONS[RefusalReason.TOO_SHORT])


def test_every_reason_has_its_chinese() -> None:
    assert set(REASONS) == set(RefusalReason)
    assert len(set(REASONS.values())) == len(REASONS)


def test_an_address_that_gives_nothing_or_too_much_is_told(mine: Program, elsewhere: Elsewhere) -> None:
    missing = mine.voice(f"{elsewhere.url}/nothing.wav")
    too_big = mine.voice(elsewhere.put("big.wav", b"RIFF", claimed_bytes=MAX_UPLOAD_BYTES + 1))
    unreadable = mine.voice("http://good.example\\@10.0.0.1/a.wav")
    said = [mine.settled(voice_id)["err_msg"] for voice_id in (missing, too_big, unreadable)]
    assert said == [
        "音频下载失败,请检查地址是否可以公开下载",
        "音频文件过大,不能超过100MB",
        "音频地址不可访问,请提供可公开下载的地址",
    ]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": None}, 400),
        ({"name": 7}, 400),
        ({"name": ""}, 40000),
        ({"name": " "}, 40000),
        ({"name": "a\nb"}, 40000),
        ({"name": "a\0b"}, 40000),
        ({"name": "名" * 201}, 40000),
        ({"url": None}, 400),
        ({"url": ""}, 40000),
        ({"url": "me.wav"}, 40000),
        ({"url": "ftp://example.com/a.wav"}, 40000),
        ({"url": "file:///etc/passwd"}, 40000),
        ({"url": "http://example.com/" + "a" * 4000}, 40000),
        ({"model_type": "cicada9.0"}, 40000),
        ({"model_type": "cicada1.0-turbo"}, 40000),
        ({"model_type": "x" * 2_000_000}, 40000),
        ({"model_type": 3}, 400),
        ({"language": "fr"}, 40000),
        ({"language": ["cn"]}, 400),
        ({"text": "字" * 51}, 40000),
        ({"text": "12345"}, 40000),
        ({"text": "……"}, 10400),
        ({"callback": "javascript:alert(1)"}, 40000),
        ({"callback": 1}, 400),
    ],
    ids=shortened,
)
def test_a_voice_that_cannot_be_ordered_is_refused(changed: dict[str, object], code: int, mine: Program) -> None:
    body = {"name": "me", "url": "http://127.0.0.1:9/a.wav", **changed}
    told = mine.post("/create_customised_audio", **body)
    assert (told["code"], told["data"]) == (code, None)
    assert len(told["msg"]) < 500
    assert mine.data(mine.post("/list_customised_audio"))["list"] == []


@pytest.mark.parametrize("missing", ["name", "url"])
def test_what_is_missing_is_told(missing: str, mine: Program) -> None:
    body = {name: "http://127.0.0.1:9/a.wav" for name in ("name", "url") if name != missing}
    told = mine.post("/create_customised_audio", **body)
    assert told["code"] == 40000
    assert missing in told["msg"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"page": 0}, 40000),
        ({"page": -1}, 40000),
        ({"page": 10**30}, 40000),
        ({"page": 1_000_000, "page_size": 1000}, 40000),
        ({"page_size": 0}, 40000),
        ({"page_size": 1001}, 40000),
        ({"page": "1"}, 400),
        ({"page": 1.5}, 400),
        ({"page": True}, 400),
        ({"page": None}, 400),
    ],
    ids=shortened,
)
def test_a_page_that_cannot_be_is_refused(body: dict[str, object], code: int, mine: Program) -> None:
    assert mine.post("/list_customised_audio", **body)["code"] == code


def test_a_detail_without_an_id_is_refused(mine: Program) -> None:
    assert mine.get("/customised_audio")["code"] == 40000
    assert mine.get("/customised_audio", id="")["code"] == 40000
    assert mine.post("/delete_customised_audio")["code"] == 40000


def test_no_more_voices_are_made_than_the_app_may_have(new_program: NewProgram, recording_url: str) -> None:
    mine = new_program(Quota(voices=1))
    mine.voice(recording_url)
    told = mine.post("/create_customised_audio", name="second", url=recording_url)
    assert told["code"] == 40002


def test_an_app_is_told_when_its_voice_is_ready_and_when_it_has_failed(
    mine: Program, elsewhere: Elsewhere, recording_url: str
) -> None:
    ready = mine.voice(recording_url, callback=f"{elsewhere.url}/told")
    failed = mine.voice(f"{elsewhere.url}/nothing.wav", callback=f"{elsewhere.url}/told")
    told = {message["id"]: message for message in (elsewhere.told.get(timeout=60) for _ in range(2))}
    assert set(told) == {ready, failed}
    for voice_id, message in told.items():
        detail = mine.data(mine.get("/customised_audio", id=voice_id))
        assert without_address(message) == without_address(detail)
    assert [told[voice_id]["status"] for voice_id in (ready, failed)] == [2, 4]
    assert httpx.get(told[ready]["audio_path"]).status_code == 200


def test_the_voices_of_the_native_api_are_there_too(mine: Program, recording_url: str) -> None:
    headers = {"Authorization": f"Bearer {mine.credentials.api_key}"}
    body = {"name": "native", "level": "instant", "reference": [{"url": recording_url}]}
    made = httpx.post(f"{mine.site.url}/hwamei/v1/voices", json=body, headers=headers).json()["voice"]
    voice_id = "C-Audio-" + made["id"].replace("-", "")
    assert mine.settled(voice_id)["status"] == 2
    assert [voice["id"] for voice in mine.data(mine.post("/list_customised_audio"))["list"]] == [voice_id]
