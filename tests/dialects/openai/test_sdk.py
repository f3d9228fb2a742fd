"""The vendor's own SDK, unmodified, in an environment of its own, through every call that it has of these."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from hwamei.domain.app import Operation, Quota, Rate
from tests.dialects.sdk import driven, python_with
from tests.serving import Site

pytestmark = pytest.mark.long("installs a vendor's SDK")

SDK = "openai==3.54.0"
DRIVER = Path(__file__).with_name("sdk_driver.py")
INVALID = "invalid_request_error"
READS = 3


@pytest.fixture(scope="module")
def sdk_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has the SDK and nothing of ours."""
    return python_with(tmp_path_factory.mktemp("sdk"), SDK)


@pytest.fixture(scope="module")
def seen(sdk_python: Path, site: Site, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the driver saw."""
    told = {
        "url": site.url,
        "key": site.credentials().api_key,
        "poor_key": site.credentials(quota=Quota(characters_per_month=1)).api_key,
        "limited_key": site.credentials(quota=Quota(rates={Operation.READ: Rate(READS, 2)})).api_key,
        "limit": READS,
        "recording": b64encode(site.recording.read_bytes()).decode(),
    }
    return driven(sdk_python, DRIVER, told, home=tmp_path_factory.mktemp("home"))


def test_speech_comes_in_every_format_streamed_and_whole(seen: dict[str, Any]) -> None:
    assert seen["formats"] == dict.fromkeys(("mp3", "opus", "aac", "flac", "wav", "pcm"), True)
    rate_hz, told, there = seen["wav"]
    assert (rate_hz, told) == (24_000, there)
    assert told > 24_000
    assert seen["streamed"] == ["audio/pcm", True, True]
    assert seen["asynchronous"] > 5_000
    assert set(seen["raw"].values()) == {True}


def test_events_come_as_the_sdk_reads_them(seen: dict[str, Any]) -> None:
    done, same = seen["events"]
    assert done["type"] == "speech.audio.done"
    assert done["usage"]["total_tokens"] > 0
    assert same


def test_models_are_listed_and_looked_at(seen: dict[str, Any]) -> None:
    listed, same = seen["models"]
    assert {"tts-1", "tts-1-hd", "gpt-4o-mini-tts", "hwamei"} <= set(listed)
    assert same


def test_a_voice_is_made_speaks_and_is_deleted(seen: dict[str, Any]) -> None:
    assert seen["voices"] == {
        "object": "audio.voice",
        "type": "audio_sample",
        "name": "Mei",
        "same": True,
        "other": True,
        "consent": [True, True],
        "deleted": ["audio.voice.deleted", True, True],
    }


def test_errors_are_the_sdks_own_classes(seen: dict[str, Any]) -> None:
    assert seen["errors"] == {
        "key": ["AuthenticationError", "invalid_api_key", None, INVALID, True],
        "model": ["NotFoundError", "model_not_found", "model", INVALID, True],
        "speech model": ["NotFoundError", "model_not_found", "model", INVALID, True],
        "voice": ["BadRequestError", "invalid_value", "voice", INVALID, True],
        "speed": ["BadRequestError", "unsupported_value", "speed", INVALID, True],
        "format": ["BadRequestError", "invalid_value", "response_format", INVALID, True],
        "empty": ["BadRequestError", "invalid_value", "input", INVALID, True],
        "type": ["BadRequestError", "invalid_value", "speed", INVALID, True],
        "deleted": ["NotFoundError", "not_found", None, INVALID, True],
        "sample": ["BadRequestError", "invalid_audio", "audio_sample", INVALID, True],
        "prompt": ["BadRequestError", "unsupported_value", "prompt", INVALID, True],
        "consents": ["APIStatusError", "method_not_supported", None, INVALID, True],
        "quota": ["RateLimitError", "insufficient_quota", None, "insufficient_quota", True],
    }


def test_the_sdk_comes_again_when_it_was_told_to(seen: dict[str, Any]) -> None:
    refused, again, took_s = seen["retried"]
    assert refused == ["RateLimitError", "rate_limit_exceeded", None, "requests", True]
    assert 1 <= again <= 2
    assert 0.5 < took_s < 10
