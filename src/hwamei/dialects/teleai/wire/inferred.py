"""Registering, listing and speaking over HTTP. The vendor's documents of these calls were not to be had: all names are
inferred from those of `timbre/delete` and of the speech frames."""

from __future__ import annotations

import binascii
import io
import json
import wave
from base64 import b64decode, b64encode
from datetime import timedelta, timezone
from typing import Annotated, Literal, Self
from uuid import uuid4

from pydantic import BaseModel, Field, StringConstraints

from hwamei.dialects.teleai.errors import ParameterMissing
from hwamei.dialects.teleai.ids import speaker_id_of
from hwamei.dialects.teleai.wire.speech import (
    FORMATS,
    MAX_SHOWN_CHARACTERS,
    SAMPLE_BYTES,
    USUAL_SAMPLE_RATE_HZ,
    SpeechBody,
)
from hwamei.dialects.teleai.wire.timbre import SUCCESS, SUCCESS_CODE
from hwamei.dialects.teleai.wire.values import Asked, Number, Required
from hwamei.domain.errors import BadField, TooBig, Unknown
from hwamei.domain.language import Language
from hwamei.domain.listing import PageRequest
from hwamei.domain.owned_voice import OwnedVoice

MAX_RECORDING_BYTES = 10 * 1024 * 1024
MAX_BODY_BYTES = MAX_RECORDING_BYTES * 4 // 3 + 64 * 1024  # base64, and the other fields
RECORDED = ("wav", "mp3", "m4a", "pcm")
UNNAMED = "unnamed"  # our voices need a name; a timbre does not
BEIJING = timezone(timedelta(hours=8))


class RegisterBody(Asked):
    """A recording that is to become a timbre. `text` has no effect: what is said is not needed."""

    audio: str | None = None
    audio_url: Annotated[str, StringConstraints(pattern=r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s]+$")] | None = None
    format: str | None = None
    sample_rate: Annotated[int, Field(ge=8_000, le=48_000)] | None = None
    text: Annotated[str, Field(max_length=500)] | None = None
    speaker_name: Annotated[str, Field(max_length=64)] | None = None
    language: Language | None = None
    req_id: str | None = None

    @property
    def name(self) -> str:
        """What our voice is called."""
        return self.speaker_name or UNNAMED

    def recording(self) -> bytes | None:
        """The recording as a file; None where an address is given. Raises ParameterMissing, BadField, Unknown,
        TooBig."""
        if not self.audio:
            if not self.audio_url:
                raise ParameterMissing(name="audio")
            return None
        try:
            content = b64decode(self.audio, validate=True)
        except (binascii.Error, ValueError) as error:
            raise BadField(name="audio", given="(text)", problem="it is no base64") from error
        if len(content) > MAX_RECORDING_BYTES:
            raise TooBig(what="the recording", allowed=MAX_RECORDING_BYTES)
        return _wave(content, self.sample_rate or USUAL_SAMPLE_RATE_HZ) if self._format == "pcm" else content

    @property
    def _format(self) -> str:
        """What the content shows is what counts, but bare samples show nothing. Raises Unknown."""
        named = (self.format or RECORDED[0]).lower()
        if named not in RECORDED:
            raise Unknown(what="format", given=named[:MAX_SHOWN_CHARACTERS], known=RECORDED)
        return named


class QueryBody(Asked):
    """Which timbres: one, or a page of all."""

    speaker_id: str | None = None
    page: Annotated[Number, Field(ge=1)] = 1
    page_size: Annotated[int, Field(ge=1, le=100)] = 20

    @property
    def wanted(self) -> PageRequest:
        """The page. Raises OutOfRange for one that is too far away."""
        return PageRequest(self.page_size, (self.page - 1) * self.page_size)


class SpeakBody(SpeechBody):
    """Text to be spoken by a registered timbre."""

    text: Required
    speaker_id: Required


class TimbreSummary(BaseModel):
    """A timbre in a list. `status`: `ready` when it can speak, `training` before."""

    speaker_id: str
    speaker_name: str
    language: str
    status: Literal["ready", "training"]
    create_time: str

    @classmethod
    def of(cls, voice: OwnedVoice) -> Self:
        """The voice as a timbre; the time is Beijing's."""
        return cls(
            speaker_id=speaker_id_of(voice.id),
            speaker_name="" if voice.name == UNNAMED else voice.name,
            language=voice.language or "",
            status="training" if voice.voiceprint is None else "ready",
            create_time=voice.created_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
        )


class Timbres(BaseModel):
    """A page of timbres, the newest first."""

    code: int = SUCCESS_CODE
    message: str = SUCCESS
    total: int
    data: list[TimbreSummary]


class SoundOut(BaseModel):
    """Sound that is complete."""

    audio: str
    audio_len: int
    is_end: bool = True


class SpokenOut(BaseModel):
    """Speech. `aigc_label`: the mark of AI-made sound, which bare samples cannot carry."""

    code: int = SUCCESS_CODE
    message: str = SUCCESS
    sid: str
    speaker_id: str
    result: SoundOut
    aigc_label: dict[str, str]

    @classmethod
    def of(cls, asked: SpeakBody, sound: bytes, *, label_json: str) -> Self:
        """The sound, all of it, in the format that was asked for."""
        return cls(
            sid=uuid4().hex,
            speaker_id=asked.speaker_id,
            result=SoundOut(audio=b64encode(sound).decode("ascii"), audio_len=_length_ms(asked, sound)),
            aigc_label=json.loads(label_json),
        )


def _length_ms(asked: SpeakBody, sound: bytes) -> int:
    if asked.format_of(*FORMATS) == "pcm":
        return round(1000 * len(sound) / (SAMPLE_BYTES * asked.sample_rate_hz))
    with wave.open(io.BytesIO(sound)) as file:
        return round(1000 * int(file.getnframes()) / int(file.getframerate()))


def _wave(pcm: bytes, sample_rate_hz: int) -> bytes:
    """Bare 16-bit mono samples as a file that says what they are."""
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(sample_rate_hz)
        file.writeframes(pcm)
    return target.getvalue()
