"""A server with the native API, its worker in a process of its own, and apps that use it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.serving import Site, opened_site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The server. Tests use apps of their own, and so do not see each other."""
    with opened_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def mine(site: Site) -> Iterator[httpx.Client]:
    """An app."""
    with site.app() as client:
        yield client


@pytest.fixture
def other(site: Site) -> Iterator[httpx.Client]:
    """Another app."""
    with site.app() as client:
        yield client


@pytest.fixture(scope="session")
def recording(site: Site) -> Path:
    """Nine seconds that pass for a person's speech."""
    return site.recording
