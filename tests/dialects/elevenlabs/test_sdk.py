"""The vendor's own SDK, unmodified, in an environment of its own, through every call that it has and we have."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.dialects.elevenlabs.calling import native_of
from tests.dialects.elevenlabs.tls import certificate, tls_before
from tests.dialects.sdk import driven, python_with
from tests.serving import Site, ended

pytestmark = pytest.mark.long("installs a vendor's SDK and makes voices")

SDK = "elevenlabs==2.78.0"
DRIVER = Path(__file__).with_name("sdk_driver.py")
TASKS = 3


@pytest.fixture(scope="module")
def sdk_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has the SDK and nothing of ours."""
    return python_with(tmp_path_factory.mktemp("sdk"), SDK)


@pytest.fixture
def app(site: Site, mine: httpx.Client) -> httpx.Client:
    """An app with some tasks."""
    with native_of(mine, site) as native:
        for number in range(TASKS):
            body = {"segments": [{"text": f"Number {number}.", "voice": "alto"}], "format": "mp3"}
            ended(native, f"/speech-tasks/{native.post('/speech-tasks', json=body).json()['id']}")
    return mine


@pytest.fixture
def seen(sdk_python: Path, site: Site, app: httpx.Client, tmp_path: Path) -> dict[str, Any]:
    """What the driver saw."""
    trusted = certificate(tmp_path)
    with tls_before(site.url, trusted) as tls:
        told = {
            "url": site.url,
            "tls": tls,
            "key": app.headers["xi-api-key"],
            "recording": b64encode(site.recording.read_bytes()).decode(),
            "tasks": TASKS,
        }
        return driven(sdk_python, DRIVER, told, home=tmp_path, more={"SSL_CERT_FILE": str(trusted)})


def test_the_unmodified_sdk_makes_voices_and_speaks_with_them(seen: dict[str, Any]) -> None:
    _check_voices(seen["voices"])
    _check_speech(seen["speech"])
    _check_the_rest(seen)
    assert seen["refusals"] == [
        ["ApiError", 401, "invalid_api_key"],
        ["ApiError", 404, "voice_not_found"],
        ["ApiError", 404, "voice_not_found"],
        ["ApiError", 400, "empty_text"],
        ["ApiError", 400, "model_not_found"],
        ["UnprocessableEntityError", 422, ["enum", ["query", "output_format"]]],
        ["ApiError", 400, "unsupported_language"],
        ["ApiError", 400, "text_too_long"],
        ["ApiError", 400, "invalid_audio"],
        ["ApiError", 404, "history_item_not_found"],
        ["ApiError", 404, "pronunciation_dictionary_not_found"],
    ]


def _check_voices(voices: dict[str, Any]) -> None:
    assert voices["verify"] is False
    assert voices["spoken_at_once"] > 1_000
    assert voices["shown"] == ["Ferry", "cloned", {"accent": "harbour"}, "a ferry", "a.flac"]
    assert voices["listed"] == ["cloned", "premade"]
    assert voices["found"] == [["Ferry"], 1, False]
    first, second = voices["pages"]
    assert len({*first, *second}) == 4
    assert voices["settings"] == [0.9, 1.2, 1.0]
    assert voices["edited"] == ["Boat", {"accent": "sea"}, "a ferry", 2]


def _check_speech(speech: dict[str, Any]) -> None:
    text = "The ferry leaves. 今天天气很好。"
    assert speech["riff"] == "RIFF"
    assert speech["timed"] == speech["streamed"] == text
    assert speech["normalized"] == text
    assert speech["rising"] is True
    whole, stream, timed = speech["sizes"]
    assert stream == timed == speech["streamed_bytes"]
    assert 0 < whole - stream < 1_000  # the header of a WAV
    assert speech["cost"] == str(len(text))
    assert int(speech["slots"]) >= 1
    assert speech["request_id"]


def _check_the_rest(seen: dict[str, Any]) -> None:
    realtime = seen["realtime"]
    assert realtime["pieces"] >= 1
    assert realtime["bytes"] > 50_000
    assert (realtime["silent"], realtime["broken"]) == ([], "invalid_markup")
    assert seen["dictionaries"] == {
        "rules": [["alias", "GIF", "jif"], ["alias", "SQL", "a very long sequel indeed"]],
        "versions": [1, 2, 1],
        "replaced": 1,
        "longer": True,
        "renamed": ["renamed", True],
        "listed": ["copied"],
        "pls": True,
    }
    history = seen["history"]
    assert history["pages"] == [2, True, 1, False]
    assert history["item"] == ["Number 2.", "premade", "alto", "TTS", "audio/mpeg", "created"]
    assert history["sound"] == ["ID3\x04", True, "PK"]
    assert history["gone"] == ["ok", True]
    account = seen["account"]
    assert "eleven_multilingual_v2" in account["models"]
    assert (account["used"], account["resets"], account["voices"][0]) == (True, True, 2)
    assert account["status"] == ["active", [], "tests"]
    assert len(seen["checked"]) == 12
    assert (seen["sample"], seen["deleted"], seen["left"]) == (True, "ok", 1)
