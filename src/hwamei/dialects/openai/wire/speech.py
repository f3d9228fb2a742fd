"""An order to speak."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from hwamei.dialects.openai.refusals import Declined
from hwamei.dialects.openai.wire.values import Body
from hwamei.domain.speech import MAX_TEXT_CHARACTERS, SPEED_RANGE, Delivery, SpeechOrder
from hwamei.domain.speech_task import Segment
from hwamei.service.kept_speech import MAX_WAITED_FOR_CHARACTERS
from hwamei.web.options import mapped, without_effect
from hwamei.web.texts import Text

SAMPLE_RATE_HZ = 24_000
"""All sound has this rate: the vendor has no parameter for it."""
VENDORS_MAX_CHARACTERS = 4_096
VENDORS_SPEED_RANGE = (0.25, 4.0)

SoundFormat = Literal["mp3", "opus", "aac", "flac", "wav", "pcm"]
StreamFormat = Literal["audio", "sse"]


class VoiceObject(Body):
    """A voice by its id."""

    id: Text


class SpeechBody(Body):
    """A text, who says it, and how it is answered."""

    model: Annotated[
        Text,
        without_effect(
            "all speak alike: the vendor's names of `GET /v1/models`, `hwamei` and the engine's name; an unknown one is"
            " 404 `model_not_found`",
            example="tts-1-hd",
        ),
    ]
    input: Annotated[
        Text,
        mapped(
            f"up to {MAX_TEXT_CHARACTERS:,} characters, where the vendor takes {VENDORS_MAX_CHARACTERS:,};"
            f" {MAX_WAITED_FOR_CHARACTERS:,} for a `wav` that is not streamed. With the readings and pauses of"
            " [docs/text.md](../../../../docs/text.md)",
            example="A quite different text is spoken.",
        ),
    ]
    voice: Annotated[
        Text | VoiceObject,
        mapped(
            "as a text or as `{'id': …}`: an id, the name of one of the app's voices, of one of the engine's, or of the"
            " vendor's (see *Voices*)",
            example={"id": "onyx"},
        ),
    ]
    instructions: Annotated[
        Text | None, without_effect("the engines speak in one manner", example="Whisper, as if afraid.")
    ] = None
    response_format: Annotated[
        SoundFormat | None,
        mapped("`mp3` if none is named; 24 kHz, one channel; `pcm` is 16 bits, little-endian, without a header"),
    ] = None
    speed: Annotated[
        float | None,
        mapped(f"{SPEED_RANGE[0]:g} to {SPEED_RANGE[1]:g}; the rest of the vendor's 0.25 to 4 is refused", example=1.5),
    ] = None
    stream_format: Annotated[
        StreamFormat | None,
        mapped(
            "`audio`: the sound comes while it is spoken; `sse`: so do events, with every model. None: as `audio`, but"
            " a `wav` comes when it is complete, with its true length"
        ),
    ] = None

    @property
    def format(self) -> SoundFormat:
        """The format of the sound."""
        return self.response_format or "mp3"

    @property
    def speaker(self) -> str:
        """What the voice is called."""
        return self.voice if isinstance(self.voice, str) else self.voice.id

    @property
    def waits(self) -> bool:
        """Whether the sound is to be complete before any of it is sent: the head of a WAV tells its length, and
        programs that did not ask for a stream believe it."""
        return self.format == "wav" and self.stream_format is None

    def segment(self, speaker: UUID | str) -> Segment:
        """In the domain's words. Raises Declined, TextEmpty, TextTooLong."""
        return Segment(SpeechOrder(self.input, None, Delivery(self._speed())), speaker)

    def _speed(self) -> float:
        speed = 1.0 if self.speed is None else self.speed
        low, high = SPEED_RANGE
        if low <= speed <= high:
            return speed
        theirs = VENDORS_SPEED_RANGE[0] <= speed <= VENDORS_SPEED_RANGE[1]
        code = "unsupported_value" if theirs else "invalid_value"
        problem = f"speed {speed:g} is not spoken here; choose a value from {low:g} to {high:g}"
        raise Declined(code=code, param="speed", problem=problem)
