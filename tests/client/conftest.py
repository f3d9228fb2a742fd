"""A client of a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hwamei.client import Client
from tests.serving import Site


@pytest.fixture
def server(site: Site) -> Iterator[Client]:
    """A new app's client."""
    with Client(site.url, site.credentials().api_key) as client:
        yield client


@pytest.fixture(scope="session")
def recording(site: Site) -> Path:
    """Nine seconds that pass for a person's speech."""
    return site.recording
