"""Sound on its way to a client."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from starlette.responses import Response

from hwamei.domain.errors import NotFound
from hwamei.domain.stored_file import StoredFile
from hwamei.service.character_times import SpelledChunk
from hwamei.web.calls import Call
from hwamei.web.chunks import ChunkResponse


def sent_file(call: Call, file: StoredFile) -> Response:
    """A kept file. Raises NotFound where it has no content."""
    if file.blob is None:
        raise NotFound(what="file", given=str(file.id))
    headers = {
        "Content-Type": file.media_type,
        "Content-Length": str(file.blob.size_bytes),
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    pieces = _closeable(call.platform.files.read(file))
    return ChunkResponse(next(pieces, b""), pieces, headers=headers)


def sounds(chunks: Generator[SpelledChunk, None, None]) -> Generator[bytes, None, None]:
    """The sound alone."""
    try:
        for chunk in chunks:
            if chunk.sound:
                yield chunk.sound
    finally:
        chunks.close()


def _closeable(pieces: Iterator[bytes]) -> Generator[bytes, None, None]:
    yield from pieces
