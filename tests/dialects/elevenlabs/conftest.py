"""Apps that use ElevenLabs' dialect of a server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from hwamei.server import open_app
from hwamei.service.platform import Platform
from tests.dialects.elevenlabs.calling import a_voice, client_of
from tests.dialects.teleai.conftest import MoodyEngine
from tests.serving import Site, served, settings_of


@pytest.fixture
def mine(site: Site) -> Iterator[httpx.Client]:
    """An app."""
    with client_of(site) as client:
        yield client


@pytest.fixture
def other(site: Site) -> Iterator[httpx.Client]:
    """Another app."""
    with client_of(site) as client:
        yield client


@pytest.fixture(scope="session")
def recording(site: Site) -> Path:
    """Nine seconds that pass for a person's speech."""
    return site.recording


@pytest.fixture(scope="session")
def settled(site: Site, recording: Path) -> Iterator[tuple[httpx.Client, str]]:
    """An app that only looks and speaks, and the id of its voice."""
    with client_of(site) as client:
        yield client, a_voice(client, recording)


@dataclass(frozen=True)
class Stage:
    """A server of its own with one engine turn and no worker, and an app."""

    engine: MoodyEngine
    platform: Platform
    client: httpx.Client

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
        key = platform.accounts.create("tests").api_key
        with httpx.Client(base_url=url, headers={"xi-api-key": key}, timeout=60) as client:
            yield Stage(engine, platform, client)
            engine.let.set()
