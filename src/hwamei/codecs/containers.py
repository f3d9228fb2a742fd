"""Which sound file is this? Told from the bytes, never from the name; only the containers listed here are ever opened.

Playlists and descriptions that point elsewhere (HLS, DASH, concat, SDP) are not among them, so a file cannot make us
read another.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import av
import av.container

from hwamei.codecs.mp4_tables import check_tables

HEAD_BYTES = 64
_ID3_HEADER_BYTES = 10
_MOST_ID3_TAGS = 16  # writers leave one, or two; a hundred megabytes of empty ones would keep us for many seconds

# FFmpeg's names of the demuxers, by what files of the kind begin with.
_BEGINNINGS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"fLaC", "flac"),
    (0, b"OggS", "ogg"),
    (0, b"\x1a\x45\xdf\xa3", "matroska"),
    (0, b"#!AMR", "amr"),
    (0, b"caff", "caf"),
    *((4, kind, "mov") for kind in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")),
)


def demuxer_of(file: BinaryIO) -> str | None:
    """The name of FFmpeg's demuxer for this file, or None if it is none of ours. Leaves the file at its beginning."""
    head = _head_after_id3(file)
    file.seek(0)
    if head[8:12] == b"WAVE" and head[:4] in (b"RIFF", b"RIFX", b"RF64", b"BW64"):
        return "wav"
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "aiff"
    for offset, letters, name in _BEGINNINGS:
        if head[offset : offset + len(letters)] == letters:
            return name
    return _mpeg_audio(head)


@contextmanager
def opened(file: BinaryIO, demuxer: str, *, decoders: tuple[str, ...] = ()) -> Iterator[av.container.InputContainer]:
    """The file in FFmpeg's hands, which learn neither its name nor a way to open another, and use these decoders only.

    Raises av.FFmpegError and, for MP4, TablesTooBig.
    """
    if demuxer == "mov":
        check_tables(file)
    options = {
        "codec_whitelist": ",".join(decoders) or "none",
        "protocol_whitelist": "none",
        "max_streams": "32",
    }
    with av.open(
        _Readable(file), mode="r", format=demuxer, container_options=options, metadata_errors="replace"
    ) as container:
        yield container


class _Readable:
    """The file without its name and without its `close`."""

    def __init__(self, file: BinaryIO) -> None:
        self.read, self.seek, self.tell = file.read, file.seek, file.tell


def _head_after_id3(file: BinaryIO) -> bytes:
    """The first bytes after any ID3v2 tags: MP3, AAC and FLAC files may all begin with one."""
    start, head = 0, b""
    for _ in range(_MOST_ID3_TAGS + 1):
        file.seek(start)
        head = file.read(HEAD_BYTES)
        if head[:3] != b"ID3" or len(head) < _ID3_HEADER_BYTES:
            return head
        # Four bytes of seven bits each (ID3v2.4, 3.1).
        sevens = zip(head[6:10], (21, 14, 7, 0), strict=True)
        start += _ID3_HEADER_BYTES + sum((byte & 0x7F) << shift for byte, shift in sevens)
    return head


def _mpeg_audio(head: bytes) -> str | None:
    """MP3 or bare AAC (ADTS): both begin with a frame whose first 11 or 12 bits are ones; the layer tells which."""
    head = head.lstrip(b"\0")  # some writers pad between the tag and the first frame
    if len(head) < 2 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    layer = head[1] >> 1 & 0b11
    if layer == 0:
        return "aac" if head[1] & 0xF0 == 0xF0 else None
    return "mp3"
