"""The sound files in a ZIP archive that somebody sent, who may not be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hwamei.codecs.archive import ArchiveLimits, open_archive
from hwamei.codecs.media_types import media_type_of
from hwamei.domain.errors import ArchiveReason, BadArchive
from hwamei.domain.stored_file import MAX_UPLOAD_BYTES

MAX_ENTRIES = 1_000
_HEARD = ("audio/", "video/")


def sounds_in(archive: Path, folder: Path, *, at_most: int, max_bytes: int = MAX_UPLOAD_BYTES) -> Sequence[Path]:
    """The sound files of the archive, unpacked into the folder under names of ours; other files are passed over.

    Raises BadArchive, also if it holds no sound, more than `at_most`, or more than `max_bytes` unpacked.
    """
    sounds: list[Path] = []
    with open_archive(archive, ArchiveLimits(MAX_ENTRIES, file_bytes=max_bytes, all_bytes=max_bytes)) as opened:
        for number, name in enumerate(opened.names):
            target = folder / str(number)
            opened.unpack(name, target, max_bytes=max_bytes)
            if media_type_of(target).startswith(_HEARD):
                sounds.append(target)
            else:
                target.unlink()
            if len(sounds) > at_most:
                raise _bad(ArchiveReason.SURPLUS, f"holds more than {at_most} recordings; send fewer")
    if not sounds:
        raise _bad(ArchiveReason.MISSING, "holds no sound file; put recordings of one person in it")
    return sounds


def _bad(reason: ArchiveReason, problem: str) -> BadArchive:
    return BadArchive(reason=reason, member="", problem=problem)
