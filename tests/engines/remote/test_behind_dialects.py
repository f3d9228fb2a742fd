"""A server whose engine is remote: what is cloned and spoken over its dialects comes from the other server."""

from __future__ import annotations

from pathlib import Path

import httpx
import numpy as np
import pytest

from hwamei.domain.app import Operation, Quota, Rate
from hwamei.server import open_app
from tests.dialects.openai.clients import SPEECH, VOICES, a_voice, body, client_of, spoken
from tests.engines.remote.loopback import Answer, Asked, Server, loopback
from tests.serving import Site, opened_site, served, settings_of, until

pytestmark = pytest.mark.long("a server and a worker beside the usual ones")

OFTEN = Quota(rates={operation: Rate(100_000, 60) for operation in Operation})


def pcm(client: httpx.Client, voice: str) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    return np.frombuffer(spoken(client, voice=voice, response_format="pcm").content, "<i2")


def test_a_voice_is_cloned_and_speaks_through_two_servers(site: Site, tmp_path: Path) -> None:
    key = site.credentials(quota=OFTEN).api_key
    remote = {"engine": "remote", "remote_urls": site.url, "remote_key": key, "remote_consent": "ours"}
    with opened_site(tmp_path, **remote) as front, client_of(front) as client:
        voice = a_voice(client, site.recording, ref_text="What is said in it.")
        there = httpx.get(site.url + VOICES, headers={"Authorization": f"Bearer {key}"}).json()["uploaded_voices"]
        assert [(each["consent"], each["name"].startswith("hwamei-")) for each in there] == [("ours", True)]
        own, preset = pcm(client, voice["id"]), pcm(client, "alto")
        assert min(len(own), len(preset)) > 24_000
        assert not np.array_equal(own[:24_000], preset[:24_000])
        with client.stream("POST", SPEECH, json=body(voice=voice["id"], response_format="pcm")) as answer:
            assert answer.status_code == 200
            assert sum(map(len, answer.iter_bytes())) == 2 * len(own)
        assert {"alto", "tenor"} <= {each["id"] for each in client.get(VOICES).json()["voices"]}


def test_presets_are_offered_as_soon_as_the_other_server_tells_them(tmp_path: Path) -> None:
    """It was not there when they were first asked for."""
    other, away = Server(), True

    def respond(asked: Asked) -> Answer:
        return Answer.of({}, 502) if away else other(asked)

    with loopback(respond) as upstream:
        settings = settings_of(tmp_path, engine="remote", remote_urls=upstream.url)
        with open_app(settings, works=False) as app, served(app) as url:
            key = app.state.platform.accounts.create("tests").api_key
            with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:

                def offered() -> bool:
                    return "vivian" in {each["id"] for each in client.get(VOICES).json()["voices"]}

                assert not offered()
                away = False
                until(offered, within_s=60)
