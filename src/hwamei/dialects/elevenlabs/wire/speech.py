"""Texts to be spoken, with the many options that clients send."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from hwamei.dialects.elevenlabs.memory import SettingsNotes
from hwamei.dialects.elevenlabs.refusals import Declined
from hwamei.dialects.elevenlabs.wire.formats import USUAL_FORMAT, OutputFormat
from hwamei.dialects.elevenlabs.wire.models import check_model, language_of
from hwamei.dialects.elevenlabs.wire.values import Body, Json
from hwamei.domain.errors import TextEmpty
from hwamei.domain.speech import SPEED_RANGE, Delivery, SpeechOrder
from hwamei.domain.speech_task import Segment
from hwamei.web.options import mapped, refused, without_effect
from hwamei.web.texts import Text

MAX_SEED = 2**32 - 1
MAX_LOCATORS = MAX_REQUEST_IDS = 3

_SAME_MANNER = "a voice has one manner of speaking"
_NOT_NEEDED = "each text is spoken by itself"
_BREAK = re.compile(r"""<break\s+time\s*=\s*["'](\d{1,2}(?:\.\d{1,3})?)s["']\s*/?>""")
_LONGEST_BREAK_S = 10.0

Share = Annotated[float | None, Field(ge=0, le=1)]
RequestIds = Annotated[list[Text] | None, Field(max_length=MAX_REQUEST_IDS)]


class VoiceSettingsBody(Body):
    """How a voice is to speak."""

    speed: Annotated[
        float | None,
        Field(ge=SPEED_RANGE[0], le=SPEED_RANGE[1]),
        mapped(
            "0.5 to 2 (the vendor: 0.7 to 1.2); the rest is refused; what is left out is as the voice's settings say",
            example=1.4,
        ),
    ] = None
    stability: Annotated[Share, without_effect(f"0 to 1; {_SAME_MANNER}", example=0.1)] = None
    similarity_boost: Annotated[Share, without_effect(f"0 to 1; {_SAME_MANNER}", example=0.1)] = None
    style: Annotated[Share, without_effect(f"0 to 1; {_SAME_MANNER}", example=0.9)] = None
    use_speaker_boost: Annotated[bool | None, without_effect(_SAME_MANNER, example=False)] = None
    clone_strength: Annotated[Share, without_effect(f"0 to 1; {_SAME_MANNER}", example=0.9)] = None

    def over(self, settings: SettingsNotes) -> SettingsNotes:
        """The settings with what is said here."""
        return settings.model_copy(update=self.model_dump(exclude_none=True, exclude={"clone_strength"}))


class LocatorBody(Body):
    """A pronunciation dictionary."""

    pronunciation_dictionary_id: Annotated[Text, mapped("the name of one of the app's lexicons")]
    version_id: Annotated[Text | None, mapped("the newest where it is left out")] = None


class SpeechBody(Body):
    """A text to be spoken."""

    text: Annotated[
        Text,
        mapped(
            '`<break time="1.5s" />` is a silence of up to 10 s; [readings and pauses](../../../../docs/text.md) work'
            " too",
            example="Something else is said here.",
        ),
    ]
    model_id: Annotated[
        Text | None,
        without_effect(
            "the vendor's models for speech; one engine answers to all; other names are refused",
            example="eleven_flash_v2_5",
        ),
    ] = None
    language_code: Annotated[
        Text | None, mapped("`zh` and `en`, also with a region: how figures are read; other languages are refused")
    ] = None
    voice_settings: Annotated[VoiceSettingsBody | None, mapped("see below", example={"speed": 0.8})] = None
    pronunciation_dictionary_locators: Annotated[
        list[LocatorBody] | None, Field(max_length=MAX_LOCATORS), mapped("up to 3; what an earlier one says counts")
    ] = None
    seed: Annotated[
        int | None,
        Field(ge=0, le=MAX_SEED),
        mapped("another take of the text, the same for the same seed; without one it is always as usual", example=7),
    ] = None
    previous_text: Annotated[Text | None, without_effect(_NOT_NEEDED, example="It was late.")] = None
    next_text: Annotated[Text | None, without_effect(_NOT_NEEDED, example="And so it went.")] = None
    previous_request_ids: Annotated[RequestIds, without_effect(f"up to 3; {_NOT_NEEDED}", example=["r1"])] = None
    next_request_ids: Annotated[RequestIds, without_effect(f"up to 3; {_NOT_NEEDED}", example=["r2"])] = None
    use_pvc_as_ivc: Annotated[bool | None, without_effect("a voice is of one kind", example=True)] = None
    apply_text_normalization: Annotated[
        Literal["auto", "on", "off"] | None,
        without_effect("figures are always read out: the engine takes nothing else", example="on"),
    ] = None
    apply_language_text_normalization: Annotated[
        bool | None, without_effect("at the vendor for Japanese only", example=True)
    ] = None
    audio_effects: Annotated[
        dict[str, Any] | None, refused("there are no effects", example={"environment_id": "hall", "send_level": 1})
    ] = None

    def check(self) -> None:
        """Raises Declined, TextEmpty for what no voice could say."""
        check_model(self.model_id)
        language_of(self.language_code)
        if self.audio_effects is not None:
            problem = "There are no audio effects here; leave audio_effects out."
            raise Declined(code="unsupported_parameter", problem=problem, param="audio_effects")
        if not self.text.strip():
            raise TextEmpty

    def segment(self, voice: UUID | str, settings: SettingsNotes) -> Segment:
        """In the domain's words; `settings`: of the voice. Raises Declined, TextEmpty, TextTooLong."""
        if self.voice_settings is not None:
            settings = self.voice_settings.over(settings)
        order = SpeechOrder(with_pauses(self.text), language_of(self.language_code), Delivery(settings.speed))
        return Segment(order, voice, take=self.seed or 0)


class SpeechQuery(Body):
    """How the sound is to come."""

    output_format: Annotated[OutputFormat, mapped("all of the vendor's", example="pcm_16000")] = USUAL_FORMAT
    enable_logging: Annotated[bool, without_effect("nothing of it is kept anyway", example=False)] = True
    optimize_streaming_latency: Annotated[
        int | None, Field(ge=0, le=4), without_effect("deprecated; it is always as fast as can be", example=3)
    ] = None


def with_pauses(text: str) -> str:
    """The text with its breaks as pauses, character for character as long."""
    return _BREAK.sub(_pause, text)


def _pause(found: re.Match[str]) -> str:
    seconds = min(float(found[1]), _LONGEST_BREAK_S)
    return f"[[pause:{seconds:g}s]]".ljust(len(found[0]))


def settings_shown(settings: SettingsNotes) -> Json:
    """The settings of a voice."""
    return settings.model_dump()
