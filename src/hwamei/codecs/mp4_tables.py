"""Looking at what an MP4 file says about itself before FFmpeg believes it.

FFmpeg makes an index entry of some 36 bytes for every packet that a sample table declares, and a table of equal
packets declares any number of them in 20 bytes: a file of 900 bytes makes it take gigabytes. So the tables are read
here first. They are searched for by name, wherever they stand, because FFmpeg takes them wherever it finds them.

Source: ISO/IEC 14496-12, 4.2 (boxes), 8.6.1.2 (stts), 8.7.3 (stsz), 8.7.4 (stsc), 8.7.5 (stco), 8.8.8 (trun).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import BinaryIO

MAX_PACKETS = 2_000_000  # half an hour in the shortest packets in use, 2.5 ms, is 720,000
MAX_TABLES_BYTES = 32 << 20  # the tables of half an hour have about 1 MB; pictures of the cover stand beside them
_MAX_BOXES = 200_000
_PCM_SAMPLES_PER_PACKET = 1024  # FFmpeg's way with sound whose samples last one tick each


class TablesTooBig(Exception):
    """The file declares more packets than any recording that we read can have."""


def check_tables(file: BinaryIO) -> None:
    """Raises TablesTooBig; leaves the file at its beginning."""
    file_bytes = file.seek(0, 2)
    moving = 0
    for box in _boxes_but_media(file):
        if b"cmov" in box:  # a packed table, of QuickTime in 1999, that nobody can look into
            raise TablesTooBig
        moving += sum(_numbers(box, b"trun", 1))
        for track in _tracks(box):
            _check_track(track, file_bytes)
    if moving > MAX_PACKETS:
        raise TablesTooBig
    file.seek(0)


def _check_track(track: bytes, file_bytes: int) -> None:
    """`track`: the bytes that FFmpeg will take for one track's."""
    declared = max(_numbers(track, b"stsz", 2), default=0)
    if declared > MAX_PACKETS and not (declared <= file_bytes and _is_bare_pcm(track)):
        raise TablesTooBig
    per_chunk = [
        int.from_bytes(entry[4:8], "big") for table in _tables(track, b"stsc") for entry in _entries(table, 12)
    ]
    chunks = max([*_numbers(track, b"stco", 1), *_numbers(track, b"co64", 1)], default=0)
    if chunks * max(per_chunk, default=0) > MAX_PACKETS * _PCM_SAMPLES_PER_PACKET:
        raise TablesTooBig


def _is_bare_pcm(track: bytes) -> bool:
    """Whether the one table of times in it says that every sample lasts one tick."""
    times = _tables(track, b"stts")
    return len(times) == 1 and _number(times[0], 1) == 1 and _number(times[0], 3) == 1


def _tables(data: bytes, name: bytes) -> list[bytes]:
    """All that follows each place where the name stands."""
    return [data[found.end() :] for found in re.finditer(re.escape(name), data)]


def _number(table: bytes, index: int) -> int:
    """The 32-bit number at this place of a table, after its version and flags at place 0."""
    return int.from_bytes(table[4 * index : 4 * index + 4], "big")


def _numbers(data: bytes, name: bytes, index: int) -> list[int]:
    return [_number(table, index) for table in _tables(data, name)]


def _entries(table: bytes, size: int) -> Iterator[bytes]:
    count = min(_number(table, 1), len(table) // size)
    return (table[8 + size * index : 8 + size * (index + 1)] for index in range(count))


def _tracks(box: bytes) -> Iterator[bytes]:
    """The box cut where a track begins in its first level."""
    starts = [start for start, name in _children(box) if name == b"trak"]
    edges = [0, *starts, len(box)]
    return (box[start:end] for start, end in pairwise(edges))


def _children(box: bytes) -> Iterator[tuple[int, bytes]]:
    start = 8
    while start + 8 <= len(box):
        size = int.from_bytes(box[start : start + 4], "big")
        yield start, box[start + 4 : start + 8]
        if size < 8:
            return
        start += size


def _boxes_but_media(file: BinaryIO) -> Iterator[bytes]:
    """The boxes of the top level, whole, without the sound itself."""
    start, read_bytes = 0, 0
    for _ in range(_MAX_BOXES):
        file.seek(start)
        head = file.read(16)
        if len(head) < 8:
            return
        size = _box_bytes(head)
        if head[4:8] != b"mdat":
            file.seek(start)
            box = file.read(min(size or MAX_TABLES_BYTES + 1, MAX_TABLES_BYTES + 1))
            read_bytes += len(box)
            if read_bytes > MAX_TABLES_BYTES:
                raise TablesTooBig
            yield box
        if size < 8:
            return
        start += size
    raise TablesTooBig


def _box_bytes(head: bytes) -> int:
    """The size that the box gives itself; 0: up to the end of the file."""
    size = int.from_bytes(head[:4], "big")
    return int.from_bytes(head[8:16], "big") if size == 1 else size
