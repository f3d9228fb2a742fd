"""The real encoder, opened once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from hwamei.settings import Settings
from hwamei.speaker.ge2e import SpeakerEncoder, open_encoder


@pytest.fixture(scope="session")
def encoder(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> SpeakerEncoder:
    return open_encoder(Settings(data=tmp_path_factory.mktemp("speaker"), models=models_folder))
