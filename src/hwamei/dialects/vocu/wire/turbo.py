"""Messages over a low-latency socket. What is inferred is marked so in README.md."""

from __future__ import annotations

import json
from typing import Any

from pydantic import Field

from hwamei.dialects.vocu.refusals import Declined
from hwamei.dialects.vocu.wire.speech import SpeakBody
from hwamei.dialects.vocu.wire.values import Body, Optional
from hwamei.web.parsing import parse_json
from hwamei.web.texts import Text

SAMPLE_RATE_HZ = 24_000
PCM = {"sampleRate": SAMPLE_RATE_HZ, "channels": 1, "bitDepth": 16, "encoding": "s16le"}
CHUNK_BYTES = SAMPLE_RATE_HZ // 5 * 2  # 200 ms


class ChannelBody(Body):
    """Which voice is to speak."""

    voice_id: Optional = None


class Heard(Body):
    """A message of the client's."""

    type: Text
    data: dict[str, Any] = Field(default_factory=dict)


def heard(message: str | bytes) -> Heard:
    """The message. Raises RequestValidationError."""
    return parse_json(Heard, message.encode() if isinstance(message, str) else message)


def asked(message: Heard) -> SpeakBody:
    """What is to be said. Raises RequestValidationError, Declined."""
    body = parse_json(SpeakBody, json.dumps(message.data).encode())
    if body.text is None or not body.text.strip():
        raise Declined(code="TTS_TEXT_EMPTY", field="text")
    return body


def connected(voice_id: str) -> str:
    """The first message."""
    told = {"status": 200, "message": f"OK, selected voiceId is {voice_id}."}
    return _message("connected", told)


def chunk(sound: bytes, label_json: str | None = None) -> str:
    """Samples; empty: the text has been said. The mark of AI-made sound, which samples cannot carry, comes with the
    first."""
    more = {} if label_json is None else {"aigc": json.loads(label_json)}
    return _message("audio_chunk", {"hex": sound.hex(), "pcm": PCM} | more)


def complete(characters: int) -> str:
    """After the last chunk of a text."""
    return _message("synthesis_complete", {"status": 200, "message": "OK", "credit_used": characters})


def pong() -> str:
    """The answer to a ping."""
    return _message("pong", {})


def failed(told: dict[str, object]) -> str:
    """A text that could not be said; the socket stays open."""
    return _message("error", told)


def _message(kind: str, data: object) -> str:
    return json.dumps({"type": kind, "data": data}, ensure_ascii=False)
