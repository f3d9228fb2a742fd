"""How speech is asked for, in frames and in bodies alike."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from hwamei.dialects.teleai.wire.values import Asked, Number
from hwamei.domain.errors import TextTooLong, Unknown
from hwamei.domain.speech import Delivery, SpeechOrder
from hwamei.domain.speech_task import Segment

MAX_TEXT_CHARACTERS = 500
USUAL_SAMPLE_RATE_HZ = 16_000
FORMATS = {"PCM": "pcm", "WAV": "wav"}
SAMPLE_BYTES = 2  # of PCM: 16 bits, mono
MAX_SHOWN_CHARACTERS = 20  # of a format that nobody knows


class SpeechBody(Asked):
    """What is said, and how. `volume` and `dialect` have no effect: see the README."""

    text: str
    req_id: str | None = None
    format: str | None = None
    sample_rate: Number | None = None
    speech_rate: Annotated[float, Field(allow_inf_nan=False)] | None = None
    volume: Annotated[int, Field(ge=0, le=100)] | None = None
    dialect: str | None = None

    @property
    def sample_rate_hz(self) -> int:
        """As asked for; the service knows which are possible."""
        return USUAL_SAMPLE_RATE_HZ if self.sample_rate is None else self.sample_rate

    def format_of(self, *known: str) -> str:
        """Our name of the format, the first of the known ones if none is named. Raises Unknown."""
        named = (self.format or known[0]).upper()
        if named not in known:
            raise Unknown(what="format", given=named[:MAX_SHOWN_CHARACTERS], known=known)
        return FORMATS[named]

    def segment(self, voice: UUID | str) -> Segment:
        """The text in this voice. Raises TextEmpty, TextTooLong, OutOfRange."""
        if len(self.text) > MAX_TEXT_CHARACTERS:
            raise TextTooLong(given=len(self.text), allowed=MAX_TEXT_CHARACTERS)
        speed = 1.0 if self.speech_rate is None else self.speech_rate
        return Segment(SpeechOrder(self.text, delivery=Delivery(speed=speed)), voice)
