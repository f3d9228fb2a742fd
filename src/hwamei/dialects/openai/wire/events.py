"""Sound as events (`text/event-stream`)."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Generator, Iterator

from hwamei.dialects.openai.wire.values import Json
from hwamei.domain.errors import HwameiError

TellFailure = Callable[[HwameiError], Json]
"""A failure as the member `error` of a body."""

PIECE_BYTES = 24 * 1024
"""Of sound in one event: some clients read no line longer than 64 KiB."""


def speech_events(
    chunks: Generator[bytes, None, None], *, characters: int, told: TellFailure
) -> Generator[bytes, None, None]:
    """The chunks as events, and one more when all is said. What breaks off ends with an error instead, and raises."""
    try:
        for chunk in chunks:
            yield from map(_delta, _pieces(chunk))
        yield _event({"type": "speech.audio.done", "usage": usage(characters)})
    except HwameiError as error:
        yield _event({"type": "error", "error": told(error)})
        raise
    finally:
        chunks.close()


def usage(characters: int) -> Json:
    """What was used: a character is a token here, and sound is not counted."""
    return {"input_tokens": characters, "output_tokens": 0, "total_tokens": characters}


def _pieces(chunk: bytes) -> Iterator[bytes]:
    return (chunk[start : start + PIECE_BYTES] for start in range(0, len(chunk), PIECE_BYTES))


def _delta(sound: bytes) -> bytes:
    return _event({"type": "speech.audio.delta", "audio": b64encode(sound).decode()})


def _event(data: Json) -> bytes:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
