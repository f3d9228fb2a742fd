"""Speech over a socket: the frames, the order, and what happens when it does not go well."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from hwamei.dialects.teleai.stand_ins import VOICES
from hwamei.domain.app import Operation, Quota, Rate
from tests.dialects.teleai.conftest import GENERAL, TIMBRES, Caller, Heard, Stage, hear, limited, say, send
from tests.serving import Site, until

TEXT = "你好，欢迎使用。Hello, this is a test!"
NOBODY = "7d1f2c58-0000-4000-8000-000000000000"


def sound_of(caller: Caller, voice: str, sample_rate_hz: int = 16_000, **more: object) -> bytes:
    """What the native API says for the same order."""
    body = {"text": TEXT, "voice": voice, "format": "pcm", "sample_rate_hz": sample_rate_hz, **more}
    answer = caller.native.post("/speech", json=body)
    assert answer.status_code == 200, answer.text
    return answer.content


def failed(heard: Heard) -> tuple[int, str]:
    """Code and message of an answer that is one frame, and no sound."""
    (frame,) = heard.frames
    assert (frame["status"], frame["status_msg"], "result" in frame) == (frame["code"], frame["message"], False)
    assert frame["cause"]
    return frame["code"], frame["message"]


def test_a_text_is_answered_with_an_acknowledgement_sound_and_an_end(mine: Caller) -> None:
    with mine.socket() as socket:
        heard = say(socket, req_id="job-0001", text=TEXT, format="PCM", voice="tenor", volume=50)
    begun, *sound, end = heard.frames
    assert "result" not in begun
    assert begun["aigc_label"]["ContentProducer"]
    assert end["result"] == {"audio": "", "audio_len": 0, "is_end": True}
    for frame in heard.frames:
        assert {"code": 10000, "message": "Success", "req_id": "job-0001"}.items() <= frame.items()
        assert {"status": 10000, "status_msg": "Success", "sid": begun["sid"]}.items() <= frame.items()
    assert {frame["result"]["is_end"] for frame in sound} == {False}
    assert max(frame["result"]["audio_len"] for frame in sound) == 200
    length_ms = sum(frame["result"]["audio_len"] for frame in sound)
    assert length_ms == pytest.approx(len(heard.pcm) / 32, abs=len(sound))
    assert heard.pcm == sound_of(mine, "tenor")


@pytest.mark.parametrize("sample_rate_hz", [8_000, 16_000, 22_050, 24_000, 48_000])
def test_the_sound_has_the_rate_that_was_asked_for(sample_rate_hz: int, veteran: Caller) -> None:
    with veteran.socket() as socket:
        heard = say(socket, text=TEXT, voice="alto", sample_rate=sample_rate_hz)
    assert heard.pcm == sound_of(veteran, "alto", sample_rate_hz)


def test_the_sound_has_the_pace_that_was_asked_for(mine: Caller) -> None:
    with mine.socket() as socket:
        fast = say(socket, text=TEXT, voice="alto", speech_rate=2.0)
    assert fast.pcm == sound_of(mine, "alto", speed=2.0)


def test_a_timbre_speaks_on_both_sockets(veteran: Caller, veterans_timbre: str) -> None:
    expected = sound_of(veteran, veterans_timbre)
    with veteran.socket(TIMBRES) as socket:
        assert say(socket, text=TEXT, speaker_id=veterans_timbre).pcm == expected
    with veteran.socket(GENERAL) as socket:
        assert say(socket, text=TEXT, voice=veterans_timbre).pcm == expected


def test_one_socket_speaks_many_texts_in_their_order(mine: Caller) -> None:
    with mine.socket() as socket:
        for number in range(10):
            send(socket, req_id=str(number), text=f"Number {number}.", voice="" if number % 2 else None)
        answers = [hear(socket) for _ in range(10)]
    assert [answer.frames[0]["req_id"] for answer in answers] == [str(number) for number in range(10)]
    assert len({answer.frames[0]["sid"] for answer in answers}) == 10
    assert all(answer.frames[-1]["result"]["is_end"] for answer in answers)


@pytest.mark.parametrize("voice", VOICES)
def test_each_of_the_vendors_voices_is_stood_in_for(voice: str, veteran: Caller) -> None:
    with veteran.socket() as socket:
        assert len(say(socket, text="你好。", voice=voice).pcm) > 3_200


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("", 10304),
        ("{", 10304),
        ("[]", 10304),
        ("null", 10304),
        (b"\xff\xfe", 10304),
        (json.dumps({}), 10301),
        (json.dumps({"text": ""}), 10301),
        (json.dumps({"text": None}), 10301),
        (json.dumps({"text": " \n"}), 10301),
        (json.dumps({"text": 5}), 10304),
        (json.dumps({"text": "a" * 501}), 10304),
        (json.dumps({"text": "a[[pinyin:x]]"}), 10304),
        (json.dumps({"text": "a", "format": "MP3"}), 10304),
        (json.dumps({"text": "a", "format": "WAV"}), 10304),
        (json.dumps({"text": "a", "sample_rate": 4_000}), 10304),
        (json.dumps({"text": "a", "sample_rate": 10**400}), 10304),
        (json.dumps({"text": "a", "speech_rate": 0.1}), 10304),
        ('{"text": "a", "speech_rate": NaN}', 10304),
        ('{"text": "a", "speech_rate": 1e999}', 10304),
        (json.dumps({"text": "a", "volume": 101}), 10304),
        (json.dumps({"text": "a", "voice": "nobody"}), 10305),
        (json.dumps({"text": "a", "voice": NOBODY}), 10305),
        (json.dumps({"text": "a", "voice": ["tenor"]}), 10304),
    ],
)
def test_a_bad_message_gets_its_code_and_the_socket_stays_open(
    message: str | bytes, code: int, veteran: Caller
) -> None:
    with veteran.socket() as socket:
        socket.send(message)
        assert failed(hear(socket))[0] == code
        assert say(socket, text="Well.").frames[-1]["result"]["is_end"]


def test_a_message_may_be_binary(mine: Caller) -> None:
    with mine.socket() as socket:
        socket.send(json.dumps({"text": "Well."}).encode())
        assert hear(socket).frames[-1]["result"]["is_end"]


def test_a_socket_for_timbres_wants_one_of_the_apps_own(mine: Caller, other: Caller, speaker_id: str) -> None:
    with other.socket(TIMBRES) as socket:
        assert failed(say(socket, text="a")) == (10301, "Required parameter miss")
        assert failed(say(socket, text="a", speaker_id="tenor")) == (10305, "Speaker not found")
        told = []
        for given in (speaker_id, str(uuid4())):
            (frame,) = say(socket, text="a", speaker_id=given).frames
            told.append((frame["code"], frame["cause"].replace(given, "ID")))
    assert told[0] == told[1]


def test_what_an_app_may_not_any_more_is_told_while_the_socket_is_open(site: Site) -> None:
    with limited(site, Quota(rates={Operation.SPEAK_NOW: Rate(1, 60)})) as caller, caller.socket() as socket:
        assert say(socket, text="Well.").frames[-1]["result"]["is_end"]
        assert failed(say(socket, text="Well.")) == (4002, "并发超限")
        site.platform.accounts.disable(caller.credentials.app_id)
        assert failed(say(socket, text="Well.")) == (4003, "服务未开通")


def test_a_used_up_quota_is_told(site: Site) -> None:
    with limited(site, Quota(characters_per_month=5)) as caller, caller.socket() as socket:
        assert say(socket, text="Well.").frames[-1]["result"]["is_end"]
        assert failed(say(socket, text="Well.")) == (10302, "Too many requests")


def test_who_finds_the_engine_taken_is_told_to_come_back(stage: Stage) -> None:
    with stage.caller.socket() as first, stage.caller.socket() as second:
        send(first, text="Please wait here.")
        assert stage.engine.begun.wait(30)
        assert failed(say(second, text="Me too.")) == (10302, "Too many requests")
        stage.engine.let.set()
        assert hear(first).frames[-1]["result"]["is_end"]
        assert say(second, text="Now me.").frames[-1]["result"]["is_end"]


def test_when_the_client_goes_the_engine_stops_within_one_utterance(stage: Stage) -> None:
    with stage.caller.socket() as socket:
        send(socket, text="One. Please wait here. This is never said. Nor is this.")
        send(socket, text="Nor is another.")
        assert stage.engine.begun.wait(30)
    stage.engine.let.set()
    until(stage.is_free, within_s=30)
    assert stage.engine.said == ["One", "Please wait here"]


def test_speech_that_breaks_off_has_no_end(stage: Stage) -> None:
    with stage.caller.socket() as socket:
        heard = say(socket, text="All is well. Then I fail here. This is never said.")
        assert len(heard.pcm) > 3_200
        assert not any(frame.get("result", {}).get("is_end") for frame in heard.frames)
        last = heard.frames[-1]
        assert (last["code"], last["message"], last["cause"]) == (4005, "服务异常", "The engine gave no usable sound.")
        assert stage.is_free()
        assert say(socket, text="All is well.").frames[-1]["result"]["is_end"]


def test_a_fault_of_ours_closes_the_socket_before_the_end(stage: Stage) -> None:
    with stage.caller.socket() as socket:
        send(socket, text="All is well. Then I crash here.")
        frames = frames_until_closed(socket)
    assert socket.close_code == 1011
    assert len(frames) > 1
    assert not any(frame.get("result", {}).get("is_end") for frame in frames)
    until(stage.is_free, within_s=30)


def frames_until_closed(socket: ClientConnection) -> list[dict[str, Any]]:
    frames = []
    with suppress(ConnectionClosed):
        while True:
            frames.append(json.loads(socket.recv(timeout=30)))
    return frames


def test_nothing_is_spoken_ahead_of_a_client_that_does_not_read(stage: Stage) -> None:
    sentences = 45
    with stage.caller.socket() as socket:
        send(socket, text="A b c d e. " * sentences, sample_rate=48_000, speech_rate=0.5)
        spoken = until(lambda: settled(stage), within_s=30)
        assert 1 <= spoken < sentences
        assert hear(socket).frames[-1]["result"]["is_end"]
    assert len(stage.engine.said) == sentences


def settled(stage: Stage) -> int:
    """How many utterances were spoken, once it are no more a second later."""
    before = len(stage.engine.said)
    time.sleep(1.0)
    return before if len(stage.engine.said) == before else 0
