"""Tiny models of the real shapes, run by the real sherpa-onnx."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from hwamei.engines.zipvoice.engine import ZipvoiceEngine
from hwamei.engines.zipvoice.runtime import EarFiles, VoiceFiles
from hwamei.settings import Settings
from tools.make_tiny_zipvoice import make_ear, make_voice


@dataclass(frozen=True)
class Tiny:
    """The models, and what opens engines with them."""

    settings: Settings
    voice: VoiceFiles
    ear: EarFiles

    def engine(self) -> ZipvoiceEngine:
        """An engine that hears."""
        return ZipvoiceEngine(self.settings, files=self.voice, ear_files=self.ear)

    def deaf_engine(self) -> ZipvoiceEngine:
        """One without a recogniser."""
        return ZipvoiceEngine(self.settings, files=self.voice)


@pytest.fixture(scope="session")
def tiny(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    folder = tmp_path_factory.mktemp("tiny")
    settings = Settings(data=folder / "data", models=models_folder, threads=1)
    return Tiny(settings, make_voice(folder / "zipvoice"), make_ear(folder / "sense-voice"))
