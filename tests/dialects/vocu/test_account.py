"""Who calls, and what they have used; files that are sent."""

from __future__ import annotations

import io
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile

from hwamei.domain.app import Quota
from tests.dialects.vocu.clients import PNG, TEXT, client_of, content, data_url, generated, got, preset, refused
from tests.serving import Site


def user(client: httpx.Client) -> dict[str, object]:
    body = client.get("/api/account/info").json()
    assert set(body) == {"status", "message", "user"}
    found: dict[str, object] = body["user"]
    return found


def test_the_account_tells_what_is_left_and_what_was_used(site: Site) -> None:
    with client_of(site, quota=Quota(characters_per_month=1000)) as client:
        before = user(client)
        assert (before["name"], before["role"], before["isPaid"]) == ("tests", "user", True)
        assert before["credit"] == before["credits"] == 1000
        generated(client, content(preset(client)))
        got(client.post("/api/tts/simple-generate", json={"voiceId": preset(client), "text": TEXT}))
        after = user(client)
        assert after["credit"] == 1000 - 2 * len(TEXT)
        usage = after["usage"]
        assert isinstance(usage, dict)
        assert (usage["charactersUsed"], usage["tasks"], usage["spokenNow"]) == (2 * len(TEXT), 1, 1)
        assert usage["speechMs"] > 0


def test_an_account_without_a_limit_has_plenty_and_sees_what_it_used(mine: httpx.Client) -> None:
    before = user(mine)["credit"]
    generated(mine, content(preset(mine)))
    after = user(mine)["credit"]
    assert isinstance(before, int)
    assert isinstance(after, int)
    assert before - after == len(TEXT)
    assert after > 1_000_000


def test_all_members_of_the_schema_are_there(mine: httpx.Client, other: httpx.Client) -> None:
    members = {"id", "name", "email", "phone", "avatar", "role", "isPaid", "notifications", "credits", "credit"}
    assert members | {"bonusCredit", "loraQuota", "quota"} <= set(user(mine))
    assert user(mine)["id"] != user(other)["id"]


def test_a_sound_file_is_kept_as_it_is(mine: httpx.Client, recording: Path) -> None:
    body = {"audio": data_url(recording.read_bytes(), "audio/flac")}
    data = got(mine.post("/api/tts/upload-audio", json=body))
    assert httpx.get(data["url"], headers=mine.headers).content == recording.read_bytes()
    assert data["duration"] == pytest.approx(soundfile.info(recording).duration, abs=0.1)


def long_sound() -> str:
    content = io.BytesIO()
    soundfile.write(content, np.zeros(301 * 8000, np.int16), 8000, format="FLAC")
    return data_url(content.getvalue(), "audio/flac")


@pytest.mark.parametrize(
    ("audio", "told"),
    [
        (None, (400, "VALIDATION_MISSING_FIELD")),
        ("https://example.com/a.wav", (400, "VALIDATION_INVALID_FORMAT")),
        (data_url(PNG, "image/png"), (400, "VALIDATION_INVALID_FORMAT")),
        (data_url(b"not sound"), (400, "UPLOAD_AUDIO_INVALID")),
        (long_sound(), (400, "VALIDATION_TOO_LONG")),
    ],
    ids=["none", "address", "picture", "noise", "too long"],
)
def test_what_is_no_short_sound_file_is_refused(audio: str | None, told: tuple[int, str], mine: httpx.Client) -> None:
    assert refused(mine.post("/api/tts/upload-audio", json={"audio": audio})) == told
