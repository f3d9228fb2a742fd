"""Voices and styles."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from hwamei.dialects.vocu.cards import StyleCard, VoiceCard
from hwamei.dialects.vocu.ids import MARKET
from hwamei.dialects.vocu.people import Person
from hwamei.dialects.vocu.refusals import Declined
from hwamei.dialects.vocu.wire.values import (
    MAX_DESCRIPTION_CHARACTERS,
    MAX_NAME_CHARACTERS,
    Body,
    Flag,
    Json,
    LinkTo,
    Optional,
    moment,
    none_if_empty,
)
from hwamei.domain.language import Language
from hwamei.web.texts import Text

VERSIONS = ("v1.0", "v2.0", "v3.0", "v4.0")
WITHOUT_LORA = "v4.0"
LANGUAGES = {"zh": Language.CHINESE, "en-us": Language.ENGLISH, "en": Language.ENGLISH}
OTHER_LANGUAGES = ("ja", "ja-asmr", "ko", "fr", "fr-fr", "pt", "de", "es", "yue")

Name = Annotated[Annotated[Text, Field(max_length=MAX_NAME_CHARACTERS)] | None, BeforeValidator(none_if_empty)]
Description = Annotated[Text, Field(max_length=MAX_DESCRIPTION_CHARACTERS)]


class SampleFields(Body):
    """What is said of a recording; `language` is that of the recording."""

    name: Name = None
    description: Description = ""
    language: Text = "auto"
    vocal_filter: Flag = False

    @property
    def spoken(self) -> Language | None:
        """The language that we know; others and misspelt ones count as `auto`."""
        return LANGUAGES.get(self.language.lower())

    @property
    def language_kept(self) -> str:
        """As it is shown later: one of the vendor's, or `auto`."""
        known = self.language.lower()
        return known if known in (*LANGUAGES, *OTHER_LANGUAGES) else "auto"


class VoiceFields(SampleFields):
    """A voice to be made; `lora`: a finished upload of recordings."""

    model_version: Text = "v3.0"
    lora: Optional = None
    is_test: Flag = False
    vcover: Flag = False

    def check(self) -> None:
        """Raises Declined."""
        if self.model_version not in VERSIONS:
            raise Declined(code="VOICE_MODEL_VERSION_INVALID")
        if self.model_version == WITHOUT_LORA and self.lora is not None:
            problem = "Professional cloning is not supported on this model version."
            raise Declined(code="VALIDATION_BAD_PARAMS", problem=problem, field="lora")
        if self.model_version == WITHOUT_LORA and self.vcover:
            problem = "Voice cover is not supported on this model version."
            raise Declined(code="VALIDATION_BAD_PARAMS", problem=problem, field="vcover")
        if self.lora is not None and self.language_kept == "auto":
            problem = "Professional cloning needs a specific language."
            raise Declined(code="VALIDATION_BAD_PARAMS", problem=problem, field="language")


class VoiceBody(VoiceFields):
    """A voice to be made, with its files in the body."""

    prompt: str | None = None
    avatar: str | None = None


class StyleBody(SampleFields):
    """A style to be made."""

    prompt: str | None = None


class InfoBody(Body):
    """An empty name leaves the name; a description that is left out is cleared."""

    name: Name = None
    description: Description = ""


class AvatarBody(Body):
    """A picture."""

    avatar: str | None = None


class ResetBody(Body):
    """A style whose recording is to be worked on anew."""

    enhance: Flag = False
    vocal_filter: Flag = False


class TranscriptBody(Body):
    """What is said in a recording."""

    text: Optional = None


class ShareBody(Body):
    """Which voice another app offers."""

    share_id: Optional = None


def shown(person: Person, link: LinkTo) -> Json:
    """A voice as its own calls show it."""
    card, voice = person.card, person.voice
    spoken = as_spoken(card, link)
    spoken["metadata"]["prompts"] = [_style(style, link) for style in card.styles]
    more: Json = {"version": card.version, "from": "market" if card.market else "upload"}
    if voice is not None:
        more |= {"createdAt": moment(voice.created_at), "updatedAt": moment(voice.updated_at)}
        if voice.problem is not None:
            more["failedReason"] = voice.problem.text
    return spoken | more


def as_spoken(card: VoiceCard, link: LinkTo) -> Json:
    """A voice as tasks show it."""
    metadata: Json = {} if card.picture is None else {"avatar": link(card.picture)}
    metadata |= {"description": card.description, "prompts": [_short(style, link) for style in card.styles]}
    return {
        "id": str(card.id),
        "idForGenerate": f"{MARKET}{card.id}" if card.market else str(card.id),
        "name": card.name,
        "status": card.status,
        "metadata": metadata,
    }


def _short(style: StyleCard, link: LinkTo) -> Json:
    return {
        "id": style.id,
        "name": style.name,
        "promptOriginAudioStorageUrl": "" if style.origin is None else link(style.origin),
        "description": style.description,
    }


def _style(style: StyleCard, link: LinkTo) -> Json:
    heard = style.playback or style.origin
    return _short(style, link) | {
        "playBackAudio": "" if heard is None else link(heard),
        "language": style.language,
        "vocalFilter": style.vocal_filter,
    }
