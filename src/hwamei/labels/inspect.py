"""Reading the label of AI-made sound back from a file, whoever wrote it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import av

from hwamei.codecs import riff
from hwamei.codecs.containers import demuxer_of, opened
from hwamei.codecs.mp4_tables import TablesTooBig
from hwamei.domain.errors import BadAudio
from hwamei.labels.aigc import KEY, KEYS, AigcLabel, sidecar

MAX_LABEL_BYTES = 64 * 1024
_MAX_CHUNKS = 10_000


def inspect(path: Path) -> AigcLabel | None:
    """The file's label, or None if it has none that can be read. Raises BadAudio if it is no sound file."""
    try:
        with path.open("rb") as file:
            demuxer = demuxer_of(file)
            if demuxer is not None:
                return _first_label(_texts(file, demuxer))
        return _first_label([sidecar(path).read_text("utf-8", "replace")])
    except FileNotFoundError as error:
        missing = (
            "does not exist"
            if error.filename == str(path)
            else "is neither a sound file nor has an .aigc.json beside it"
        )
        raise BadAudio(source=str(path), problem=f"{missing}; name a sound file") from error
    except OSError as error:
        raise BadAudio(source=str(path), problem=f"cannot be read ({error.strerror}); name a sound file") from error


def parse(text: str) -> AigcLabel | None:
    """The label in this JSON, or None. Keys in any letter case, also inside an object under the key AIGC."""
    if len(text) > MAX_LABEL_BYTES:
        return None
    try:
        value = json.loads(text.strip("\0 \r\n\t\ufeff"))
    except (ValueError, RecursionError):
        return None
    by_key = _lower_keys(value)
    by_key = _lower_keys(by_key.get(KEY.lower())) or by_key
    if "label" not in by_key:
        return None
    return AigcLabel(*(_text(by_key.get(key.lower(), "")) for key in KEYS))


def _first_label(texts: Iterator[str] | list[str]) -> AigcLabel | None:
    return next((label for text in texts if (label := parse(text)) is not None), None)


def _texts(file: BinaryIO, demuxer: str) -> Iterator[str]:
    """What stands under the key, from wherever the file's kind may keep it."""
    if demuxer == "wav":
        yield from _wave_texts(file)
        file.seek(0)
    yield from _tag_texts(file, demuxer)


def _wave_texts(file: BinaryIO) -> Iterator[str]:
    for count, chunk in enumerate(riff.chunks(file)):
        if count > _MAX_CHUNKS or not chunk.name.isascii():
            return
        if chunk.name == b"LIST":
            yield from (_chunk_text(file, each) for each in _of_key(riff.chunks(file, chunk.start + 4, chunk.end)))
        yield from (_chunk_text(file, each) for each in _of_key(iter([chunk])))


def _of_key(found: Iterator[riff.Chunk]) -> Iterator[riff.Chunk]:
    for count, chunk in enumerate(found):
        if count > _MAX_CHUNKS:
            return
        if chunk.name.upper() == KEY.encode():
            yield chunk


def _chunk_text(file: BinaryIO, chunk: riff.Chunk) -> str:
    file.seek(chunk.start)
    return file.read(min(chunk.size, MAX_LABEL_BYTES)).decode("utf-8", "replace")


def _tag_texts(file: BinaryIO, demuxer: str) -> Iterator[str]:
    """From ID3 frames, comments and keys, which FFmpeg shows under one roof."""
    try:
        with opened(file, demuxer) as container:
            tables = [container.metadata, *(stream.metadata for stream in container.streams)]
    except (av.FFmpegError, TablesTooBig):
        return
    yield from (text for table in tables for key, text in table.items() if key.upper() == KEY)


def _lower_keys(value: object) -> dict[str, object]:
    return {key.lower(): each for key, each in value.items()} if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
