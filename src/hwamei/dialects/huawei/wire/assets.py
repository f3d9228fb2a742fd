"""Voices as digital assets on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from hwamei.dialects.huawei.wire.jobs import KEPT, voice_extra
from hwamei.dialects.huawei.wire.values import In, Moment, Out, Paging, Text32, Text64, Text256, between
from hwamei.domain.language import Language
from hwamei.domain.listing import Between
from hwamei.domain.owned_voice import OwnedVoice, VoiceState
from hwamei.web.texts import Text

VOICE = "VOICE_MODEL"
LANGUAGES: Mapping[Language | None, str] = {Language.CHINESE: "CN", Language.ENGLISH: "EN", None: "UNKNOWN"}


class State(StrEnum):
    """Where an asset stands."""

    CREATING = "CREATING"
    FAILED = "FAILED"
    UNACTIVED = "UNACTIVED"
    ACTIVED = "ACTIVED"
    DELETING = "DELETING"
    DELETED = "DELETED"
    BLOCK = "BLOCK"
    WAITING_DELETE = "WAITING_DELETE"


class Source(StrEnum):
    """Whose assets: the engine's own, the app's, or both."""

    SYSTEM = "SYSTEM"
    CUSTOMIZATION = "CUSTOMIZATION"
    ALL = "ALL"


_STATES: Mapping[VoiceState, State] = {
    VoiceState.DRAFT: State.CREATING,
    VoiceState.QUEUED: State.CREATING,
    VoiceState.TRAINING: State.CREATING,
    VoiceState.READY: State.ACTIVED,
    VoiceState.FAILED: State.FAILED,
    VoiceState.EXPIRED: State.DELETED,
    VoiceState.DELETED: State.DELETED,
}


def state_of(voice: OwnedVoice) -> State:
    """Where a voice stands; one that is trained anew still speaks."""
    kept = voice_extra(voice.extra)
    if kept.get("deleting") and voice.state is not VoiceState.EXPIRED:
        return State.DELETING
    speaks = voice.voiceprint is not None
    if speaks and kept.get("unactived"):
        return State.UNACTIVED
    return State.ACTIVED if speaks else _STATES[voice.state]


def remembering(voice: OwnedVoice, **changes: object) -> Mapping[str, object]:
    """The voice's extra with changes to what is remembered of it as an asset; None forgets."""
    kept = {**voice_extra(voice.extra), **changes}
    return {**voice.extra, KEPT: {name: value for name, value in kept.items() if value is not None}}


class AssetQuery(Paging):
    """Which assets, and in which order."""

    name: Text256 = None
    tag: Text256 = None
    tag_combination_type: Annotated[str, Field(pattern=r"^(INCLUDE|EXCLUDE|AND|OR)$")] | None = None
    start_time: Moment | None = None
    end_time: Moment | None = None
    asset_type: Text256 = None
    sort_key: Annotated[str, Field(pattern=r"^(create_time|update_time|asset_order)$")] = "create_time"
    sort_dir: Annotated[str, Field(pattern=r"^(asc|desc)$")] = "asc"
    asset_source: Source = Source.CUSTOMIZATION
    asset_state: Text256 = None
    asset_id: list[str] = Field(default=[])
    sex: Text32 = None
    language: Text32 = None
    voice_provider: Text64 = None
    is_realtime_voice: bool | None = None
    app_user_id: Text256 = None

    @property
    def created(self) -> Between:
        """In the domain's words."""
        return between(self.start_time, self.end_time)

    @property
    def states(self) -> frozenset[str]:
        """Those asked for; without any, the ones that are there and not given up."""
        if self.asset_state is None:
            return frozenset({State.ACTIVED, State.UNACTIVED})
        return frozenset(name.strip() for name in self.asset_state.split(","))

    @property
    def may_be_voices(self) -> bool:
        """Whether voices are meant at all, and such as there are here."""
        types = {VOICE} if self.asset_type is None else {name.strip() for name in self.asset_type.split(",")}
        return VOICE in types and self.voice_provider in (None, "HUAWEI_METASTUDIO") and not self.is_realtime_voice


class UpdateBody(In):
    """What may be changed of a voice; what is said of other kinds of assets is passed over."""

    asset_name: Annotated[Text, Field(min_length=1, max_length=256)] | None = None
    asset_description: Annotated[Text, Field(max_length=1024)] | None = None
    asset_state: Annotated[str, Field(pattern=r"^(ACTIVED|UNACTIVED)$")] | None = None
    tags: Annotated[list[Annotated[Text, Field(max_length=256)]], Field(max_length=50)] | None = None

    @property
    def kept(self) -> Mapping[str, object]:
        """What of it is only remembered."""
        changes: dict[str, Any] = {}
        if self.asset_description is not None:
            changes["description"] = self.asset_description or None
        if self.tags is not None:
            changes["tags"] = self.tags
        if self.asset_state is not None:
            changes["unactived"] = True if self.asset_state == State.UNACTIVED else None
        return changes


class Capability(Out):
    """What the voice does with a text."""

    is_support_phoneme: bool = True
    is_support_phoneme_en: bool = True
    is_support_break_time: bool = True
    is_support_speed: bool = True
    is_support_ssml_sub: bool = True
    is_support_srt: bool = True


class VoiceMeta(Out):
    """What kind of voice it is."""

    model_type: str
    sex: str
    language: str
    is_realtime_voice: bool = False
    voice_capability: Capability = Capability()


class ExtraMeta(Out):
    """For each kind of asset its own."""

    voice_model_meta: VoiceMeta


class FileOut(Out):
    """A file of an asset."""

    file_id: str
    file_name: str
    asset_file_category: str
    download_url: str
    state: str = "CREATED"


class AssetOut(Out):
    """A voice."""

    project_id: str
    asset_id: str
    asset_name: str
    asset_description: str | None
    app_user_id: str | None
    create_time: str
    update_time: str
    asset_type: str = VOICE
    asset_state: State
    reason: str | None
    tags: list[str]
    asset_extra_meta: ExtraMeta
    files: list[FileOut]


class Assets(Out):
    """A part of the list; `count` is of the whole."""

    count: int
    assets: list[AssetOut]
