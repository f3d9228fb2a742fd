"""RIFF/WAVE chunks: reading them without trusting a length, and writing a 16-bit mono file, also into a pipe.

Source: Multimedia Programming Interface and Data Specifications 1.0 (IBM, Microsoft, 1991), chapter 2.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

UNKNOWN_SIZE = 0xFFFF_FFFF
"""What a writer that cannot go back puts where a length belongs (ffmpeg, sox and players agree on it)."""

_HEADER_BYTES = 8  # four letters and a length
_FORMAT_PCM = 1
_SAMPLE_BYTES = 2


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk: its four letters, where its body begins, and how much of the body the file really holds."""

    name: bytes
    start: int
    size: int

    @property
    def end(self) -> int:
        """Where the next chunk begins: bodies are padded to an even length."""
        return self.start + self.size + self.size % 2


def is_wave(head: bytes) -> bool:
    """Whether these first 12 bytes or more begin a WAVE file."""
    return head[:4] in (b"RIFF", b"RF64", b"BW64") and head[8:12] == b"WAVE"


def chunks(file: BinaryIO, start: int = 12, end: int | None = None) -> Iterator[Chunk]:
    """The chunks that begin between start and end (None: the file's end). A length that reaches past the end is cut."""
    file.seek(0, 2)
    end = file.tell() if end is None else min(end, file.tell())
    while start + _HEADER_BYTES <= end:
        file.seek(start)
        header = file.read(_HEADER_BYTES)
        name, size = header[:4], int.from_bytes(header[4:], "little")
        chunk = Chunk(name, start + _HEADER_BYTES, min(size, end - start - _HEADER_BYTES))
        yield chunk
        start = chunk.end


def chunk_bytes(name: bytes, body: bytes) -> bytes:
    """A whole chunk, padded."""
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def header(sample_rate_hz: int, tags: Mapping[str, str], data_bytes: int | None = None) -> bytes:
    """All that comes before the samples of a 16-bit mono file; each tag is a chunk. data_bytes None: not known yet."""
    fmt = struct.pack(
        "<HHIIHH", _FORMAT_PCM, 1, sample_rate_hz, sample_rate_hz * _SAMPLE_BYTES, _SAMPLE_BYTES, 8 * _SAMPLE_BYTES
    )
    body = b"WAVE" + chunk_bytes(b"fmt ", fmt)
    body += b"".join(chunk_bytes(name.encode("ascii"), value.encode("ascii")) for name, value in tags.items())
    body += b"data"
    total = None if data_bytes is None else len(body) + 4 + data_bytes
    return b"RIFF" + _length(total) + body + _length(data_bytes)


def with_lengths(wave: bytes) -> bytes:
    """A whole file that was written into a pipe, with its true lengths instead of unknown ones."""
    for chunk in chunks(BytesIO(wave)):
        if chunk.name == b"data":
            head, data = wave[_HEADER_BYTES : chunk.start - 4], wave[chunk.start : chunk.end]
            return wave[:4] + _length(len(wave) - _HEADER_BYTES) + head + _length(chunk.size) + data + wave[chunk.end :]
    return wave


def _length(size: int | None) -> bytes:
    fits = size is not None and size < UNKNOWN_SIZE
    return struct.pack("<I", size if fits else UNKNOWN_SIZE)
