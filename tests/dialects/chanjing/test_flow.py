"""The vendor's own description of how a voice is cloned and speaks, step by step, with the engine that people use."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile

import hwamei
from hwamei.labels.inspect import inspect
from hwamei.settings import Settings
from tests.dialects.chanjing.conftest import Elsewhere
from tests.serving import Site, opened_site

pytestmark = pytest.mark.long("trains a voice with the real engine")

SAID = "The ferry leaves the old town at sunrise, and nobody looks up. The market opens an hour later."
TEXT = "Hello, I am your AI assistant. 很高兴认识你，今天天气不错。"
POLL_S = 6.0  # ten a minute


@pytest.fixture(scope="module")
def real_site(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Iterator[Site]:
    with opened_site(tmp_path_factory.mktemp("real"), engine="kokoro", models=models_folder) as site:
        yield site


@pytest.fixture(scope="module")
def spoken_url(models_folder: Path, elsewhere: Elsewhere, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A recording of speech of about six seconds, made with another voice of the engine's."""
    folder = tmp_path_factory.mktemp("speaker")
    with hwamei.open(Settings(data=folder, models=models_folder)) as studio:
        studio.say(SAID, voice="am_michael", out=folder / "abc.mp3")
    return elsewhere.put("abc.mp3", (folder / "abc.mp3").read_bytes())


def post(site: Site, path: str, token: str | None, body: dict[str, object]) -> Any:
    headers = {"Content-Type": "application/json"} | ({} if token is None else {"access_token": token})
    return data(httpx.post(site.url + path, headers=headers, json=body, timeout=60))


def data(answer: httpx.Response) -> Any:
    told = answer.json()
    assert (answer.status_code, told["code"]) == (200, 0), told
    return told["data"]


def test_a_program_clones_a_voice_and_downloads_what_it_says(real_site: Site, spoken_url: str, tmp_path: Path) -> None:
    token = token_of(real_site)
    order: dict[str, object] = {"name": "example", "url": spoken_url, "model_type": "Cicada3.0-turbo", "language": "en"}
    order["text"] = "Nice to meet you."
    voice_id = post(real_site, "/open/v1/create_customised_audio", token, order)
    while (voice := look(real_site, token, voice_id))["status"] in (0, 1):
        time.sleep(POLL_S)
    assert (voice["status"], voice["progress"], voice["err_msg"]) == (2, 100, "")

    speech = {"audio_man": voice_id, "speed": 1, "pitch": 1, "text": {"text": TEXT}}
    task = {"task_id": post(real_site, "/open/v1/create_audio_task", token, speech)["task_id"]}
    while (state := post(real_site, "/open/v1/audio_task_state", token, task))["status"] != 9:
        time.sleep(1)
    assert (state["errMsg"], state["text"]) == ("", [TEXT])
    said = "".join(each["subtitle"] for each in state["subtitles"])
    assert "".join(filter(str.isalnum, said)) == "".join(filter(str.isalnum, TEXT))

    target = tmp_path / state["full"]["path"]
    target.write_bytes(httpx.get(state["full"]["url"]).content)
    samples, rate_hz = soundfile.read(io.BytesIO(target.read_bytes()))
    assert len(samples) / rate_hz == pytest.approx(state["full"]["duration"], abs=0.006)
    assert 4 < state["full"]["duration"] < 15
    assert np.sqrt(np.mean(samples**2)) > 0.02
    assert inspect(target) is not None


def test_the_public_voices_are_those_of_both_languages_and_can_be_heard(real_site: Site) -> None:
    headers = {"access_token": token_of(real_site)}
    url = f"{real_site.url}/open/v1/list_common_audio"
    voices = data(httpx.get(url, params={"page": 1, "size": 100}, headers=headers))["list"]
    assert {voice["desc"] for voice in voices} == {"中文女声", "中文男声", "英文女声", "英文男声"}
    assert {voice["gender"] for voice in voices} == {"female", "male"}
    assert len({voice["id"] for voice in voices}) == len(voices) > 20
    heard = httpx.get(voices[0]["audition"], timeout=60)
    assert soundfile.info(io.BytesIO(heard.content)).duration > 2


def token_of(site: Site) -> str:
    """Of a new app."""
    credentials = site.credentials()
    body: dict[str, object] = {"app_id": credentials.app_id, "secret_key": credentials.secret}
    return str(post(site, "/open/v1/access_token", None, body)["access_token"])


def look(site: Site, token: str, voice_id: str) -> Any:
    url = f"{site.url}/open/v1/customised_audio"
    return data(httpx.get(url, params={"id": voice_id}, headers={"access_token": token}))
