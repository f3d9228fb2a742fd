"""Apps that use OpenAI's dialect of a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.dialects.openai.clients import client_of
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
