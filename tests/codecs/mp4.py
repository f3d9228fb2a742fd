"""MP4 files by hand, for what no writer would write. ISO/IEC 14496-12."""

from __future__ import annotations

import struct

_AAC_LC_44100_STEREO = bytes.fromhex(
    "0380808022000100048080801440150000000000000000000000000580808002121006808080 0102"
)


def box(name: bytes, body: bytes) -> bytes:
    """Length, name, body."""
    return struct.pack(">I", 8 + len(body)) + name + body


def table(name: bytes, *numbers: int, flags: int = 0) -> bytes:
    """A box of 32-bit numbers after version and flags."""
    return box(name, struct.pack(f">{len(numbers) + 1}I", flags, *numbers))


def file_with_equal_packets(packets: int, bytes_each: int, *, fragmented: bool = False) -> bytes:
    """An AAC track that claims this many packets of one size, and 300 bytes of sound."""
    if fragmented:
        tables = table(b"stts", 0) + table(b"stsz", 0, 0) + table(b"stsc", 0) + table(b"stco", 0)
        defaults = box(b"mvex", table(b"trex", 1, 1, 1024, bytes_each, 0))
        run = box(b"traf", table(b"tfhd", 1, flags=0x20000) + table(b"trun", packets, 100, flags=1))
        rest = box(b"moof", table(b"mfhd", 1) + run)
    else:
        tables = (
            table(b"stts", 1, packets, 1024)
            + table(b"stsz", bytes_each, packets)
            + table(b"stsc", 1, 1, packets, 1)
            + table(b"stco", 1, 40)
        )
        defaults, rest = b"", b""
    entry = _sample_entry(b"mp4a", box(b"esds", bytes(4) + _AAC_LC_44100_STEREO))
    return _begun() + box(b"moov", _movie_header() + _track(entry, tables) + defaults) + rest + _media()


def pcm_file(*, chunks: int, samples_per_chunk: int) -> bytes:
    """A track of bare samples that claims this many chunks, all of which point at the same 300 bytes."""
    tables = (
        table(b"stts", 1, 0x7FFF_FFFF, 1)
        + table(b"stsz", 0, 0)
        + table(b"stsc", 1, 1, samples_per_chunk, 1)
        + table(b"stco", chunks, *[40] * chunks)
    )
    return _begun() + box(b"moov", _movie_header() + _track(_sample_entry(b"sowt", b""), tables)) + _media()


def inside_moov(content: bytes, extra: bytes) -> bytes:
    """The file with another box at the end of its index."""
    start = content.index(b"moov") - 4
    size = int.from_bytes(content[start : start + 4], "big")
    moov = box(b"moov", content[start + 8 : start + size] + extra)
    return content[:start] + moov + content[start + size :]


def _begun() -> bytes:
    return box(b"ftyp", b"M4A " + bytes(4) + b"isom")


def _media() -> bytes:
    return box(b"mdat", b"\x21\x10\x04" * 100)


def _movie_header() -> bytes:
    return box(b"mvhd", struct.pack(">5I", 0, 0, 0, 1000, 1000) + bytes(80))


def _sample_entry(name: bytes, extra: bytes) -> bytes:
    return box(
        name, bytes(6) + struct.pack(">H", 1) + bytes(8) + struct.pack(">HHHHI", 2, 16, 0, 0, 44_100 << 16) + extra
    )


def _track(entry: bytes, tables: bytes) -> bytes:
    description = box(b"stsd", struct.pack(">II", 0, 1) + entry)
    data = box(b"dinf", box(b"dref", struct.pack(">II", 0, 1) + table(b"url ", flags=1)))
    media = box(b"minf", table(b"smhd", 0) + data + box(b"stbl", description + tables))
    header = box(b"mdhd", struct.pack(">5IHH", 0, 0, 0, 44_100, 44_100, 0x55C4, 0))
    handler = box(b"hdlr", struct.pack(">II4s", 0, 0, b"soun") + bytes(13))
    track_header = box(b"tkhd", struct.pack(">6I", 7, 0, 0, 1, 0, 0) + bytes(60))
    return box(b"trak", track_header + box(b"mdia", header + handler + media))
