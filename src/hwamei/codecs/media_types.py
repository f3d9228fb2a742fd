"""What is in this file? Its media type, told from the bytes, never from the name or from what a sender says.

None of the types that come out here lets a browser run anything: HTML and SVG are plain text to us.
"""

from __future__ import annotations

import codecs
import json
import unicodedata
from pathlib import Path
from typing import BinaryIO

from hwamei.codecs.containers import demuxer_of

UNKNOWN_MEDIA_TYPE = "application/octet-stream"

_HEAD_BYTES = 4096
_LONGEST_JSON_BYTES = 1 << 20  # longer ones count as text: reading them whole only for their type costs memory

_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),  # an empty one
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
_SOUND = {
    "aac": "audio/aac",
    "aiff": "audio/aiff",
    "amr": "audio/amr",
    "caf": "audio/x-caf",
    "flac": "audio/flac",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
}
_SOUND_ONLY_BRANDS = (b"M4A ", b"M4B ", b"M4P ")


def media_type_of(path: Path) -> str:
    """The media type without parameters; application/octet-stream where it cannot be told. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        return _of_beginning(head) or _of_sound(file, head) or _of_text(file, head) or UNKNOWN_MEDIA_TYPE


def _of_beginning(head: bytes) -> str | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((media_type for beginning, media_type in _BEGINNINGS if head.startswith(beginning)), None)


def _of_sound(file: BinaryIO, head: bytes) -> str | None:
    demuxer = demuxer_of(file)
    if demuxer == "matroska":
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if demuxer == "mov":
        return _of_mp4(head)
    return None if demuxer is None else _SOUND[demuxer]


def _of_mp4(head: bytes) -> str:
    brand = head[8:12]
    if brand in _SOUND_ONLY_BRANDS:
        return "audio/mp4"
    return "video/quicktime" if brand == b"qt  " or head[4:8] != b"ftyp" else "video/mp4"


def _of_text(file: BinaryIO, head: bytes) -> str | None:
    try:
        # In a longer file the last character of the head may be cut in two.
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head, final=len(head) < _HEAD_BYTES)
    except UnicodeDecodeError:
        return None
    if not text.strip() or any(_is_control(character) for character in text):
        return None
    if text.startswith("WEBVTT"):
        return "text/vtt"
    return "application/json" if text.lstrip()[0] in "{[" and _is_json(file) else "text/plain"


def _is_control(character: str) -> bool:
    return unicodedata.category(character) == "Cc" and character not in "\t\n\r\f"


def _is_json(file: BinaryIO) -> bool:
    file.seek(0)
    content = file.read(_LONGEST_JSON_BYTES + 1)
    if len(content) > _LONGEST_JSON_BYTES:
        return False
    try:
        json.loads(content)
    except (ValueError, RecursionError):  # not JSON, or nested so deeply that nobody meant it
        return False
    return True
