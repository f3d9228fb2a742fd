"""Recorded consents over OpenAI's calls."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import httpx
import pytest

from tests.dialects.openai.clients import CONSENTS, VOICES, a_consent, a_voice, ready, refused
from tests.serving import API, Site

INVALID = "invalid_request_error"


def recorded(recording: Path) -> dict[str, tuple[str, bytes, str]]:
    return {"recording": ("yes.flac", recording.read_bytes(), "audio/flac")}


def native(client: httpx.Client, voice: str) -> httpx.Response:
    return client.get(f"{API}/voices/{UUID(voice.removeprefix('voice_'))}")


def test_a_consent_is_kept_and_shown_again(mine: httpx.Client, recording: Path) -> None:
    consent = a_consent(mine, recording, name="Mei 小美 / 2026", language="zh-Hans-CN")
    assert consent["object"] == "audio.voice_consent"
    assert (consent["name"], consent["language"]) == ("Mei 小美 - 2026", "zh-Hans-CN")
    assert mine.get(f"{CONSENTS}/{consent['id']}").json() == consent


def test_a_voice_keeps_a_consent_of_its_own(mine: httpx.Client, recording: Path, site: Site) -> None:
    """Of two voices made with the same consent, one is deleted, and then the consent: the other still has it."""
    consent = a_consent(mine, recording)
    voices = [a_voice(mine, recording, name=name, consent=consent["id"]) for name in ("One", "Two")]
    app = site.platform.accounts.authenticate(mine.headers["authorization"].removeprefix("Bearer "))
    ids = [UUID(voice["id"].removeprefix("voice_")) for voice in voices]
    kept = [site.platform.voices.get(app, voice_id).consent for voice_id in ids]
    assert [each and each.ground for each in kept] == [consent["id"], consent["id"]]
    files = [each.file_id for each in kept if each is not None and each.file_id is not None]
    assert len(set(files)) == 2
    mine.delete(f"{VOICES}/{voices[0]['id']}")
    assert mine.delete(f"{CONSENTS}/{consent['id']}").json() == {
        "id": consent["id"],
        "object": "audio.voice_consent",
        "deleted": True,
    }
    assert refused(mine.get(f"{CONSENTS}/{consent['id']}")) == (404, INVALID, "not_found", None)
    assert mine.get(f"{API}/files/{files[0]}").status_code == 404
    assert mine.get(f"{API}/files/{files[1]}").status_code == 200
    ready(mine, voices[1]["id"])


def test_a_consent_that_is_nobodys_makes_no_voice(mine: httpx.Client, other: httpx.Client, recording: Path) -> None:
    theirs = a_consent(other, recording)["id"]
    sample = {"audio_sample": ("me.flac", recording.read_bytes(), "audio/flac")}
    for consent in (theirs, "cons_" + "0" * 32):
        answer = mine.post(VOICES, data={"name": "Mei", "consent": consent}, files=sample)
        assert refused(answer) == (400, INVALID, "invalid_value", "consent")
        assert refused(mine.get(f"{CONSENTS}/{consent}"))[0] == 404
        assert refused(mine.delete(f"{CONSENTS}/{consent}"))[0] == 404
    assert mine.get(VOICES).json()["data"] == []
    assert other.get(f"{CONSENTS}/{theirs}").status_code == 200


def test_what_is_no_consent_is_not_found_as_one(mine: httpx.Client, recording: Path) -> None:
    """Nor deleted: a voice's own recordings are files, too."""
    voice = a_voice(mine, recording)
    reference = native(mine, voice["id"]).json()["reference"][0]["file_id"]
    for name in (f"cons_{UUID(reference).hex}", "cons_42", "x" * 3000):
        assert refused(mine.get(f"{CONSENTS}/{name}"))[0] == 404
        assert refused(mine.delete(f"{CONSENTS}/{name}"))[0] == 404
    assert mine.get(f"{API}/files/{reference}").status_code == 200


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"language": "en-US"}, ("missing_required_parameter", "name")),
        ({"name": "John"}, ("missing_required_parameter", "language")),
        ({"name": "John", "language": "not a tag"}, ("invalid_value", "language")),
        ({"name": "n" * 151, "language": "en-US"}, ("invalid_value", "name")),
    ],
    ids=str,
)
def test_a_consent_that_cannot_be_is_refused(
    fields: dict[str, str], told: tuple[str, str], mine: httpx.Client, recording: Path
) -> None:
    assert refused(mine.post(CONSENTS, data=fields, files=recorded(recording))) == (400, INVALID, *told)


def test_a_consent_is_a_sound_file(mine: httpx.Client) -> None:
    fields = {"name": "John", "language": "en-US"}
    answer = mine.post(CONSENTS, data=fields, files={"recording": ("yes.wav", b"no sound")})
    assert refused(answer) == (400, INVALID, "invalid_audio", "recording")
    answer = mine.post(CONSENTS, files={name: (None, value) for name, value in fields.items()})
    assert refused(answer) == (400, INVALID, "missing_required_parameter", "recording")


def test_who_sends_no_key_uploads_no_consent(site: Site, recording: Path) -> None:
    fields = {"name": "John", "language": "en-US"}
    answer = httpx.post(site.url + CONSENTS, data=fields, files=recorded(recording))
    assert refused(answer)[:3] == (401, INVALID, "invalid_api_key")
