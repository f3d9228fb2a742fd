"""One voice, whichever dialect asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest

from tests.dialects.chanjing.conftest import Program
from tests.dialects.huawei.calling import AkSk
from tests.dialects.huawei.calling import Caller as HuaweiCaller
from tests.dialects.teleai.conftest import Caller as TeleAiCaller
from tests.dialects.teleai.conftest import calling_as, recording_of
from tests.dialects.vocu.clients import content, generated, got
from tests.serving import Site

TEXT = "今天天气很好。"


@dataclass(frozen=True)
class Tenant:
    """One app, through every door."""

    teleai: TeleAiCaller
    chanjing: Program
    huawei: HuaweiCaller
    vocu: httpx.Client
    elevenlabs: httpx.Client
    openai: httpx.Client

    def sees(self, voice: UUID) -> dict[str, bool]:
        """Which dialects know the voice."""
        return {
            "native": self.teleai.native.get(f"/voices/{voice}").status_code == 200,
            "chanjing": self.chanjing.get("/customised_audio", id=f"C-Audio-{voice.hex}")["data"]["status"] == 2,
            "huawei": self.huawei.client.get(f"/digital-assets/{voice.hex}").status_code == 200,
            "vocu": self.vocu.get(f"/api/voice/{voice}").status_code == 200,
            "elevenlabs": self.elevenlabs.get(f"/v1/voices/{voice.hex}").status_code == 200,
            "openai": self.openai.get(f"/v1/audio/voices/voice_{voice.hex}").status_code == 200,
            "teleai": self.teleai.post("timbre/query", {"speaker_id": str(voice)})["total"] == 1,
        }

    def listed(self, voice: UUID) -> dict[str, bool]:
        """Which dialects' lists name the voice."""
        return {
            "native": str(voice) in self.teleai.native.get("/voices").text,
            "chanjing": voice.hex in str(self.chanjing.post("/list_customised_audio", page=1, page_size=20)),
            "huawei": voice.hex in str(self.huawei.call("GET", "/digital-assets")),
            "vocu": str(voice) in str(got(self.vocu.get("/api/voice"))),
            "elevenlabs": voice.hex in self.elevenlabs.get("/v1/voices").text,
            "openai": voice.hex in self.openai.get("/v1/audio/voices").text,
            "teleai": str(voice) in str(self.teleai.post("timbre/query", {})),
        }


@pytest.fixture
def tenant(site: Site) -> Iterator[Tenant]:
    credentials = site.credentials()
    with ExitStack() as opened:
        auth = AkSk(credentials.app_id, credentials.secret)
        signed = httpx.Client(base_url=f"{site.url}/v1/{credentials.project_id}", auth=auth, timeout=60)
        headers = {"Authorization": f"Bearer {credentials.api_key}"}
        keyed = opened.enter_context(httpx.Client(base_url=site.url, headers=headers, timeout=60))
        by_header = httpx.Client(base_url=site.url, headers={"xi-api-key": credentials.api_key}, timeout=60)
        program = Program(site, credentials)
        opened.enter_context(program.client)
        yield Tenant(
            opened.enter_context(calling_as(site.url, credentials)),
            program,
            HuaweiCaller(site, credentials, opened.enter_context(signed)),
            vocu=keyed,
            elevenlabs=opened.enter_context(by_header),
            openai=keyed,
        )


def test_a_voice_speaks_in_every_dialect_until_one_of_them_deletes_it(tenant: Tenant) -> None:
    voice = UUID(tenant.teleai.registered(recording_of(190)))
    assert set(tenant.sees(voice).values()) == {True}, tenant.sees(voice)
    assert set(tenant.listed(voice).values()) == {True}, tenant.listed(voice)
    chanjing = tenant.chanjing.spoken(tenant.chanjing.speaks(f"C-Audio-{voice.hex}", TEXT))
    assert chanjing["full"]["url"]
    assert tenant.huawei.spoken(text=TEXT, voice_asset_id=voice.hex)["state"] == "SUCCEED"
    assert generated(tenant.vocu, content(str(voice), TEXT))["metadata"]["contents"][0]["audio"]
    said = tenant.elevenlabs.post(f"/v1/text-to-speech/{voice.hex}", json={"text": TEXT})
    assert said.status_code == 200, said.text
    spoken = tenant.openai.post("/v1/audio/speech", json={"model": "tts-1", "input": TEXT, "voice": str(voice)})
    assert spoken.headers["content-type"] == "audio/mpeg"
    assert tenant.teleai.post("timbre/tts", {"speaker_id": str(voice), "text": TEXT})["code"] == 10000
    assert tenant.teleai.post("timbre/delete", {"speaker_id": str(voice)})["code"] == 10000
    assert set(tenant.sees(voice).values()) == {False}, tenant.sees(voice)
    assert set(tenant.listed(voice).values()) == {False}, tenant.listed(voice)
