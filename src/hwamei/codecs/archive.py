"""ZIP archives from strangers: what is in them, read within limits that hold while unpacking and not only after it.

Nothing is ever written under a name that an archive gives. What it claims of itself is not believed: the list of its
files is looked at before it is read, and every file is counted while it is unpacked.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from hwamei.domain.errors import ArchiveReason, BadArchive

MEBIBYTE = 1 << 20

_PIECE_BYTES = 1 << 16
_END = struct.Struct("<4s4H2LH")  # end of central directory record, APPNOTE.TXT 4.3.16
_END_SIGNATURE = b"PK\x05\x06"
_LONGEST_COMMENT_BYTES = (1 << 16) - 1
_IN_64_BITS = ((1 << 16) - 1, (1 << 32) - 1)
_LONGEST_ENTRY_BYTES = 1024  # of the list of files: a name and what is known of one
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """What an archive may hold at most."""

    files: int = 500
    file_bytes: int = 100 * MEBIBYTE
    all_bytes: int = 400 * MEBIBYTE


class Archive:
    """An archive that is open. Used by one thread."""

    def __init__(self, opened: zipfile.ZipFile, limits: ArchiveLimits) -> None:
        self._limits = limits
        self._left_bytes = limits.all_bytes
        self._opened = opened
        self._infos = {info.filename: info for info in opened.infolist() if not _is_litter(info)}
        for info in self._infos.values():
            _refuse_unfit(info, limits)
        claimed_bytes = sum(info.file_size for info in self._infos.values())
        if claimed_bytes > limits.all_bytes:
            raise _too_big(f"its files have {claimed_bytes} bytes, at most {limits.all_bytes} are unpacked")

    @property
    def names(self) -> tuple[str, ...]:
        """What the files are called in it, folders and the litter of desktops left out."""
        return tuple(self._infos)

    def unpack(self, name: str, target: Path, *, max_bytes: int) -> None:
        """Write the content of one file into a file of ours. Raises BadArchive."""
        allowed = min(max_bytes, self._left_bytes)
        with target.open("wb") as file:
            for piece in self._pieces(name):
                self._left_bytes -= len(piece)
                allowed -= len(piece)
                if allowed < 0:
                    raise _file_too_big(name, min(max_bytes, self._limits.file_bytes))
                file.write(piece)

    def _pieces(self, name: str) -> Iterator[bytes]:
        try:
            with self._opened.open(self._infos[name]) as member:
                while piece := member.read(_PIECE_BYTES):
                    yield piece
        except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, OSError) as error:
            problem = "cannot be unpacked; make the archive anew"
            raise BadArchive(reason=ArchiveReason.NOT_AN_ARCHIVE, member=name, problem=problem) from error


@contextmanager
def open_archive(source: Path, limits: ArchiveLimits = ArchiveLimits()) -> Iterator[Archive]:
    """The archive. Raises BadArchive, also for names that lead elsewhere, links, and what is encrypted."""
    with source.open("rb") as file:
        _refuse_long_lists(file, limits)
        try:
            opened = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error) as error:
            raise _no_archive() from error
        with opened:
            yield Archive(opened, limits)


def _refuse_long_lists(file: BinaryIO, limits: ArchiveLimits) -> None:
    """Before the list of files is read, as it is read whole into memory."""
    size_bytes = file.seek(0, 2)
    file.seek(max(0, size_bytes - _END.size - _LONGEST_COMMENT_BYTES))
    tail = file.read()
    at = tail.rfind(_END_SIGNATURE)
    if at < 0 or len(tail) - at < _END.size:
        raise _no_archive()
    _, _, _, _, files, list_bytes, list_at, _ = _END.unpack_from(tail, at)
    if files in _IN_64_BITS or list_bytes in _IN_64_BITS or list_at in _IN_64_BITS:
        raise _too_big("it is written for more than 4 GB or 65534 files")
    if files > limits.files or list_bytes > limits.files * _LONGEST_ENTRY_BYTES:
        raise _too_big(f"it lists {files} files, at most {limits.files} are taken")


def _is_litter(info: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(info.filename).parts
    return (
        info.is_dir() or "__MACOSX" in parts or (bool(parts) and parts[-1].startswith(("._", ".DS_Store", "Thumbs.db")))
    )


def _refuse_unfit(info: zipfile.ZipInfo, limits: ArchiveLimits) -> None:
    name = info.filename
    if leads_elsewhere(name) or info.external_attr >> 28 == 0xA:  # a symbolic link, by its Unix mode
        problem = "leads out of the archive; give files with plain names"
        raise BadArchive(reason=ArchiveReason.FORBIDDEN_NAME, member=name, problem=problem)
    if info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS:
        problem = "is encrypted or packed in an unusual way; make the archive without a password, with `deflate`"
        raise BadArchive(reason=ArchiveReason.NOT_AN_ARCHIVE, member=name, problem=problem)
    if info.file_size > limits.file_bytes:
        raise _file_too_big(name, limits.file_bytes)


def leads_elsewhere(name: str) -> bool:
    """Whether a name of a file in an archive is anything but a plain relative path."""
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or name.startswith(("/", "\\")) or ":" in parts[0] or not name.isprintable()


def _no_archive() -> BadArchive:
    problem = "is no ZIP archive that can be read; make it anew"
    return BadArchive(reason=ArchiveReason.NOT_AN_ARCHIVE, member="", problem=problem)


def _too_big(problem: str) -> BadArchive:
    return BadArchive(reason=ArchiveReason.TOO_BIG, member="", problem=problem)


def _file_too_big(name: str, allowed: int) -> BadArchive:
    problem = f"has more than the {allowed} bytes that are unpacked of one file"
    return BadArchive(reason=ArchiveReason.FILE_TOO_BIG, member=name, problem=problem)
