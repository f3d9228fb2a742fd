"""A server and a client of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hwamei.client import Client
from tests.serving import Site, opened_site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The server."""
    with opened_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def server(site: Site) -> Iterator[Client]:
    """A new app's client."""
    with Client(site.url, site.credentials().api_key) as client:
        yield client


@pytest.fixture(scope="session")
def recording(site: Site) -> Path:
    """Nine seconds that pass for a person's speech."""
    return site.recording
