"""Speech over OpenAI's calls."""

from __future__ import annotations

import io
import json
import wave
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hwamei.dialects.openai.options import SPEECH as SPEECH_OPTIONS
from hwamei.dialects.openai.wire.events import PIECE_BYTES
from hwamei.dialects.openai.wire.speech import SpeechBody
from hwamei.domain.app import Operation, Quota, Rate
from hwamei.web.options import Option
from hwamei.web.streams import LIMIT_HEADER, RUNNING_HEADER
from tests.dialects.openai.clients import (
    LONG,
    SPEECH,
    TEXT,
    a_voice,
    body,
    client_of,
    events_in,
    new_voice,
    refused,
    samples_in,
    sound_in,
    spoken,
)
from tests.dialects.options import assert_does_as_told, tried
from tests.serving import API, Site, until

LABEL = "hwamei-aigc-label"


@pytest.mark.parametrize(
    ("format", "media_type"),
    [
        ("mp3", "audio/mpeg"),
        ("opus", "audio/ogg"),
        ("aac", "audio/aac"),
        ("flac", "audio/flac"),
        ("wav", "audio/wav"),
    ],
)
@pytest.mark.parametrize("stream_format", [None, "audio", "sse"])
def test_every_format_can_be_played_and_is_marked(
    format: str, media_type: str, stream_format: str | None, mine: httpx.Client
) -> None:
    answer = spoken(mine, response_format=format, stream_format=stream_format)
    sound = answer.content
    if stream_format == "sse":
        sound = sound_in(list(events_in(iter(answer.text.splitlines()))))
    else:
        assert answer.headers["content-type"] == media_type
    assert samples_in(sound) > 24_000
    assert mine.post(f"{API}/inspect", content=sound).json()["label"] == json.loads(answer.headers[LABEL])


def test_mp3_is_what_comes_if_nothing_is_said(mine: httpx.Client) -> None:
    assert spoken(mine).headers["content-type"] == "audio/mpeg"
    assert spoken(mine, response_format=None, instructions=None, speed=None).headers["content-type"] == "audio/mpeg"


def test_pcm_is_bare_samples_with_their_mark_in_a_header(mine: httpx.Client) -> None:
    pcm, whole = spoken(mine, response_format="pcm"), spoken(mine, response_format="wav")
    assert pcm.headers["content-type"] == "audio/pcm"
    assert json.loads(pcm.headers[LABEL])["Label"] == "1"
    with wave.open(io.BytesIO(whole.content)) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (24_000, 2, 1)
        assert file.readframes(file.getnframes()) == pcm.content


def test_a_wav_that_was_not_asked_to_stream_tells_its_true_length(mine: httpx.Client) -> None:
    whole = spoken(mine, response_format="wav")
    assert int(whole.headers["content-length"]) == len(whole.content)
    with wave.open(io.BytesIO(whole.content)) as file:
        assert file.getnframes() == samples_in(whole.content)
    assert int.from_bytes(whole.content[4:8], "little") == len(whole.content) - 8


def test_a_wav_that_was_asked_to_stream_comes_while_it_is_spoken(mine: httpx.Client) -> None:
    with mine.stream("POST", SPEECH, json=body(input=LONG, response_format="wav", stream_format="audio")) as answer:
        assert answer.status_code == 200
        assert "content-length" not in answer.headers
        assert next(answer.iter_bytes())[:8] == b"RIFF\xff\xff\xff\xff"


def test_events_carry_the_very_sound_and_end_with_one_that_says_so(mine: httpx.Client) -> None:
    answer = spoken(mine, response_format="pcm", stream_format="sse", model="tts-1")
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = list(events_in(iter(answer.text.splitlines())))
    assert [event["type"] for event in events[:-1]] == ["speech.audio.delta"] * (len(events) - 1)
    usage = {"input_tokens": len(TEXT), "output_tokens": 0, "total_tokens": len(TEXT)}
    assert events[-1] == {"type": "speech.audio.done", "usage": usage}
    assert sound_in(events) == spoken(mine, response_format="pcm").content
    assert max(len(line) for line in answer.text.splitlines()) < PIECE_BYTES * 4 // 3 + 100


@pytest.mark.parametrize(("name", "option"), tried(SPEECH_OPTIONS))
def test_every_option_does_as_the_table_says(name: str, option: Option, mine: httpx.Client) -> None:
    assert_does_as_told(
        option,
        plain=mine.post(SPEECH, json=body(response_format="pcm")),
        sent=mine.post(SPEECH, json=body(response_format="pcm") | {name: option.example}),
        heard=lambda answer: answer.content,
    )


def test_fields_that_are_not_known_are_passed_over(mine: httpx.Client) -> None:
    spoken(mine, lang_code="z", stream=True, task_type="CustomVoice", ref_audio=None, extra={"deep": [1]})


@pytest.mark.parametrize(("speed", "times"), [(0.5, 2.0), (2, 0.5)])
def test_speed_is_times_the_pace(speed: float, times: float, mine: httpx.Client) -> None:
    usual, other = (len(spoken(mine, response_format="pcm", **more).content) for more in ({}, {"speed": speed}))
    assert other / usual == pytest.approx(times, rel=0.2)  # pauses stay as they are


def test_a_cloned_voice_speaks_by_id_in_any_spelling_and_by_name(mine: httpx.Client, recording: Path) -> None:
    voice = a_voice(mine, recording, name="My own Mei")
    bare = voice["id"].removeprefix("voice_")
    named = (voice["id"], bare, {"id": voice["id"]}, {"id": bare}, "My own Mei", {"id": "My own Mei"})
    heard = {spoken(mine, voice=each, response_format="pcm").content for each in named}
    assert len(heard) == 1
    assert heard != {spoken(mine, response_format="pcm").content}


def test_an_apps_own_voice_goes_before_the_vendors_of_that_name(mine: httpx.Client, recording: Path) -> None:
    before = spoken(mine, voice="onyx", response_format="pcm").content
    a_voice(mine, recording, name="onyx")
    assert spoken(mine, voice="onyx", response_format="pcm").content != before


def test_a_voice_that_is_still_being_made_is_answered_so_that_clients_come_again(
    mine: httpx.Client, recording: Path
) -> None:
    voice = new_voice(mine, recording)
    answer = mine.post(SPEECH, json=body(voice=voice["id"]))
    if answer.status_code != 200:  # it may be ready already
        assert refused(answer) == (409, "invalid_request_error", "voice_not_ready", "voice")
        assert int(answer.headers["retry-after"]) > 0
    assert until(lambda: mine.post(SPEECH, json=body(voice=voice["id"])).status_code == 200)


INVALID = "invalid_request_error"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"model": "tts-9"}, (404, INVALID, "model_not_found", "model")),
        ({"model": ""}, (404, INVALID, "model_not_found", "model")),
        ({"model": None}, (400, INVALID, "invalid_value", "model")),
        ({"voice": "nobody"}, (400, INVALID, "invalid_value", "voice")),
        ({"voice": ""}, (400, INVALID, "invalid_value", "voice")),
        ({"voice": "v" * 5000}, (400, INVALID, "invalid_value", "voice")),
        ({"voice": {"id": "voice_1234"}}, (400, INVALID, "invalid_value", "voice")),
        ({"voice": "voice_" + "0" * 32}, (400, INVALID, "invalid_value", "voice")),
        ({"voice": ["alloy"]}, (400, INVALID, "invalid_value", "voice")),
        ({"voice": {}}, (400, INVALID, "invalid_value", "voice")),
        ({"input": ""}, (400, INVALID, "invalid_value", "input")),
        ({"input": "…"}, (400, INVALID, "invalid_value", "input")),
        ({"input": 7}, (400, INVALID, "invalid_value", "input")),
        ({"input": "a\0b"}, (400, INVALID, "invalid_value", "input")),
        ({"input": "a" * 100_001}, (400, INVALID, "string_above_max_length", "input")),
        ({"input": "a" * 10_001, "response_format": "wav"}, (400, INVALID, "string_above_max_length", "input")),
        ({"speed": 0.25}, (400, INVALID, "unsupported_value", "speed")),
        ({"speed": 4}, (400, INVALID, "unsupported_value", "speed")),
        ({"speed": 4.01}, (400, INVALID, "invalid_value", "speed")),
        ({"speed": -1}, (400, INVALID, "invalid_value", "speed")),
        ({"speed": "fast"}, (400, INVALID, "invalid_value", "speed")),
        ({"response_format": "ogg"}, (400, INVALID, "invalid_value", "response_format")),
        ({"stream_format": "ws"}, (400, INVALID, "invalid_value", "stream_format")),
        ({"instructions": {}}, (400, INVALID, "invalid_value", "instructions")),
    ],
    ids=str,
)
def test_an_order_that_cannot_be_is_refused_before_a_byte_of_sound(
    changed: dict[str, object], told: tuple[int, str, str, str], mine: httpx.Client
) -> None:
    assert refused(mine.post(SPEECH, json=body(**changed))) == told


@pytest.mark.parametrize("missing", ["model", "input", "voice"])
def test_what_is_missing_is_named(missing: str, mine: httpx.Client) -> None:
    left = {name: value for name, value in body().items() if name != missing}
    answer = mine.post(SPEECH, json=left)
    assert refused(answer) == (400, INVALID, "missing_required_parameter", missing)
    assert answer.json()["error"]["message"] == f"Missing required parameter: '{missing}'."


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"speech"', b"\xff", b'{"speed": NaN}'])
def test_what_is_no_order_at_all_is_refused(content: bytes, mine: httpx.Client) -> None:
    answer = mine.post(SPEECH, content=content, headers={"Content-Type": "application/json"})
    assert refused(answer)[:2] == (400, INVALID)


def test_a_voice_of_another_app_is_not_known(mine: httpx.Client, other: httpx.Client, recording: Path) -> None:
    voice = a_voice(other, recording, name="Theirs")
    for named in (voice["id"], "Theirs"):
        assert refused(mine.post(SPEECH, json=body(voice=named))) == (400, INVALID, "invalid_value", "voice")


@pytest.mark.parametrize("headers", [{"Authorization": ""}, {"Authorization": "Bearer sk-wrong"}, {"api-key": "x"}])
def test_without_a_key_that_is_known_nothing_is_said(headers: dict[str, str], site: Site) -> None:
    answer = httpx.post(site.url + SPEECH, json=body(), headers=headers)
    assert refused(answer) == (401, INVALID, "invalid_api_key", None)


def test_organisation_and_project_may_be_named(mine: httpx.Client) -> None:
    headers = {"OpenAI-Organization": "org-1", "OpenAI-Project": "proj_1"}
    assert mine.post(SPEECH, json=body(), headers=headers).status_code == 200


def test_answers_have_the_headers_that_clients_read(site: Site) -> None:
    few = Quota(rates={Operation.SPEAK_NOW: Rate(2, 3600)})
    with client_of(site, quota=few) as mine:
        first = spoken(mine)
        assert (first.headers["x-ratelimit-limit-requests"], first.headers["x-ratelimit-remaining-requests"]) == (
            "2",
            "1",
        )
        assert first.headers["x-ratelimit-reset-requests"].startswith(("59m", "1h0m", "1h1m"))
        assert int(first.headers["openai-processing-ms"]) >= 0
        assert first.headers["openai-version"]
        assert first.headers["x-request-id"]
        assert spoken(mine).headers["x-ratelimit-remaining-requests"] == "0"
        third = mine.post(SPEECH, json=body())
        assert refused(third)[:3] == (429, "requests", "rate_limit_exceeded")
        assert third.headers["x-ratelimit-remaining-requests"] == "0"
        assert 0 < int(third.headers["retry-after"]) <= 3660
        assert "x-ratelimit-limit-requests" not in mine.get("/v1/models").headers  # of it there may be any number


def test_answers_say_how_many_streams_may_run_and_do(site: Site, mine: httpx.Client) -> None:
    until(lambda: not site.platform.engines.turns.taken)
    slots = site.platform.engines.turns.of
    with mine.stream("POST", SPEECH, json=body(input=LONG)) as first:
        assert (first.headers[LIMIT_HEADER], first.headers[RUNNING_HEADER]) == (str(slots), "1")
        assert spoken(mine).headers[RUNNING_HEADER] == "2"


def test_one_listener_too_many_is_told_when_to_come_back(site: Site, mine: httpx.Client) -> None:
    until(lambda: not site.platform.engines.turns.taken)
    slots = site.platform.engines.turns.of
    with ExitStack() as listening:
        for _ in range(slots):
            listening.enter_context(mine.stream("POST", SPEECH, json=body(input=LONG)))
        answer = mine.post(SPEECH, json=body())
    assert refused(answer)[:3] == (429, "requests", "rate_limit_exceeded")
    assert int(answer.headers["retry-after"]) >= 1
    assert (answer.headers[LIMIT_HEADER], answer.headers[RUNNING_HEADER]) == (str(slots), str(slots))
    until(lambda: not site.platform.engines.turns.taken)


def test_a_months_characters_are_an_insufficient_quota_that_nobody_waits_for(site: Site) -> None:
    with client_of(site, quota=Quota(characters_per_month=1)) as mine:
        answer = mine.post(SPEECH, json=body())
        assert refused(answer)[:3] == (429, "insufficient_quota", "insufficient_quota")
        assert answer.headers["x-should-retry"] == "false"


def test_a_long_text_is_spoken_in_the_utterances_that_it_has_everywhere(mine: httpx.Client) -> None:
    text = "The ferry leaves the old town at sunrise, and nobody looks up. 今天天气很好，我们去公园吧。" * 4
    native = mine.post(f"{API}/speech", json={"text": text, "voice": "alto", "format": "pcm"})
    assert spoken(mine, input=text, voice="alto", response_format="pcm").content == native.content


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | st.just("id"), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changed=st.dictionaries(st.sampled_from(sorted(SpeechBody.model_fields)), ANYTHING, min_size=1))
def test_whatever_is_sent_is_answered(changed: dict[str, object], mine: httpx.Client) -> None:
    answer = mine.post(SPEECH, json=body(input="Hello.", response_format="pcm") | changed)
    if answer.status_code != 200:
        assert refused(answer)[:2] in ((400, INVALID), (404, INVALID))
