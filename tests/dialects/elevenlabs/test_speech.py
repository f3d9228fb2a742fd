"""Speech at once: whole, as it is made, with times, in every format."""

from __future__ import annotations

import base64
import io
from itertools import pairwise
from pathlib import Path
from typing import Any

import anyio
import httpx
import numpy as np
import pytest
import soundfile

from hwamei.dialects.elevenlabs.options import SETTINGS, SPEECH
from hwamei.dialects.elevenlabs.speaking import ready_speaker
from hwamei.dialects.elevenlabs.wire.formats import OutputFormat
from hwamei.dialects.elevenlabs.wire.models import MODELS
from hwamei.dialects.elevenlabs.wire.speech import SpeechQuery
from hwamei.domain.app import App, Operation, Quota, Rate
from hwamei.domain.errors import VoiceNotReady
from hwamei.domain.owned_voice import ReferenceSource
from hwamei.domain.voice import Level
from hwamei.service.kept_speech import MAX_WAITED_FOR_CHARACTERS
from hwamei.service.voice_orders import VoiceOrder
from hwamei.web.options import Option
from tests.dialects.elevenlabs.calling import (
    TEXT,
    TTS,
    added,
    client_of,
    detail,
    lines_of,
    samples_of,
    spoken,
)
from tests.dialects.elevenlabs.conftest import Stage
from tests.dialects.options import assert_does_as_told, tried
from tests.serving import Site, until

PCM = "pcm_16000"
BODY_KINDS = {"mp3": b"ID3", "opu": b"OggS", "wav": b"RIFF"}

Settled = tuple[httpx.Client, str]


def test_the_whole_sound_is_as_long_as_it_says_and_the_same_as_it_comes(settled: Settled) -> None:
    client, voice_id = settled
    whole = spoken(client, voice_id, text=TEXT, output_format="wav_24000")
    stream = spoken(client, voice_id, "/stream", text=TEXT, output_format="wav_24000")
    assert int.from_bytes(whole.content[4:8], "little") == len(whole.content) - 8
    assert whole.headers["content-length"] == str(len(whole.content))
    assert "content-length" not in stream.headers
    samples, rate_hz = samples_of(whole)
    assert rate_hz == 24_000
    assert len(samples) / rate_hz > 4
    assert stream.content[-10_000:] == whole.content[-10_000:]
    for answer in (whole, stream):
        assert answer.headers["character-cost"] == str(len(TEXT))
        assert answer.headers["request-id"] == answer.headers["x-request-id"]
        assert int(answer.headers["current-concurrent-requests"]) >= 1
        assert int(answer.headers["maximum-concurrent-requests"]) == 2


@pytest.mark.parametrize("format", list(OutputFormat))
def test_every_format_of_the_vendors_is_made(format: OutputFormat, settled: Settled) -> None:
    client, voice_id = settled
    answer = spoken(client, voice_id, text="The ferry leaves the old town at sunrise.", output_format=format.value)
    assert answer.status_code == 200, answer.text
    duration_s = 8 * len(answer.content) / bits_per_s(format, answer.content)
    assert duration_s == pytest.approx(2.3, abs=0.6)


def bits_per_s(format: OutputFormat, content: bytes) -> float:
    """What a second takes, as the format's name says or as an independent reader finds."""
    codec, rate, *kbits = format.value.split("_")
    if codec in ("pcm", "wav"):
        return 16.0 * int(rate)
    if codec in ("ulaw", "alaw"):
        return 8.0 * int(rate)
    about = soundfile.info(io.BytesIO(content))
    assert about.samplerate == int(rate)
    found = 8 * len(content) / about.duration
    assert found == pytest.approx(1_000 * int(kbits[0]), rel=0.25)
    return float(found)


@pytest.mark.parametrize(("name", "option"), tried(SPEECH))
def test_an_option_does_what_its_table_says(name: str, option: Option, settled: Settled) -> None:
    client, voice_id = settled
    body: dict[str, Any] = {"text": "Hello there."}
    query = {"output_format": "pcm_22050"}
    plain = client.post(f"{TTS}/{voice_id}", params=query, json=body)
    where: dict[str, Any] = query if name in SpeechQuery.model_fields else body
    where[name] = option.example
    sent = client.post(f"{TTS}/{voice_id}", params=query, json=body)
    assert_does_as_told(option, plain=plain, sent=sent, heard=lambda answer: answer.content)


@pytest.mark.parametrize(("name", "option"), tried(SETTINGS))
def test_a_setting_does_what_its_table_says(name: str, option: Option, settled: Settled) -> None:
    client, voice_id = settled
    plain = spoken(client, voice_id, output_format=PCM, voice_settings={})
    sent = spoken(client, voice_id, output_format=PCM, voice_settings={name: option.example})
    assert_does_as_told(option, plain=plain, sent=sent, heard=lambda answer: answer.content)


@pytest.mark.parametrize("speed", [0.7, 1.2])
def test_speed_is_how_many_times_as_fast(speed: float, settled: Settled) -> None:
    client, voice_id = settled
    usual, other = (
        len(spoken(client, voice_id, text=TEXT, output_format=PCM, voice_settings={"speed": each}).content)
        for each in (1.0, speed)
    )
    assert usual / other == pytest.approx(speed, rel=0.1)


def test_a_seed_is_a_take_of_its_own_the_same_each_time(settled: Settled) -> None:
    client, voice_id = settled
    usual, one, again, two = (
        spoken(client, voice_id, output_format=PCM, seed=seed).content for seed in (None, 1, 1, 2**32 - 1)
    )
    assert one == again
    assert len({usual, one, two}) == 3


def test_figures_are_read_in_the_language_that_is_enforced(settled: Settled) -> None:
    client, voice_id = settled
    lengths = {
        code: len(spoken(client, voice_id, text="1250", output_format=PCM, language_code=code).content)
        for code in ("zh", "zh-CN", "en", "en_US")
    }
    assert lengths["zh"] == lengths["zh-CN"]
    assert lengths["en"] == lengths["en_US"]
    assert lengths["zh"] != lengths["en"]


@pytest.mark.parametrize("model_id", MODELS)
def test_every_model_speaks(model_id: str, settled: Settled) -> None:
    client, voice_id = settled
    assert spoken(client, voice_id, text="好。", model_id=model_id, output_format="pcm_8000").status_code == 200


def test_a_break_is_a_silence_and_its_characters_are_those_that_were_sent(settled: Settled) -> None:
    client, voice_id = settled
    text = 'One <break time="1.5s" /> two.'
    answer = spoken(client, voice_id, "/with-timestamps", text=text, output_format=PCM).json()
    assert "".join(answer["alignment"]["characters"]) == text
    assert "break" not in "".join(answer["normalized_alignment"]["characters"])
    plain = spoken(client, voice_id, "/with-timestamps", text="One two.", output_format=PCM).json()
    longer_s = (len(base64.b64decode(answer["audio_base64"])) - len(base64.b64decode(plain["audio_base64"]))) / 32_000
    assert longer_s == pytest.approx(1.5, abs=0.4)


def test_the_times_are_those_of_the_sound(settled: Settled) -> None:
    client, voice_id = settled
    text = "It cost $4.50, they say. 今天天气很好。"
    answer = spoken(client, voice_id, "/with-timestamps", text=text, output_format="pcm_24000").json()
    samples = np.frombuffer(base64.b64decode(answer["audio_base64"]), "<i2") / 32_768
    found = answer["alignment"]
    assert "".join(found["characters"]) == text
    check_times(found, len(samples) / 24_000)
    for character, start_s, end_s in zip(*found.values(), strict=True):
        if character in "今天气很好":
            heard = samples[round((start_s + 0.02) * 24_000) : round((end_s - 0.02) * 24_000)]
            assert np.sqrt(np.mean(heard**2)) > 0.01
    read_out = answer["normalized_alignment"]
    assert "four dollars and fifty cents" in "".join(read_out["characters"])
    check_times(read_out, len(samples) / 24_000)


def check_times(found: dict[str, list[Any]], duration_s: float) -> None:
    starts, ends = found["character_start_times_seconds"], found["character_end_times_seconds"]
    assert len(starts) == len(ends) == len(found["characters"])
    assert all(start <= end for start, end in zip(starts, ends, strict=True))
    assert all(before <= after + 0.002 for before, after in pairwise(starts))
    assert starts[0] >= 0
    assert ends[-1] == pytest.approx(duration_s, abs=0.05)


def test_a_stream_of_lines_has_the_sound_and_the_characters_of_the_whole(settled: Settled) -> None:
    client, voice_id = settled
    text = TEXT + "\n"
    whole = spoken(client, voice_id, "/with-timestamps", text=text, output_format=PCM).json()
    lines = lines_of(spoken(client, voice_id, "/stream/with-timestamps", text=text, output_format=PCM))
    assert len(lines) > 2
    assert b"".join(base64.b64decode(line["audio_base64"]) for line in lines) == base64.b64decode(whole["audio_base64"])
    for kind in ("alignment", "normalized_alignment"):
        for name, values in whole[kind].items():
            assert [value for line in lines if line[kind] for value in line[kind][name]] == values
    assert lines[0]["alignment"]["characters"][0] == text[0]


def test_sound_comes_before_the_text_is_spoken(settled: Settled) -> None:
    client, voice_id = settled
    with client.stream("POST", f"{TTS}/{voice_id}/stream", json={"text": TEXT * 50}) as answer:
        assert answer.status_code == 200
        assert next(answer.iter_bytes())[:3] == b"ID3"


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        ({"text": ""}, 400, "empty_text"),
        ({"text": " \n"}, 400, "empty_text"),
        ({"text": "…!"}, 400, "empty_text"),
        ({"text": "a" * (MAX_WAITED_FOR_CHARACTERS + 1)}, 400, "text_too_long"),
        ({"text": "a[[pinyin:x]]"}, 400, "invalid_markup"),
        ({"model_id": "gpt-4"}, 400, "model_not_found"),
        ({"language_code": "de"}, 400, "unsupported_language"),
        ({"audio_effects": {}}, 400, "unsupported_parameter"),
        (
            {"pronunciation_dictionary_locators": [{"pronunciation_dictionary_id": "no"}]},
            404,
            "pronunciation_dictionary",
        ),
        ({"pronunciation_dictionary_locators": [{"pronunciation_dictionary_id": "x", "version_id": "x"}]}, 404, "pron"),
    ],
)
@pytest.mark.parametrize("how", ["", "/stream", "/with-timestamps", "/stream/with-timestamps"])
def test_what_cannot_be_said_is_refused(
    options: dict[str, Any], status: int, code: str, how: str, settled: Settled
) -> None:
    client, voice_id = settled
    if "stream" in how and code == "text_too_long":
        options = {"text": "a" * 100_001}
    answer = spoken(client, voice_id, how, **options)
    assert (answer.status_code, detail(answer)["code"][: len(code)]) == (status, code), answer.text
    assert detail(answer)["message"]


@pytest.mark.parametrize(
    ("options", "loc"),
    [
        ({"text": 7}, ["body", "text"]),
        ({"text": "\0"}, ["body", "text"]),
        ({"voice_settings": {"speed": 0.4}}, ["body", "voice_settings", "speed"]),
        ({"voice_settings": {"speed": 2.5}}, ["body", "voice_settings", "speed"]),
        ({"voice_settings": {"stability": 1.1}}, ["body", "voice_settings", "stability"]),
        ({"seed": -1}, ["body", "seed"]),
        ({"seed": 2**32}, ["body", "seed"]),
        ({"previous_request_ids": ["a"] * 4}, ["body", "previous_request_ids"]),
        ({"pronunciation_dictionary_locators": [{}]}, ["body", "pronunciation_dictionary_locators", 0]),
        ({"apply_text_normalization": "maybe"}, ["body", "apply_text_normalization"]),
        ({"output_format": "mp3_44100_1"}, ["query", "output_format"]),
    ],
)
def test_what_has_the_wrong_shape_is_told_as_the_vendors_framework_does(
    options: dict[str, Any], loc: list[object], settled: Settled
) -> None:
    client, voice_id = settled
    answer = spoken(client, voice_id, **options)
    assert answer.status_code == 422, answer.text
    (problem, *_) = answer.json()["detail"]
    assert problem["loc"][: len(loc)] == loc
    assert set(problem) == {"type", "loc", "msg"}


def test_a_body_that_is_no_json_and_one_that_is_none(settled: Settled) -> None:
    client, voice_id = settled
    broken = client.post(f"{TTS}/{voice_id}", content=b'{"text": ', headers={"content-type": "application/json"})
    missing = client.post(f"{TTS}/{voice_id}", json={})
    assert (broken.status_code, broken.json()["detail"][0]["type"]) == (422, "json_invalid")
    assert (missing.status_code, missing.json()["detail"][0]["loc"]) == (422, ["body", "text"])


def test_the_engines_own_voices_speak_and_others_are_unknown(mine: httpx.Client, settled: Settled) -> None:
    assert spoken(mine, "alto", output_format=PCM).content != spoken(mine, "tenor", output_format=PCM).content
    for stranger in ("nobody", settled[1], "0" * 32, "%00", "x" * 500):
        answer = spoken(mine, stranger)
        assert answer.status_code == 404
        assert detail(answer)["code"] == "voice_not_found"


def test_a_voice_keeps_to_its_own_settings_where_a_request_says_nothing(mine: httpx.Client, site: Site) -> None:
    voice_id = added(mine, site.recording).json()["voice_id"]
    usual = len(spoken(mine, voice_id, text=TEXT, output_format=PCM).content)
    assert mine.post(f"/v1/voices/{voice_id}/settings/edit", json={"speed": 2}).json() == {"status": "ok"}
    assert len(spoken(mine, voice_id, text=TEXT, output_format=PCM).content) == pytest.approx(usual / 2, rel=0.15)
    spoken_as_asked = spoken(mine, voice_id, text=TEXT, output_format=PCM, voice_settings={"speed": 1})
    assert len(spoken_as_asked.content) == usual


def test_characters_are_counted_and_limited(site: Site) -> None:
    with client_of(site, quota=Quota(characters_per_month=15)) as client:
        assert spoken(client, "alto").status_code == 200
        refused = spoken(client, "alto")
        assert (refused.status_code, detail(refused)["code"]) == (401, "quota_exceeded")
        assert client.get("/v1/user/subscription").json()["character_count"] == 12


def test_too_many_requests_are_told_when_to_come_back(site: Site) -> None:
    with client_of(site, quota=Quota(rates={Operation.SPEAK_NOW: Rate(1, 3600)})) as client:
        assert spoken(client, "alto").status_code == 200
        refused = spoken(client, "alto", "/stream")
        assert (refused.status_code, detail(refused)["code"]) == (429, "rate_limit_exceeded")
        assert int(refused.headers["retry-after"]) > 0


# ---------------------------------------------------------------- when it does not go well


def app_of(stage: Stage) -> App:
    (app,) = stage.platform.accounts.list()
    return app


def test_when_all_engines_speak_the_answer_says_when_to_come_back(stage: Stage) -> None:
    with stage.client.stream("POST", f"{TTS}/alto/stream", json={"text": "One. Please wait here."}) as busy:
        assert busy.status_code == 200
        refused = spoken(stage.client, "alto")
        assert (refused.status_code, detail(refused)["status"]) == (429, "too_many_concurrent_requests")
        assert detail(refused)["code"] == "concurrent_limit_exceeded"
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.headers["current-concurrent-requests"] == refused.headers["maximum-concurrent-requests"] == "1"
        stage.engine.let.set()
    until(stage.is_free)


@pytest.mark.parametrize("how", ["", "/stream", "/with-timestamps", "/stream/with-timestamps"])
def test_when_the_client_goes_the_engine_stops_within_one_utterance(how: str, stage: Stage) -> None:
    body = {"text": "One. Please wait here. This is never said. Nor is this."}
    with httpx.Client(base_url=stage.client.base_url, headers=stage.client.headers, timeout=1) as hasty:
        try:
            with hasty.stream("POST", f"{TTS}/alto{how}", json=body):
                assert stage.engine.begun.wait(30)
        except httpx.ReadTimeout:
            assert stage.engine.begun.wait(30)
    stage.engine.let.set()
    until(stage.is_free, within_s=30)
    assert stage.engine.said == ["One", "Please wait here"]


@pytest.mark.parametrize("mood", ["fail", "crash"])
@pytest.mark.parametrize("how", ["/stream", "/stream/with-timestamps"])
def test_a_stream_that_breaks_never_looks_complete(how: str, mood: str, stage: Stage) -> None:
    body = {"text": f"All is well. Then I {mood} here. This is never said."}
    with stage.client.stream("POST", f"{TTS}/alto{how}", json=body) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError):
            answer.read()
    until(stage.is_free)


@pytest.mark.parametrize("how", ["", "/with-timestamps"])
def test_what_fails_before_the_end_of_the_whole_is_an_error(how: str, stage: Stage) -> None:
    answer = spoken(stage.client, "alto", how, text="All is well. Then I fail here.")
    assert (answer.status_code, detail(answer)["code"]) == (500, "internal_server_error")
    assert "mood" not in answer.text
    until(stage.is_free)


def test_what_fails_before_the_first_byte_is_an_error(stage: Stage) -> None:
    answer = spoken(stage.client, "alto", "/stream", text="I fail here.")
    assert (answer.status_code, detail(answer)["type"]) == (500, "internal_error")
    until(stage.is_free)


def test_a_voice_that_is_being_made_is_waited_for_only_so_long(stage: Stage, recording: Path) -> None:
    voice_id = added(stage.client, recording).json()["voice_id"]

    async def wait() -> None:
        await ready_speaker(stage.platform, app_of(stage), voice_id, waited_for_s=0.3)

    with pytest.raises(VoiceNotReady):
        anyio.run(wait)


def test_a_voice_that_trains_for_long_is_not_waited_for(stage: Stage) -> None:
    reference = (ReferenceSource(url="https://example.com/me.wav"),)
    voice, _ = stage.platform.voices.create(app_of(stage), VoiceOrder("slow", reference, Level.TRAINED))
    answer = spoken(stage.client, voice.id.hex)
    assert (answer.status_code, detail(answer)["code"]) == (425, "voice_not_ready")
    assert int(answer.headers["retry-after"]) > 0


def test_a_voice_that_came_to_nothing_cannot_speak(mine: httpx.Client, site: Site) -> None:
    tone = io.BytesIO()
    two = np.concatenate([soundfile.read(site.recording, dtype="float32")[0]] * 8)
    soundfile.write(tone, np.random.default_rng(1).normal(0, 0.1, len(two)), 24_000, format="FLAC")  # over a minute
    files = [("files", ("noise.flac", tone.getvalue()))]
    answer = mine.post("/v1/voices/add", data={"name": "noise"}, files=files)
    assert answer.status_code == 200, answer.text
    voice_id = answer.json()["voice_id"]
    refused = spoken(mine, voice_id)
    assert (refused.status_code, detail(refused)["code"]) == (400, "voice_failed")
    shown = mine.get(f"/v1/voices/{voice_id}").json()["fine_tuning"]
    assert set(shown["state"].values()) == {"failed"}
    assert shown["message"]
