"""Fetches a set of files from a hub.

The set is put together in a folder that ends in `.part` and takes its name when every file in it is what it should be.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from hwamei.domain.errors import ModelNotFetched
from hwamei.models import locate
from hwamei.models.download import PART, USUAL, Line, Patience
from hwamei.models.hub import address_of
from hwamei.models.hub_sets import Hub, HubFile, ModelSet
from hwamei.settings import Settings

BytesProgress = Callable[[int, int], None]
"""Told how many bytes have come, and of how many."""


def fetch_set(wanted: ModelSet, settings: Settings, progress: BytesProgress, *, patience: Patience = USUAL) -> Path:
    """The folder, all of it there and intact. What has come before is not fetched again. Raises ModelNotFetched."""
    models = settings.models_folder
    try:
        models.mkdir(parents=True, exist_ok=True)
        with FileLock(models / f".{wanted.name}.lock", timeout=0):
            return _fetch(wanted, settings, progress, patience)
    except Timeout as error:
        raise ModelNotFetched(name=wanted.name, problem="somebody else fetches it right now") from error
    except OSError as error:
        raise ModelNotFetched(name=wanted.name, problem=f"{models}: {error.strerror}") from error


def _fetch(wanted: ModelSet, settings: Settings, progress: BytesProgress, patience: Patience) -> Path:
    target = settings.models_folder / wanted.name
    work = target.with_name(target.name + PART)
    if target.is_dir() and not work.exists():
        target.rename(work)  # it is damaged, or else nobody would fetch it; what is intact of it is kept
    missing = [file for file in wanted.files if not _is_intact(work / file.path, file)]
    _refuse_too_little_room(wanted, missing, work)
    counter = _Counter(progress, sum(file.contents[0].size_bytes or 0 for file in missing))
    with Line(wanted.name, counter.arrived, patience) as line:
        for file in missing:
            place = file.places[Hub(settings.hub)]
            line.fetch(address_of(place, settings), work / file.path, place.content.sha256)
    if target.is_dir():
        shutil.rmtree(target)
    work.rename(target)
    progress(counter.total, counter.total)
    return target


@dataclass
class _Counter:
    """Bytes that have come, of how many. Those of files whose size nobody knew show when they have come."""

    progress: BytesProgress
    total: int
    come: int = 0

    def arrived(self, count: int) -> None:
        """So many more."""
        self.come += count
        self.total = max(self.total, self.come)
        self.progress(self.come, self.total)


def _refuse_too_little_room(wanted: ModelSet, missing: list[HubFile], work: Path) -> None:
    """Before anything comes. Raises ModelNotFetched."""
    have = sum(path.stat().st_size for path in work.rglob(f"*{PART}") if path.is_file()) if work.is_dir() else 0
    needed = max(0, sum(file.contents[0].size_bytes or 0 for file in missing) - have)
    free = shutil.disk_usage(work.parent).free
    if needed > free:
        problem = f"the disk is full: {needed / 1e6:.0f} MB more are needed and {free / 1e6:.0f} MB are free"
        raise ModelNotFetched(name=wanted.name, problem=problem)


def _is_intact(path: Path, file: HubFile) -> bool:
    return path.is_file() and locate.sha256((path,)) in [content.sha256 for content in file.contents]
