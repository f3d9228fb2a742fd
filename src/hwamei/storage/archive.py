"""A voice as one file: the zip of its folder, with the suffix `.hwamei`. Reading one trusts nothing in it."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

from hwamei import atomic, npz
from hwamei.domain.errors import BadVoiceFile
from hwamei.storage.record import ARRAYS_NAME, FILE_NAME, REFERENCES, VOICE, read_record

MAX_MEMBERS = 1_000
MAX_BYTES = 2 << 30  # unpacked; the recordings are nearly all of it
MAX_SMALL_BYTES = 16 << 20  # voice.json, voiceprint.npz: both are read into memory

_MEMBER = re.compile(rf"{re.escape(VOICE)}|{ARRAYS_NAME}|{REFERENCES}/{FILE_NAME}")
_ENCRYPTED = 0x1  # general purpose flag, bit 0 (PKWARE APPNOTE 4.4.4)


def pack_folder(folder: Path, target: Path) -> None:
    """Write the voice in the folder into the file, replacing it wholly."""
    with atomic.replacing(target) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in (folder / VOICE, folder / read_record(folder).arrays, *sorted((folder / REFERENCES).iterdir())):
            archive.write(path, path.relative_to(folder).as_posix())


def unpack_folder(source: Path, folder: Path, *, max_bytes: int = MAX_BYTES) -> None:
    """Put what is in the file into the empty folder. Raises BadVoiceFile; the folder may then be half filled."""
    (folder / REFERENCES).mkdir(mode=0o700)
    try:
        with zipfile.ZipFile(source) as archive:
            for member in _checked(archive, source, max_bytes):
                with archive.open(member) as packed, atomic.replacing(folder / member.filename) as copy:
                    shutil.copyfileobj(packed, copy)
    except npz.ZIP_ERRORS as error:
        raise BadVoiceFile(source=str(source), problem=f"not an exported voice: {error}") from error


def _checked(archive: zipfile.ZipFile, source: Path, max_bytes: int) -> list[zipfile.ZipInfo]:
    members = archive.infolist()
    problem = _problem(members, max_bytes)
    if problem is not None:
        raise BadVoiceFile(source=str(source), problem=problem)
    return members


def _problem(members: list[zipfile.ZipInfo], max_bytes: int) -> str | None:
    names = [member.filename for member in members]
    if len(names) > MAX_MEMBERS or len(set(names)) < len(names):
        return f"it has more than {MAX_MEMBERS} members, or one twice"
    for member in members:
        strange = member.flag_bits & _ENCRYPTED or member.compress_type not in (
            zipfile.ZIP_STORED,
            zipfile.ZIP_DEFLATED,
        )
        if strange or not _MEMBER.fullmatch(member.filename):
            return f"{member.filename!r} does not belong into an exported voice"
        if not member.filename.startswith(REFERENCES) and member.file_size > MAX_SMALL_BYTES:
            return f"{member.filename} unpacks to {member.file_size} bytes, at most {MAX_SMALL_BYTES} are allowed"
    unpacked = sum(member.file_size for member in members)
    return f"it unpacks to {unpacked} bytes, at most {max_bytes} are allowed" if unpacked > max_bytes else None
