"""The frames of streamed speech, as clients of the vendor were seen to send and read them: JSON in text messages.

Two spellings of the envelope are known, `code` and `message`, and `status` and `status_msg`; each frame has both.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass

from hwamei.dialects.teleai.errors import Told
from hwamei.dialects.teleai.wire.speech import SAMPLE_BYTES, SpeechBody
from hwamei.dialects.teleai.wire.timbre import SUCCESS, SUCCESS_CODE
from hwamei.dialects.teleai.wire.values import Required

FRAME_MS = 200
LABEL = "aigc_label"


class VoiceFrame(SpeechBody):
    """Text to be spoken by one of the general voices."""

    text: Required
    voice: str | None = None


class SpeakerFrame(SpeechBody):
    """Text to be spoken by a registered timbre."""

    text: Required
    speaker_id: Required


@dataclass(frozen=True, slots=True)
class Frames:
    """Writes the frames of one request. `sid`: our name for it; `req_id`: theirs."""

    sid: str
    req_id: str = ""

    def begun(self, label_json: str) -> str:
        """That sound will come, and the mark of AI-made sound, which bare samples cannot carry."""
        return self._frame(SUCCESS_CODE, SUCCESS, {LABEL: json.loads(label_json)})

    def sound(self, pcm: bytes, sample_rate_hz: int) -> Iterator[str]:
        """16-bit mono samples as frames of 200 ms or less."""
        size_bytes = SAMPLE_BYTES * (sample_rate_hz * FRAME_MS // 1000)
        for start in range(0, len(pcm), size_bytes):
            piece = pcm[start : start + size_bytes]
            length_ms = round(1000 * len(piece) / (SAMPLE_BYTES * sample_rate_hz))
            yield self._sound(b64encode(piece).decode("ascii"), length_ms, is_end=False)

    def ended(self) -> str:
        """That this was all of it."""
        return self._sound("", 0, is_end=True)

    def failed(self, told: Told, cause: str) -> str:
        """That there is no more, though it was not all."""
        return self._frame(told.code, told.message, {"cause": cause})

    def _sound(self, audio: str, length_ms: int, *, is_end: bool) -> str:
        result = {"audio": audio, "audio_len": length_ms, "is_end": is_end}
        return self._frame(SUCCESS_CODE, SUCCESS, {"result": result})

    def _frame(self, code: int, message: str, more: dict[str, object]) -> str:
        envelope = {
            "code": code,
            "message": message,
            "status": code,
            "status_msg": message,
            "sid": self.sid,
            "req_id": self.req_id,
        }
        return json.dumps(envelope | more, ensure_ascii=False)
