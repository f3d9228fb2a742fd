"""The sound files in a ZIP archive that somebody sent, who may not be trusted."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from hwamei.codecs.media_types import media_type_of
from hwamei.domain.errors import BadAudio, TooBig
from hwamei.domain.stored_file import MAX_UPLOAD_BYTES

MAX_ENTRIES = 1_000
_READ_BYTES = 1024 * 1024
_ENCRYPTED = 0x1  # general purpose bit 0, APPNOTE.TXT 4.4.4
_HEARD = ("audio/", "video/")


def sounds_in(archive: Path, folder: Path, *, at_most: int, max_bytes: int = MAX_UPLOAD_BYTES) -> Sequence[Path]:
    """The sound files of the archive, unpacked into the folder under names of ours; other files are passed over.

    Raises BadAudio if it cannot be read or holds no sound, TooBig for more than `at_most` or `max_bytes` unpacked.
    """
    sounds: list[Path] = []
    left_bytes = max_bytes
    with _opened(archive) as opened:
        for number, entry in enumerate(_files(opened)):
            target = folder / str(number)
            with opened.open(entry) as source, target.open("wb") as kept:
                left_bytes -= _copied(source, kept, left_bytes)  # type: ignore[arg-type]  # is one for reading
            if media_type_of(target).startswith(_HEARD):
                sounds.append(target)
            else:
                target.unlink()
            if len(sounds) > at_most:
                raise TooBig(what="the archive", allowed=max_bytes)
    if not sounds:
        raise _bad("holds no sound file; put recordings of one person in it")
    return sounds


@contextmanager
def _opened(archive: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(archive) as opened:
            yield opened
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, ValueError) as error:
        raise _bad("cannot be read as a ZIP archive; pack it again") from error


def _files(opened: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """What is a file of the sender's, not of their computer's."""
    if len(opened.infolist()) > MAX_ENTRIES:
        raise _bad(f"holds more than {MAX_ENTRIES} files")
    for entry in opened.infolist():
        if entry.flag_bits & _ENCRYPTED:
            raise _bad("is locked with a password; pack it without one")
        name = entry.filename.rpartition("/")[2]
        if name and not name.startswith(".") and not entry.filename.startswith("__MACOSX/"):
            yield entry


def _copied(source: BinaryIO, target: BinaryIO, at_most_bytes: int) -> int:
    """How much it was: what the archive says of its sizes is not believed. Raises TooBig."""
    size_bytes = 0
    while block := source.read(_READ_BYTES):
        size_bytes += len(block)
        if size_bytes > at_most_bytes:
            raise TooBig(what="the unpacked archive", allowed=MAX_UPLOAD_BYTES)
        target.write(block)
    return size_bytes


def _bad(problem: str) -> BadAudio:
    return BadAudio(source="the archive", problem=problem)
