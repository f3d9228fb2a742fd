"""Apps that use the dialect, and recordings for them to send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import hwamei
from tests.dialects.huawei.calling import Caller, caller, put, zipped
from tests.serving import Site, settings_of

LONG_TEXT = (
    "今天天气很好，我们去公园吧。湖边有很多人在散步，也有孩子在放风筝。太阳慢慢落下去，天边一片红色。"
    "晚上大家一起吃饭，说说最近的事情。明天早上还要早起，所以我们很早就回家了。"
)
DAYS = "一二三四五六七八九十"


@pytest.fixture
def mine(site: Site) -> Iterator[Caller]:
    """An app."""
    found = caller(site)
    with found.client:
        yield found


@pytest.fixture
def other(site: Site) -> Iterator[Caller]:
    """Another app."""
    found = caller(site)
    with found.client:
        yield found


@pytest.fixture(scope="session")
def sentences(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """Twenty sentences and their recordings: `0.wav` with `0.txt`, and so on."""
    folder = tmp_path_factory.mktemp("sentences")
    members: dict[str, bytes] = {}
    with hwamei.open(settings_of(site.folder)) as studio:
        for number in range(20):
            text = f"这是第{DAYS[number // 10]}组的第{DAYS[number % 10]}句话，请你听一听。"
            studio.say(text, out=folder / f"{number}.wav")
            members |= {f"{number}.wav": (folder / f"{number}.wav").read_bytes(), f"{number}.txt": text.encode()}
    return members


@pytest.fixture(scope="session")
def long_recording(site: Site, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """One long recording."""
    target: Path = tmp_path_factory.mktemp("long") / "long.wav"
    with hwamei.open(settings_of(site.folder)) as studio:
        studio.say(LONG_TEXT, out=target)
    return target.read_bytes()


@pytest.fixture(scope="session")
def trained(site: Site, long_recording: bytes) -> Iterator[tuple[Caller, str]]:
    """An app with a voice that can speak, and the voice's id, for tests that change neither."""
    found = caller(site)
    with found.client:
        created = found.create("advance", voice_name="Steady Reader", tag="NEWS")
        put(created["training_data_uploading_url"], zipped({"long.wav": long_recording}))
        found.training("POST", f"/jobs/{created['job_id']}")
        job = found.ended_job(created["job_id"])
        assert job["state"] == "SUCCEED", job
        yield found, job["asset_id"]
