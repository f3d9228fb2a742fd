"""Speech for somebody who is waiting."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import av
import httpx
import pytest

from hwamei.domain.app import Operation, Quota, Rate
from tests.dialects.vocu.clients import (
    TEXT,
    client_of,
    content,
    ended,
    got,
    heard,
    new_style,
    new_voice,
    preset,
    ready,
    refused,
    style_ready,
)
from tests.serving import Site

SPEAK = "/api/tts/simple-generate"


def duration_s(sound: bytes) -> float:
    with av.open(io.BytesIO(sound), "r") as container:
        return sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))


def samples(sound: bytes) -> bytes:
    """The sound without its mark, which no two files have in common."""
    with av.open(io.BytesIO(sound), "r") as container:
        return b"".join(frame.to_ndarray().tobytes() for frame in container.decode(audio=0))


def spoken(client: httpx.Client, voice_id: str, text: str = TEXT, **more: object) -> bytes:
    return heard(got(client.post(SPEAK, json={"voiceId": voice_id, "text": text, **more}))["audio"])


@pytest.fixture
def speaks(settled: tuple[httpx.Client, str]) -> httpx.Client:
    return settled[0]


@pytest.fixture
def voice(settled: tuple[httpx.Client, str]) -> str:
    return settled[1]


def test_the_answer_says_where_the_sound_is_and_what_it_cost(speaks: httpx.Client, voice: str) -> None:
    data = got(speaks.post(SPEAK, json={"voiceId": voice, "text": TEXT}))
    assert set(data) == {"id", "audio", "streamUrl", "credit_used"}
    assert data["credit_used"] == len(TEXT)
    assert data["audio"].startswith(str(speaks.base_url).rstrip("/") + "/")
    assert httpx.URL(data["audio"]).path.endswith(".mp3")
    assert duration_s(heard(data["audio"])) > 0.3
    assert heard(data["streamUrl"]) == heard(data["audio"])


@pytest.mark.parametrize("path", [SPEAK, f"{SPEAK}.mp3"])
def test_the_sound_comes_while_it_is_made_and_can_be_replayed(path: str, speaks: httpx.Client, voice: str) -> None:
    answer = speaks.get(path, params={"voiceId": voice, "text": TEXT, "flash": "true", "seed": "-1"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "audio/mpeg"
    assert answer.headers["transfer-encoding"] == "chunked"
    assert answer.headers["x-accel-buffering"] == "no"
    told = json.loads(answer.headers["x-reecho-response-data"])
    assert told["id"] == answer.headers["x-reecho-audio-id"]
    assert told["credit_used"] == len(TEXT)
    replayed = speaks.get(f"/api/tts/stream/{told['id']}")
    assert (replayed.content, replayed.headers["content-type"]) == (answer.content, "audio/mpeg")
    assert heard(told["audio"]) == answer.content


def test_a_body_may_ask_for_the_sound_itself(speaks: httpx.Client, voice: str) -> None:
    answer = speaks.post(SPEAK, json={"voiceId": voice, "text": TEXT, "stream": True, "direct_stream": True})
    assert answer.headers["content-type"] == "audio/mpeg"
    assert duration_s(answer.content) > 0.3


def test_a_sound_whose_listener_left_is_not_kept(speaks: httpx.Client, voice: str) -> None:
    long_text = "今天天气很好，我们去公园吧。" * 200
    with speaks.stream("GET", SPEAK, params={"voiceId": voice, "text": long_text}) as answer:
        audio_id = answer.headers["x-reecho-audio-id"]
        next(answer.iter_bytes())
    assert refused(speaks.get(f"/api/tts/stream/{audio_id}")) == (404, "RESOURCE_NOT_FOUND")


def test_the_rate_is_how_long_it_takes(speaks: httpx.Client, voice: str) -> None:
    text = "Good morning to all of you."
    usual, slow, quick = (duration_s(spoken(speaks, voice, text, speechRate=rate)) for rate in (1, 2, 0.5))
    assert slow == pytest.approx(2 * usual, rel=0.25)
    assert quick == pytest.approx(usual / 2, rel=0.25)
    assert duration_s(spoken(speaks, voice, text, speechRate=9)) == pytest.approx(usual)


def test_a_seed_is_a_take_of_its_own(speaks: httpx.Client, voice: str) -> None:
    takes = [samples(spoken(speaks, voice, seed=seed)) for seed in (-1, None, 7, 7, 8)]
    assert takes[0] == takes[1]
    assert takes[2] == takes[3]
    assert len({takes[0], takes[2], takes[4]}) == 3


def test_a_dictionary_says_how_words_are_read(speaks: httpx.Client, voice: str) -> None:
    plain, read = (
        spoken(speaks, voice, "重要的音素", dictionary=dictionary)
        for dictionary in (None, [["重要", [["ch", "ong2"], ["y", "ao1"]]], ["音素", ["yin1", "su4"]]])
    )
    assert plain != read
    wrong = {"voiceId": voice, "text": "音素", "dictionary": [["音素", ["yin"]]]}
    assert refused(speaks.post(SPEAK, json=wrong)) == (400, "VALIDATION_INVALID_VALUE")


@pytest.mark.parametrize(
    "options",
    [
        {"preset": "v2_creative", "flash": False, "stream": False, "srt": False, "seed": -1},
        {"preset": "nobody knows", "vivid": True, "break_clone": False, "emo_switch": [0, 10, 0, 0, 0]},
        {"model": "reecho-neural-voice-001", "randomness": 97, "stability_boost": 100, "probability_optimization": 99},
        {"language": "xx", "speechRate": 99, "seed": 2**40, "promptId": "default", "infinite_mode": True},
        {"language": "en", "origin_audio": True, "sharpen": True, "speechRate": "fast", "seed": "none"},
    ],
)
def test_options_of_all_versions_are_taken(options: dict[str, Any], speaks: httpx.Client, voice: str) -> None:
    assert spoken(speaks, voice, **options)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"text": ""}, (400, "TTS_TEXT_EMPTY")),
        ({"text": " \n"}, (400, "TTS_TEXT_EMPTY")),
        ({"text": None}, (400, "TTS_TEXT_EMPTY")),
        ({"text": "a" * 100_001}, (400, "VALIDATION_TOO_LONG")),
        ({"text": 7}, (400, "VALIDATION_INVALID_FORMAT")),
        ({"text": "a\0b"}, (400, "VALIDATION_INVALID_FORMAT")),
        ({"voiceId": None}, (400, "VALIDATION_MISSING_FIELD")),
        ({"voiceId": "nobody"}, (404, "VOICE_NOT_FOUND")),
        ({"voiceId": "market:nobody"}, (404, "VOICE_NOT_FOUND")),
        ({"voiceId": "76db42d3-5538-499f-a70f-555ff83680d3"}, (404, "VOICE_NOT_FOUND")),
        ({"promptId": "nothing"}, (404, "RESOURCE_NOT_FOUND")),
        ({"emo_switch": [1, 2]}, (400, "VALIDATION_INVALID_VALUE")),
        ({"language": "ja"}, (400, "VALIDATION_INVALID_VALUE")),
        ({"input_audio": "https://example.com/a.mp3"}, (400, "TTS_INPUT_AUDIO_INVALID")),
        ({"instruct_mode": True}, (400, "VALIDATION_BAD_PARAMS")),
        ({"dictionary": "no"}, (400, "VALIDATION_INVALID_FORMAT")),
    ],
)
def test_what_cannot_be_said_is_refused(
    wrong: dict[str, object], told: tuple[int, str], speaks: httpx.Client, voice: str
) -> None:
    before = speaks.get("/api/account/info").json()["user"]["credit"]
    body = {"voiceId": voice, "text": TEXT} | wrong
    assert refused(speaks.post(SPEAK, json=body)) == told
    assert speaks.get("/api/account/info").json()["user"]["credit"] == before


def test_too_much_to_wait_for_belongs_into_a_task(speaks: httpx.Client, voice: str) -> None:
    answer = speaks.post(SPEAK, json={"voiceId": voice, "text": "好" * 20_000})
    assert refused(answer) == (400, "VALIDATION_TOO_LONG")


@pytest.mark.parametrize("headers", [{}, {"Authorization": "sk-nothing"}, {"Authorization": "Bearer sk-nothing"}])
def test_without_a_key_nothing_is_said(headers: dict[str, str], site: Site) -> None:
    answer = httpx.post(site.url + SPEAK, json={"voiceId": "a", "text": TEXT}, headers=headers)
    assert refused(answer) == (401, "AUTH_UNAUTHORIZED")


def test_a_voice_speaks_in_its_styles(mine: httpx.Client, recording: Path) -> None:
    voice_id = new_voice(mine, recording)["id"]
    a_style = new_style(mine, voice_id, recording)["metadata"]["prompts"][-1]["id"]
    style_ready(mine, voice_id, a_style)
    assert spoken(mine, voice_id, promptId=a_style)
    assert spoken(mine, voice_id, promptId=a_style[:8])


def test_the_engines_own_voices_speak(mine: httpx.Client) -> None:
    assert spoken(mine, preset(mine))


def test_another_apps_voice_is_not_found(mine: httpx.Client, voice: str) -> None:
    answer = mine.post(SPEAK, json={"voiceId": voice, "text": TEXT})
    assert refused(answer) == (404, "VOICE_NOT_FOUND")


def test_limits_are_told_with_when_to_come_back(site: Site) -> None:
    with client_of(site, quota=Quota(rates={Operation.SPEAK_NOW: Rate(1, 60)}, characters_per_month=10)) as client:
        voice_id = preset(client)
        answer = client.post(SPEAK, json={"voiceId": voice_id, "text": "more than ten characters"})
        assert refused(answer) == (403, "BILLING_INSUFFICIENT_CREDIT")
        answer = client.post(SPEAK, json={"voiceId": voice_id, "text": "ten"})
        assert refused(answer) == (429, "RATE_LIMIT_EXCEEDED")
        assert int(answer.headers["retry-after"]) > 0


def test_the_manners_are_listed(speaks: httpx.Client) -> None:
    presets = got(speaks.get("/api/tts/presets"))
    assert [each["key"] for each in presets] == ["v2_balance", "v3_balance_pro"]
    assert presets[0]["config"]["temperature"] == 0.9


def test_unknown_calls_are_refused_in_the_same_words(speaks: httpx.Client) -> None:
    assert refused(speaks.get("/api/tts/nothing")) == (404, "RESOURCE_NOT_FOUND")
    assert refused(speaks.get("/api/splitter")) == (404, "RESOURCE_NOT_FOUND")
    assert refused(speaks.put(SPEAK)) == (405, "METHOD_NOT_ALLOWED")
    assert refused(speaks.post(SPEAK, content=b"{")) == (400, "VALIDATION_INVALID_FORMAT")


def test_speech_and_tasks_are_told_apart(speaks: httpx.Client, voice: str) -> None:
    task_id = got(speaks.post("/api/tts/generate", json={"contents": [content(voice)]}))["id"]
    assert refused(speaks.get(f"/api/tts/stream/{task_id}")) == (404, "RESOURCE_NOT_FOUND")
    assert ended(speaks, task_id)["status"] == "generated"


def test_a_trained_voice_speaks_too(site: Site, recording: Path) -> None:
    """One that was made through the native API."""
    with site.app() as native, recording.open("rb") as sample:
        made = native.post("/voices", data={"name": "me", "level": "trained"}, files={"reference": sample})
        voice_id = made.json()["voice"]["id"]
        with httpx.Client(base_url=site.url, headers=native.headers, timeout=60) as client:
            voice = ready(client, voice_id)
            assert (voice["status"], voice["name"]) == ("lora-success", "me")
            assert spoken(client, voice_id)
