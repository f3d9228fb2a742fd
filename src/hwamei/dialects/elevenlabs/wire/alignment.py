"""Characters in time, as answers have them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable

from hwamei.dialects.elevenlabs.wire.values import Json
from hwamei.service.character_times import TimedCharacter, TimedLine


def alignment(characters: Iterable[TimedCharacter]) -> Json:
    """In seconds from the beginning of all sound."""
    found = list(characters)
    return {
        "characters": [each.character for each in found],
        "character_start_times_seconds": [round(each.start_s, 3) for each in found],
        "character_end_times_seconds": [round(each.end_s, 3) for each in found],
    }


def with_times(sound: bytes, lines: Iterable[TimedLine]) -> Json:
    """Sound with the characters that are heard in it; null where none is."""
    found = list(lines)
    written = [each for line in found for each in line.written]
    spoken = [each for line in found for each in line.spoken]
    return {
        "audio_base64": base64.b64encode(sound).decode("ascii"),
        "alignment": alignment(written) if written else None,
        "normalized_alignment": alignment(spoken) if spoken else None,
    }


def json_line(content: Json) -> bytes:
    """One of the lines that a stream is made of."""
    return json.dumps(content, ensure_ascii=False).encode() + b"\n"


def chunk_alignment(characters: Iterable[TimedCharacter], *, from_s: float) -> Json | None:
    """In milliseconds from the beginning of one chunk, as sockets have them; null where there are none."""
    found = list(characters)
    if not found:
        return None
    return {
        "chars": [each.character for each in found],
        "charStartTimesMs": [_ms(each.start_s - from_s) for each in found],
        "charDurationsMs": [_ms(each.end_s) - _ms(each.start_s) for each in found],
    }


def _ms(time_s: float) -> int:
    return max(0, round(1000 * time_s))
