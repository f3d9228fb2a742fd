"""Remembers which files were found intact, so that a start does not read 92 MB twice.

A stamp is the path, size, inode and times of each file. While it is unchanged, nobody wrote to the file since its hash
was checked; `hwamei models verify` reads everything again whatever the stamps say.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from hwamei import atomic
from hwamei.models.catalogue import ModelFile
from hwamei.models.hub_sets import ModelSet
from hwamei.settings import Settings


def stamp(files: Sequence[Path]) -> str:
    """What changes when any of the files is written to or replaced."""
    facts = [(str(file.resolve()), file.stat()) for file in files]
    return json.dumps([(path, s.st_size, s.st_ino, s.st_mtime_ns, s.st_ctime_ns) for path, s in facts])


def is_known(model: ModelFile | ModelSet, stamp: str, settings: Settings) -> bool:
    """Whether these very files were found intact before."""
    try:
        return _file(model, settings).read_text("utf-8") == stamp
    except (OSError, UnicodeDecodeError):
        return False


def remember(model: ModelFile | ModelSet, stamp: str, settings: Settings) -> None:
    """Keep the stamp. A folder that cannot be written to only costs the time to verify again."""
    try:
        atomic.write_bytes(_file(model, settings), stamp.encode())
    except OSError as error:
        import structlog  # seldom needed, and slow to import

        structlog.get_logger(__name__).info("model stamp not kept", model=model.name, problem=str(error))


def _file(model: ModelFile | ModelSet, settings: Settings) -> Path:
    return settings.cache_folder / "verified" / f"{model.name}-{model.sha256[:16]}.json"
