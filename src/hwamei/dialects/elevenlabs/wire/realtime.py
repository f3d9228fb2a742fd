"""Messages over a socket that takes a text piece by piece."""

from __future__ import annotations

import base64
import json
from typing import Annotated, Literal

from pydantic import AliasChoices, Field

from hwamei.dialects.elevenlabs.refusals import Declined
from hwamei.dialects.elevenlabs.wire.alignment import chunk_alignment
from hwamei.dialects.elevenlabs.wire.formats import USUAL_FORMAT, OutputFormat
from hwamei.dialects.elevenlabs.wire.speech import MAX_LOCATORS, MAX_SEED, LocatorBody, SpeechBody, VoiceSettingsBody
from hwamei.dialects.elevenlabs.wire.values import Body
from hwamei.domain.speech import MAX_TEXT_CHARACTERS
from hwamei.service.character_times import SpelledChunk
from hwamei.web.options import mapped, refused, without_effect
from hwamei.web.parsing import parse_json
from hwamei.web.texts import Text

USUAL_SCHEDULE = (120, 160, 250, 290)
LEAST_TRIGGERED = 50
MAX_IDLE_S, USUAL_IDLE_S = 180, 20


class RealtimeQuery(Body):
    """How the sound is to come, in the address of the socket."""

    model_id: Annotated[Text | None, without_effect("as everywhere; other names than the vendor's are refused")] = None
    language_code: Annotated[Text | None, mapped("as everywhere")] = None
    output_format: Annotated[OutputFormat, mapped("all but `wav_…`, which is refused")] = USUAL_FORMAT
    inactivity_timeout: Annotated[
        int, Field(ge=1, le=MAX_IDLE_S), mapped("1 to 180 seconds without a message end it")
    ] = USUAL_IDLE_S
    auto_mode: Annotated[bool, mapped("what comes is spoken at once, without waiting for more")] = False
    sync_alignment: Annotated[bool, without_effect("times always come with their sound")] = False
    seed: Annotated[int | None, Field(ge=0, le=MAX_SEED), mapped("as everywhere")] = None
    enable_ssml_parsing: Annotated[bool, refused("breaks work without it; other SSML is not taken")] = False
    enable_logging: Annotated[bool, without_effect("nothing of it is kept anyway")] = True
    optimize_streaming_latency: Annotated[int | None, Field(ge=0, le=4), without_effect("deprecated")] = None
    apply_text_normalization: Annotated[
        Literal["auto", "on", "off"] | None, without_effect("figures are always read out")
    ] = None
    authorization: Annotated[Text | None, refused("send the key in a header or in the first message")] = None

    def check(self) -> None:
        """Raises Declined."""
        if self.output_format.has_header:
            problem = f"{self.output_format.value} has a length in its beginning, which is not known; take pcm instead."
            raise Declined(code="unsupported_parameter", problem=problem, param="output_format")
        if self.enable_ssml_parsing or self.authorization is not None:
            name = "authorization" if self.authorization is not None else "enable_ssml_parsing"
            raise Declined(code="unsupported_parameter", problem=f"{name} is not taken here.", param=name)


class GenerationConfig(Body):
    """When to begin speaking what has come."""

    chunk_length_schedule: Annotated[
        list[Annotated[float, Field(ge=5, le=500)]] | None,
        Field(min_length=1, max_length=100),
        mapped("how many characters must have come before the next piece is spoken, up to the last clause of them"),
    ] = None


class Message(Body):
    """What a client sends."""

    text: Annotated[Text, Field(max_length=MAX_TEXT_CHARACTERS), mapped('more text; `""` ends it; `" "` only begins')]
    flush: Annotated[bool | None, mapped("speak all that has come")] = None
    try_trigger_generation: Annotated[
        bool | None, mapped(f"speak what has come up to its last clause, if that is {LEAST_TRIGGERED} characters")
    ] = None
    voice_settings: Annotated[VoiceSettingsBody | None, mapped("in the first message; later ones change nothing")] = (
        None
    )
    generation_config: Annotated[
        GenerationConfig | None,
        Field(validation_alias=AliasChoices("generation_config", "generator_config")),
        mapped("in the first message"),
    ] = None
    pronunciation_dictionary_locators: Annotated[
        list[LocatorBody] | None, Field(max_length=MAX_LOCATORS), mapped("in the first message")
    ] = None
    xi_api_key: Annotated[
        Text | None,
        Field(validation_alias=AliasChoices("xi_api_key", "xi-api-key")),
        mapped("in the first message, where no header has it"),
    ] = None
    authorization: Annotated[Text | None, mapped("the same, as `Bearer …`")] = None


def heard(message: str | bytes) -> Message:
    """The message. Raises RequestValidationError."""
    return parse_json(Message, message.encode("utf-8", "surrogatepass") if isinstance(message, str) else message)


def speech_body(text: str, query: RealtimeQuery, first: Message) -> SpeechBody:
    """A text as it would be ordered by itself."""
    return SpeechBody.model_construct(
        text=text,
        model_id=query.model_id,
        language_code=query.language_code,
        seed=query.seed,
        voice_settings=first.voice_settings,
        pronunciation_dictionary_locators=first.pronunciation_dictionary_locators,
    )


def audio(chunk: SpelledChunk, *, from_s: float) -> str:
    """A piece of sound and the characters in it, timed from the piece's own beginning."""
    lines = chunk.lines
    return json.dumps(
        {
            "audio": base64.b64encode(chunk.sound).decode("ascii"),
            "isFinal": None,
            "alignment": chunk_alignment((each for line in lines for each in line.written), from_s=from_s),
            "normalizedAlignment": chunk_alignment((each for line in lines for each in line.spoken), from_s=from_s),
        },
        ensure_ascii=False,
    )


def final() -> str:
    """That this was all."""
    return json.dumps({"audio": None, "isFinal": True, "alignment": None, "normalizedAlignment": None})


def failed(message: object, error: object, code: int) -> str:
    """Why there will be no more. `code`: with which the socket is closed."""
    return json.dumps({"message": message, "error": error, "code": code}, ensure_ascii=False)
