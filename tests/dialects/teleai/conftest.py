"""Apps that use the TeleAI API of a server, and look at what is there through the native one."""

from __future__ import annotations

import io
import json
import ssl
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
import soundfile
from structlog.testing import capture_logs
from websockets.sync.client import ClientConnection, connect

from hwamei.domain.app import Credentials, Quota
from hwamei.domain.errors import EngineFailed
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import SpokenUtterance, Utterance
from hwamei.domain.voice import Voiceprint
from hwamei.engines.tone.engine import ToneEngine
from hwamei.server import open_app
from hwamei.service.platform import Platform
from hwamei.testing import a_reference
from tests.dialects.teleai.signer import Signer
from tests.serving import API, Site, served, settings_of

PREFIX = "/aipaas/voice/v1"
GENERAL, TIMBRES = f"{PREFIX}/tts/supernaturalrt", f"{PREFIX}/timbre/ttsrt"


@dataclass(frozen=True)
class Caller:
    """An app's ways in. `http`: signed; `native`: with its key; `open`: without a signature."""

    url: str
    credentials: Credentials
    http: httpx.Client
    native: httpx.Client
    open: httpx.Client

    @property
    def signer(self) -> Signer:
        return Signer(self.credentials.app_id, self.credentials.secret)

    def post(self, call: str, body: object) -> dict[str, Any]:
        """What a call that is answered by its service says: `timbre/delete`."""
        answer = self.http.post(f"{PREFIX}/{call}", json=body)
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        return said

    def registered(self, recording: bytes, **more: object) -> str:
        """The speaker_id of a new timbre."""
        said = self.post("timbre/register", {"audio": b64encode(recording).decode(), **more})
        assert (said["code"], said["result"]) == (10000, {"cause": "", "is_eligible": True})
        return str(said["speaker_id"])

    def socket(self, path: str = GENERAL, *, signer: Signer | None = None) -> ClientConnection:
        """An open socket."""
        headers = (signer or self.signer).headers("GET", path)
        address = self.url.replace("http:", "ws:") + path
        return connect(address, additional_headers=headers, ping_interval=None, proxy=None, max_size=None)


@dataclass(frozen=True)
class Heard:
    """What came for one text: the frames, and the sound in them."""

    frames: list[dict[str, Any]]

    @property
    def pcm(self) -> bytes:
        return b"".join(b64decode(frame["result"]["audio"]) for frame in self.frames if "result" in frame)


def send(socket: ClientConnection, **fields: object) -> None:
    socket.send(json.dumps(fields))


def hear(socket: ClientConnection) -> Heard:
    """All frames until one that ends or fails."""
    frames = [json.loads(socket.recv(timeout=60))]
    while frames[-1]["code"] == 10000 and not frames[-1].get("result", {}).get("is_end"):
        frames.append(json.loads(socket.recv(timeout=60)))
    return Heard(frames)


def say(socket: ClientConnection, **fields: object) -> Heard:
    send(socket, **fields)
    return hear(socket)


@lru_cache(maxsize=1)
def trust() -> ssl.SSLContext:
    """What a client makes for itself otherwise, a tenth of a second each time."""
    return httpx.create_ssl_context()


@contextmanager
def calling_as(url: str, credentials: Credentials) -> Iterator[Caller]:
    """The app that has these credentials."""
    with ExitStack() as opened:
        signer = Signer(credentials.app_id, credentials.secret)
        key = {"Authorization": f"Bearer {credentials.api_key}"}
        yield Caller(
            url,
            credentials,
            opened.enter_context(httpx.Client(base_url=url, auth=signer, timeout=90, verify=trust())),
            opened.enter_context(httpx.Client(base_url=url + API, headers=key, timeout=60, verify=trust())),
            opened.enter_context(httpx.Client(base_url=url, timeout=60, verify=trust())),
        )


@pytest.fixture
def mine(site: Site) -> Iterator[Caller]:
    """An app."""
    with calling_as(site.url, site.credentials()) as caller:
        yield caller


@pytest.fixture
def other(site: Site) -> Iterator[Caller]:
    """Another app."""
    with calling_as(site.url, site.credentials()) as caller:
        yield caller


@contextmanager
def limited(site: Site, quota: Quota) -> Iterator[Caller]:
    """An app that may do less."""
    with calling_as(site.url, site.credentials(quota=quota)) as caller:
        yield caller


def recording_of(f0_hz: float, *, duration_s: float = 6.0) -> bytes:
    """A WAV that passes for speech; another for each pitch."""
    audio = a_reference(f0_hz, duration_s=duration_s)
    target = io.BytesIO()
    soundfile.write(target, audio.samples, audio.sample_rate_hz, format="WAV", subtype="PCM_16")
    return target.getvalue()


class MoodyEngine(ToneEngine):
    """The tone engine in the moods that real engines have, by words of the text."""

    def __init__(self) -> None:
        self.let, self.begun = Event(), Event()
        self.said: list[str] = []

    def speak(self, utterance: Utterance, voiceprint: Voiceprint, delivery: Delivery) -> SpokenUtterance:
        """`wait`: until it is let; `fail`: always; `crash`: with a fault of ours."""
        words = {word.text.lower() for word in utterance.words}
        self.said.append(" ".join(word.text for word in utterance.words))
        if "fail" in words:
            raise EngineFailed(engine=self.name, problem="it is in a bad mood")
        if "crash" in words:
            raise ZeroDivisionError
        if "wait" in words:
            self.begun.set()
            assert self.let.wait(60)
        return super().speak(utterance, voiceprint, delivery)


@dataclass(frozen=True)
class Stage:
    """A server of its own with one engine turn and no worker, and an app."""

    engine: MoodyEngine
    platform: Platform
    caller: Caller

    def is_free(self) -> bool:
        """Whether nobody has the engine."""
        return self.platform.engines.turns.taken == 0


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """The server, whose engine has moods."""
    engine = MoodyEngine()
    monkeypatch.setattr("hwamei.engines.find", lambda name: lambda settings: engine)
    # Faults are made on purpose here; showing each takes seconds.
    with capture_logs(), open_app(settings_of(tmp_path, engine_slots=1), works=False) as app, served(app) as url:
        platform: Platform = app.state.platform
        with calling_as(url, platform.accounts.create("tests")) as caller:
            yield Stage(engine, platform, caller)
            engine.let.set()


@pytest.fixture(scope="session")
def recording() -> bytes:
    """A WAV that passes for speech."""
    return recording_of(170.0)


@pytest.fixture(scope="module")
def veteran(site: Site) -> Iterator[Caller]:
    """An app that tests share which leave it as it is."""
    with calling_as(site.url, site.credentials()) as caller:
        yield caller


@pytest.fixture(scope="module")
def veterans_timbre(veteran: Caller, recording: bytes) -> str:
    """A timbre of the veteran's that can speak."""
    return veteran.registered(recording)


@pytest.fixture
def speaker_id(mine: Caller, recording: bytes) -> str:
    """A timbre of the app's that can speak."""
    return mine.registered(recording)
