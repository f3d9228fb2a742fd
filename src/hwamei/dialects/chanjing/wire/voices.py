"""Cloned voices."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from hwamei.dialects.chanjing.ids import spelt_voice_id
from hwamei.dialects.chanjing.wire.problems import in_chinese
from hwamei.dialects.chanjing.wire.values import Asked, Choice, Id, Page, PageInfo, PageSize, Sent, Shown, check_url
from hwamei.domain.callback import CallbackOrder
from hwamei.domain.errors import BadField, TextTooLong, Unknown
from hwamei.domain.language import Language
from hwamei.domain.owned_voice import OwnedVoice, ReferenceSource, VoiceState
from hwamei.domain.voice import MAX_VOICE_NAME_CHARACTERS, Level
from hwamei.service.voice_orders import VoiceOrder
from hwamei.web.texts import Text

MODEL_WHEN_NONE_IS_NAMED = "cicada1.0"
LEVELS: Mapping[str, Level] = {
    "cicada1.0": Level.TRAINED,
    "cicada2.0": Level.TRAINED,
    "cicada3.0": Level.TRAINED,
    "cicada3.0-turbo": Level.INSTANT,
}
"""How much work goes into a voice of each model: the one that is named for its speed is made at once."""
LANGUAGES: Mapping[str, Language] = {"cn": Language.CHINESE, "en": Language.ENGLISH}
WAITING = 0
STATUSES: Mapping[VoiceState, int] = {
    VoiceState.QUEUED: WAITING,
    VoiceState.TRAINING: 1,
    VoiceState.READY: 2,
    VoiceState.EXPIRED: 3,
    VoiceState.FAILED: 4,
    VoiceState.DELETED: 99,
}
MAX_PREVIEW_CHARACTERS = 50
MODEL = "model"  # under which a voice remembers what it was ordered as

_HYPHEN = re.compile(r"(?<=^cicada)-")


class CreateVoiceBody(Sent):
    """A voice to be made of the recording at an address."""

    name: Annotated[Text, Field(max_length=MAX_VOICE_NAME_CHARACTERS)]
    url: Text
    model_type: Choice | None = None
    language: Choice | None = None
    text: Text | None = None
    callback: Text | None = None

    def order(self, callback: CallbackOrder | None) -> VoiceOrder:
        """In the domain's words. Raises BadField, Unknown, TextTooLong."""
        model = model_named(self.model_type or MODEL_WHEN_NONE_IS_NAMED)
        return VoiceOrder(
            name=self.name,
            reference=(ReferenceSource(url=check_url("url", self.url)),),
            level=LEVELS[model],
            language=_language_named(self.language or "cn"),
            preview_text=_preview_text(self.text),
            callback=callback,
            extra={MODEL: model},
        )


class VoiceIdBody(Sent):
    """One voice."""

    id: Id


class VoiceQuery(Asked):
    """One voice."""

    id: Id


class ListBody(Sent):
    """Which part of the list."""

    page: Page = 1
    page_size: PageSize = 10


class VoiceOut(Shown):
    """A cloned voice, in a list, alone and in a callback alike."""

    id: str
    name: str
    type: str
    progress: int
    audio_path: str
    err_msg: str
    status: int

    @classmethod
    def of(cls, voice: OwnedVoice, *, progress: float, clip_url: str) -> VoiceOut:
        """The voice as it is shown. `progress`: of its training, 0..100."""
        failed = voice.state is VoiceState.FAILED
        return cls(
            id=spelt_voice_id(voice.id),
            name=voice.name,
            type=str(voice.extra.get(MODEL, MODEL_WHEN_NONE_IS_NAMED)),
            progress=int(progress),
            audio_path=clip_url,
            err_msg=in_chinese(voice.problem) if failed else "",
            status=STATUSES.get(voice.state, WAITING),
        )


class VoiceList(Shown):
    """A part of the app's voices."""

    list: tuple[VoiceOut, ...]
    page_info: PageInfo


def model_named(given: str) -> str:
    """The model in its plain spelling: `Cicada-3.0-Turbo` is cicada3.0-turbo. Raises Unknown."""
    model = _HYPHEN.sub("", given.strip().lower())
    if model not in LEVELS:
        raise Unknown(what="model_type", given=given, known=LEVELS)
    return model


def _language_named(given: str) -> Language:
    if given not in LANGUAGES:
        raise Unknown(what="language", given=given, known=LANGUAGES)
    return LANGUAGES[given]


def _preview_text(given: str | None) -> str | None:
    text = (given or "").strip()
    if len(text) > MAX_PREVIEW_CHARACTERS:
        raise TextTooLong(given=len(text), allowed=MAX_PREVIEW_CHARACTERS)
    if text.isdigit():
        raise BadField(name="text", given=text, problem="give a sentence, not figures alone")
    return text or None
