"""What every test may use, and what none may depend on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from hwamei.settings import PREFIX, Settings

if TYPE_CHECKING:
    from tests.serving import Site

pytest_plugins = ["tests.postgres"]

# No deadline: on a busy machine the first example pays for imports and caches.
hypothesis.settings.register_profile("hwamei", deadline=None)
hypothesis.settings.load_profile("hwamei")


@pytest.fixture(scope="session")
def models_folder() -> Path:
    """Where the model files of this machine are: as `hwamei models pull` has put them."""
    return Settings().models_folder


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with its worker, for all tests that ask one; they use apps of their own, and do not see each other."""
    from tests.serving import opened_site  # most tests ask no server

    with opened_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(autouse=True)
def _nothing_set(models_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on what the person who runs it has set."""
    for key in [key for key in os.environ if key.upper().startswith(PREFIX)]:
        monkeypatch.delenv(key)


@pytest.fixture
def settings(models_folder: Path, tmp_path: Path) -> Settings:
    """Settings with a data folder of the test's own, and the model files of this machine."""
    return Settings(data=tmp_path / "data", models=models_folder)
