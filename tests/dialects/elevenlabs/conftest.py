"""Apps that use ElevenLabs' dialect of a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.dialects.elevenlabs.calling import a_voice, client_of
from tests.serving import Site


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
