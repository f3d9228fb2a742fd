"""Voices as assets: the app's own, and those that the engine brings along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hwamei.dialects.huawei.ids import spelled
from hwamei.dialects.huawei.wire.assets import LANGUAGES, AssetOut, ExtraMeta, FileOut, State, VoiceMeta, state_of
from hwamei.dialects.huawei.wire.jobs import voice_extra
from hwamei.dialects.huawei.wire.speech import voice_named
from hwamei.dialects.huawei.wire.values import written
from hwamei.domain.app import App
from hwamei.domain.errors import NotFound
from hwamei.domain.listing import Between, PageRequest
from hwamei.domain.owned_voice import OwnedVoice, VoiceFilter
from hwamei.domain.stored_file import Purpose, StoredFile
from hwamei.service.presets import Preset
from hwamei.web.calls import Call

UNKNOWN_SEX = "UNKNOW"  # as the vendor spells it
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class ShownVoice:
    """What an asset shows of a voice."""

    asset_id: str
    name: str
    state: State
    created_at: datetime
    updated_at: datetime
    language: str
    model_type: str = "COMMON"
    sex: str = UNKNOWN_SEX
    description: str | None = None
    tags: tuple[str, ...] = ()
    app_user_id: str | None = None
    preview_file_id: UUID | None = None
    reason: str | None = None


def shown_voice(call: Call, app: App, asset_id: str) -> ShownVoice:
    """The voice that is meant. Raises NotFound."""
    named = voice_named(asset_id)
    if isinstance(named, UUID):
        return of_voice(call.platform.voices.get(app, named))
    for preset in call.platform.voices.presets():
        if preset.name == named:
            return of_preset(preset, app)
    raise NotFound(what="voice", given=asset_id[:100])


def all_voices(call: Call, app: App, name: str | None, created: Between) -> Iterator[ShownVoice]:
    """All voices of the app with this in their name, page by page."""
    offset, total = 0, 1
    while offset < total:
        page = call.platform.voices.list(app, VoiceFilter(frozenset(), name, created), PageRequest(_PAGE, offset))
        yield from map(of_voice, page.items)
        offset, total = offset + _PAGE, page.total


def of_voice(voice: OwnedVoice) -> ShownVoice:
    """One of the app's own."""
    kept = voice_extra(voice.extra)
    tags = kept.get("tags") or [kept[name] for name in ("tag",) if kept.get(name)]
    return ShownVoice(
        asset_id=spelled(voice.id),
        name=voice.name,
        state=state_of(voice),
        created_at=voice.created_at,
        updated_at=voice.updated_at,
        language=LANGUAGES[voice.language],
        model_type="CLONE",
        sex=str(kept.get("sex", UNKNOWN_SEX)),
        description=kept.get("description"),
        tags=tuple(map(str, tags)),
        app_user_id=kept.get("app_user_id"),
        preview_file_id=voice.preview_file_id,
        reason=None if voice.problem is None else voice.problem.text[:255],
    )


def of_preset(preset: Preset, app: App) -> ShownVoice:
    """One of the engine's own, there as long as the app."""
    return ShownVoice(
        asset_id=preset.name,
        name=preset.name,
        state=State.ACTIVED,
        created_at=app.created_at,
        updated_at=app.created_at,
        language=LANGUAGES[preset.language],
    )


def asset_out(call: Call, voice: ShownVoice) -> AssetOut:
    """The voice on the wire."""
    app = call.app()
    return AssetOut(
        project_id=app.project_id,
        asset_id=voice.asset_id,
        asset_name=voice.name,
        asset_description=voice.description,
        app_user_id=voice.app_user_id,
        create_time=written(voice.created_at),
        update_time=written(voice.updated_at),
        asset_state=voice.state,
        reason=voice.reason,
        tags=list(voice.tags),
        asset_extra_meta=ExtraMeta(
            voice_model_meta=VoiceMeta(model_type=voice.model_type, sex=voice.sex, language=voice.language)
        ),
        files=[] if voice.preview_file_id is None else [_sample(call, app, voice.preview_file_id, voice.updated_at)],
    )


def _sample(call: Call, app: App, file_id: UUID, moment: datetime) -> FileOut:
    file = StoredFile(file_id, app.id, Purpose.PREVIEW, "sample.wav", "", moment)
    return FileOut(
        file_id=spelled(file_id),
        file_name=file.name,
        asset_file_category="SAMPLE",
        download_url=call.platform.files.link(file, base_url=call.base_url),
    )
