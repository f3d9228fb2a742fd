"""What every test may use, and what none may depend on."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

from hwamei.settings import PREFIX, Settings

pytest_plugins = ["tests.postgres"]

# No deadline: on a busy machine the first example pays for imports and caches.
hypothesis.settings.register_profile("hwamei", deadline=None)
hypothesis.settings.load_profile("hwamei")


@pytest.fixture(scope="session")
def models_folder() -> Path:
    """Where the model files of this machine are: as `hwamei models pull` has put them."""
    return Settings().models_folder


@pytest.fixture(autouse=True)
def _nothing_set(models_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on what the person who runs it has set."""
    for key in [key for key in os.environ if key.upper().startswith(PREFIX)]:
        monkeypatch.delenv(key)


@pytest.fixture
def settings(models_folder: Path, tmp_path: Path) -> Settings:
    """Settings with a data folder of the test's own, and the model files of this machine."""
    return Settings(data=tmp_path / "data", models=models_folder)
