"""Speech tasks: ordered, looked at, heard."""

from __future__ import annotations

import io
import json
import re
from itertools import pairwise
from typing import Any
from uuid import UUID

import httpx
import numpy as np
import pytest
import soundfile

from hwamei.domain.app import Quota
from hwamei.dsp.cue import DURATION_S as CUE_S
from tests.dialects.chanjing.conftest import NOBODYS_ID, Elsewhere, NewProgram, Program

TEXT = "猫在跌落时能够在空中调整身体，通常能够四脚着地。Good morning, everybody. 这项技术为医学诊断提供了重要的工具！"
FIELDS = ["id", "type", "status", "text", "full", "slice", "errMsg", "errReason", "subtitles"]


def public_voice(program: Program) -> str:
    """The id of a voice that everybody may speak with."""
    return str(program.data(program.get("/list_common_audio"))["list"][0]["id"])


def heard(task: dict[str, Any]) -> tuple[np.ndarray[Any, np.dtype[np.float64]], int]:
    """The samples and their rate; no token is needed."""
    samples, rate_hz = soundfile.read(io.BytesIO(httpx.get(task["full"]["url"]).content))
    return samples, rate_hz


def test_a_cloned_voice_speaks_and_the_subtitles_cover_the_text(mine: Program, ready: str) -> None:
    task_id = mine.speaks(f"{ready} ", TEXT)  # the documented example has a blank at its end
    assert re.fullmatch(r"[0-9a-f]{32}", task_id)
    task = mine.spoken(task_id)
    assert list(task) == FIELDS
    assert task["id"] != task_id
    assert re.fullmatch(r"[0-9a-f]{32}", task["id"])
    same = ("type", "status", "text", "slice", "errMsg", "errReason")
    assert [task[name] for name in same] == ["tts", 9, [TEXT], None, "", ""]
    samples, rate_hz = heard(task)
    assert rate_hz == 48_000
    assert len(samples) / rate_hz == pytest.approx(task["full"]["duration"], abs=0.006)
    assert task["full"]["path"] == f"{task_id}.wav"
    assert httpx.URL(task["full"]["url"]).path.endswith(task["full"]["path"])
    check_subtitles(task, TEXT)


def check_subtitles(task: dict[str, Any], text: str) -> None:
    subtitles = task["subtitles"]
    assert [list(each) for each in subtitles] == [["key", "start_time", "end_time", "subtitle"]] * len(subtitles)
    assert len({each["key"] for each in subtitles}) == len(subtitles)
    for each in subtitles:
        assert re.fullmatch(r"[0-9a-f]{40}", each["key"])
        assert 0 <= each["start_time"] < each["end_time"] <= task["full"]["duration"] + 0.01
        assert round(each["start_time"], 2) == each["start_time"]
        assert round(each["end_time"], 2) == each["end_time"]
        assert each["subtitle"][-1] not in "，。！,."
    for before, after in pairwise(subtitles):
        assert before["end_time"] == after["start_time"]
    assert letters("".join(each["subtitle"] for each in subtitles)) == letters(text)


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def test_a_task_that_is_not_done_has_nothing_yet(mine: Program) -> None:
    task_id = mine.speaks(public_voice(mine), "你好，世界。" * 600)
    task = mine.data(mine.post("/audio_task_state", task_id=task_id))
    assert list(task) == FIELDS
    if task["status"] == 1:
        assert (task["full"], task["subtitles"]) == ({"url": "", "path": "", "duration": 0}, [])
        assert (task["errMsg"], task["errReason"]) == ("", "")
        mine.stop(task_id)


def test_a_public_voice_speaks(mine: Program) -> None:
    assert mine.spoken(mine.speaks(public_voice(mine), "你好。"))["full"]["duration"] > 0


def test_a_watermark_is_heard_before_the_speech(mine: Program) -> None:
    voice = public_voice(mine)
    plain, marked = (mine.spoken(mine.speaks(voice, "你好，世界。", aigc_watermark=mark)) for mark in (False, True))
    assert marked["full"]["duration"] == pytest.approx(plain["full"]["duration"] + CUE_S, abs=0.02)
    assert marked["subtitles"][0]["start_time"] == pytest.approx(plain["subtitles"][0]["start_time"] + CUE_S, abs=0.02)
    samples, rate_hz = heard(marked)
    spectrum = np.abs(np.fft.rfft(samples[: rate_hz // 10]))
    assert np.argmax(spectrum) * 10 == pytest.approx(800, abs=10)  # a dot of Morse


def test_speed_changes_how_long_it_takes(mine: Program) -> None:
    voice = public_voice(mine)
    slow, usual, fast = (mine.spoken(mine.speaks(voice, TEXT, speed=speed)) for speed in (0.5, 1, 2.0))
    assert slow["full"]["duration"] > 1.5 * usual["full"]["duration"] > 2.2 * fast["full"]["duration"]


def test_pitch_changes_how_high_it_is(mine: Program) -> None:
    voice = public_voice(mine)
    usual, high = (mine.spoken(mine.speaks(voice, "妈妈妈妈妈", pitch=pitch)) for pitch in (1, 1.5))
    assert high["full"]["duration"] == pytest.approx(usual["full"]["duration"], abs=0.1)
    assert main_hz(high) / main_hz(usual) == pytest.approx(1.5, rel=0.1)


def main_hz(task: dict[str, Any]) -> float:
    """Of the strongest partial."""
    samples, rate_hz = heard(task)
    spectrum = np.abs(np.fft.rfft(samples))
    return float(np.argmax(spectrum) * rate_hz / len(samples))


@pytest.mark.parametrize("pitch", [0.1, 3.0])
def test_pitches_beyond_an_octave_are_spoken_an_octave_away(pitch: float, mine: Program) -> None:
    assert mine.spoken(mine.speaks(public_voice(mine), "你好。", pitch=pitch))["errMsg"] == ""


def test_what_has_no_effect_is_taken(mine: Program) -> None:
    more = {"font_size": 64, "width": 1000, "height": 90, "volume": 100, "dialect": 1, "callback": "", "new_one": [1]}
    text = {"text": "你好。", "plain_text": "你好。"}
    body = {"audio_man": public_voice(mine), "speed": 1, "text": text, **more}
    assert mine.post("/create_audio_task", **body)["code"] == 0


def test_four_thousand_characters_are_taken_and_one_more_is_not(mine: Program) -> None:
    voice = public_voice(mine)
    mine.stop(mine.speaks(voice, "你" * 4000))
    told = mine.post("/create_audio_task", audio_man=voice, speed=1, pitch=1, text={"text": "你" * 4001})
    assert told["code"] == 40000
    assert "4001" in told["msg"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"audio_man": None}, 400),
        ({"audio_man": 5}, 400),
        ({"audio_man": ""}, 50000),
        ({"audio_man": "tenor"}, 50000),
        ({"audio_man": f"C-{NOBODYS_ID}"}, 50000),
        ({"audio_man": NOBODYS_ID}, 50000),
        ({"speed": 0.49}, 40000),
        ({"speed": 2.01}, 40000),
        ({"speed": "1"}, 400),
        ({"speed": True}, 400),
        ({"speed": None}, 400),
        ({"pitch": 0}, 40000),
        ({"pitch": 3.1}, 40000),
        ({"pitch": "1"}, 400),
        ({"text": None}, 10400),
        ({"text": {}}, 10400),
        ({"text": "你好"}, 400),
        ({"text": ["你好"]}, 400),
        ({"text": {"text": 5}}, 400),
        ({"text": {"text": ""}}, 10400),
        ({"text": {"text": " \n"}}, 10400),
        ({"text": {"text": "……"}}, 10400),
        ({"text": {"text": "a\0b"}}, 40000),
        ({"text": {"text": "你好😀"}}, 10400),
        ({"text": {"text": "👍🏽 好"}}, 10400),
        ({"text": {"text": "🇨🇳"}}, 10400),
        ({"text": {"text": "I ❤️ you"}}, 10400),
        ({"text": {"text": "[[pause:x]]"}}, 40000),
        ({"aigc_watermark": "true"}, 400),
        ({"aigc_watermark": 1}, 400),
        ({"callback": "ftp://example.com/"}, 40000),
        ({"font_size": "big"}, 400),
    ],
    ids=str,
)
def test_a_task_that_cannot_be_ordered_is_refused(changed: dict[str, object], code: int, mine: Program) -> None:
    body = {"audio_man": public_voice(mine), "speed": 1, "pitch": 1, "text": {"text": "你好"}, **changed}
    told = mine.post("/create_audio_task", **body)
    assert (told["code"], told["data"]) == (code, None)
    assert "AccessToken" not in told["msg"]
    assert not any(mine.site.platform.usage.get(mine.credentials.app_id, this_month(mine)).amounts.values())


def this_month(program: Program) -> str:
    return program.site.platform.clock().strftime("%Y-%m")


@pytest.mark.parametrize(("missing", "code"), [("audio_man", 40000), ("speed", 40000), ("text", 10400)])
def test_what_is_missing_is_told(missing: str, code: int, mine: Program) -> None:
    body = {"audio_man": public_voice(mine), "speed": 1, "pitch": 1, "text": {"text": "你好"}}
    del body[missing]
    assert mine.post("/create_audio_task", **body)["code"] == code


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "1" + "0" * 400])
@pytest.mark.parametrize("field", ["speed", "pitch"])
def test_numbers_that_are_none_are_refused(field: str, number: str, mine: Program) -> None:
    body = {"audio_man": public_voice(mine), "speed": 1, "pitch": 1, "text": {"text": "a"}, field: "HERE"}
    content = json.dumps(body).replace('"HERE"', number).encode()
    assert mine.client.post("/create_audio_task", content=content).json()["code"] in (400, 40000)


def test_signs_that_are_no_pictures_are_spoken(mine: Program) -> None:
    assert mine.speaks(public_voice(mine), "第 #1 名 © 2026 ™ → 100% ☯ 3*4")


def test_an_unknown_task_and_anothers_are_answered_alike(mine: Program, other: Program) -> None:
    task_id = mine.speaks(public_voice(mine), "你好。")
    told = {
        (answer["code"], answer["msg"].replace(str(UUID(given)), "ID").replace(given, "ID"))
        for given in (task_id, NOBODYS_ID)
        for answer in [other.post("/audio_task_state", task_id=given)]
    }
    assert len(told) == 1
    assert told.pop()[0] == 40000


@pytest.mark.parametrize(("body", "code"), [({}, 40000), ({"task_id": 1}, 400), ({"task_id": "x"}, 40000)], ids=str)
def test_what_is_no_task_is_refused(body: dict[str, object], code: int, mine: Program) -> None:
    assert mine.post("/audio_task_state", **body)["code"] == code


def test_a_task_that_came_to_nothing_has_ended_and_says_why(mine: Program) -> None:
    task_id = mine.speaks(public_voice(mine), "你好，世界。" * 600)
    mine.stop(task_id)
    task = mine.spoken(task_id)
    assert (task["status"], task["errMsg"], task["errReason"]) == (9, "任务已取消", "cancelled")
    assert task["full"] == {"url": "", "path": "", "duration": 0}


def test_a_months_characters_used_up_are_told_with_a_code_of_their_own(new_program: NewProgram) -> None:
    mine = new_program(Quota(characters_per_month=4))
    voice = public_voice(mine)
    assert mine.data(mine.get("/user_duration")) == {"resi_total_bean": 4, "bean_day30": 4}
    mine.speaks(voice, "你好。")
    assert mine.data(mine.get("/user_duration")) == {"resi_total_bean": 1, "bean_day30": 1}
    told = mine.post("/create_audio_task", audio_man=voice, speed=1, pitch=1, text={"text": "你好。"})
    assert told["code"] == 40002


def test_an_app_is_told_when_its_speech_is_done(mine: Program, elsewhere: Elsewhere) -> None:
    task_id = mine.speaks(public_voice(mine), "你好。", callback=f"{elsewhere.url}/told")
    told = elsewhere.told.get(timeout=60)
    assert told.pop("task_id") == task_id
    assert httpx.get(told["full"].pop("url")).status_code == 200
    task = mine.spoken(task_id)
    del task["full"]["url"]
    assert told == task
