"""Where speech goes, checked before the work."""

from __future__ import annotations

import os
from dataclasses import dataclass
from errno import ENOENT
from pathlib import Path

from hwamei.codecs.formats import DEFAULT_SAMPLE_RATE_HZ, Format


@dataclass(frozen=True, slots=True)
class SpeechFile:
    """Where speech goes, and as what. Raises OutOfRange or Unknown for the rate, FileNotFoundError for the folder."""

    path: Path
    format: Format
    sample_rate_hz: int = DEFAULT_SAMPLE_RATE_HZ

    def __post_init__(self) -> None:
        self.format.check_sample_rate(self.sample_rate_hz)
        refuse_missing_folder(self.path)


def refuse_missing_folder(path: Path) -> None:
    """Raises FileNotFoundError, which names it, if the folder for the file is not there."""
    if not path.parent.is_dir():
        raise FileNotFoundError(ENOENT, os.strerror(ENOENT), str(path.parent))
