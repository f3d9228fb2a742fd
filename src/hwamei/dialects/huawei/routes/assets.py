"""Voices as digital assets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from hwamei.dialects.huawei.routes import ASSETS
from hwamei.dialects.huawei.shown import ShownVoice, all_voices, asset_out, of_preset, of_voice, shown_voice
from hwamei.dialects.huawei.sign_in import HuaweiRoute
from hwamei.dialects.huawei.wire.assets import (
    AssetOut,
    AssetQuery,
    Assets,
    Source,
    UpdateBody,
    remembering,
)
from hwamei.dialects.huawei.wire.jobs import voice_extra
from hwamei.dialects.huawei.wire.speech import voice_named
from hwamei.domain.app import App, Operation
from hwamei.domain.errors import NotFound, WrongState
from hwamei.domain.owned_voice import OwnedVoice
from hwamei.web.calls import Call, Calling

RESTORABLE_FOR = timedelta(days=30)

router = APIRouter(prefix=ASSETS, route_class=HuaweiRoute)


@router.get("")
def list_assets(query: Annotated[AssetQuery, Query()], call: Calling) -> Assets:
    """List voices."""
    app = call.may(Operation.READ)
    found = sorted(_found(call, app, query), key=lambda voice: (_moment(voice, query), voice.asset_id))
    if query.sort_dir == "desc":
        found.reverse()
    shown = found[query.offset : query.offset + query.limit]
    return Assets(count=len(found), assets=[asset_out(call, voice) for voice in shown])


@router.get("/{asset_id}")
def show_asset(asset_id: str, call: Calling) -> AssetOut:
    """Look at a voice."""
    app = call.may(Operation.READ)
    return asset_out(call, shown_voice(call, app, asset_id))


@router.put("/{asset_id}")
def update_asset(asset_id: str, body: UpdateBody, call: Calling) -> AssetOut:
    """Give a voice another name, description and tags; switch it on and off."""
    app = call.may(Operation.CHANGE)
    voice = _own(call, app, asset_id)
    if body.asset_name is not None:
        voice = call.platform.voices.rename(app, voice.id, body.asset_name)
    if body.kept:
        voice = call.platform.voices.remember(app, voice.id, remembering(voice, **body.kept))
    return asset_out(call, of_voice(voice))


@router.delete("/{asset_id}")
def delete_asset(asset_id: str, call: Calling, mode: str | None = None) -> None:
    """Delete a voice: at once with `mode=force`, otherwise so that it can be restored for a time."""
    app = call.may(Operation.CHANGE)
    voice = _own(call, app, asset_id)
    if mode == "force":
        call.platform.voices.delete(app, voice.id)
    elif not voice_extra(voice.extra).get("deleting"):
        ends_at = voice.expires_at and voice.expires_at.isoformat()
        call.platform.voices.remember(app, voice.id, remembering(voice, deleting=True, ends_at=ends_at))
        gone_at = call.platform.clock() + RESTORABLE_FOR
        call.platform.voices.let_expire(app, voice.id, min(gone_at, voice.expires_at or gone_at))


@router.post("/{asset_id}/restore")
def restore_asset(asset_id: str, call: Calling) -> None:
    """Take back that a voice was deleted."""
    app = call.may(Operation.CHANGE)
    voice = _own(call, app, asset_id)
    kept = voice_extra(voice.extra)
    if not kept.get("deleting"):
        raise WrongState(what="voice", given=asset_id, state=of_voice(voice).state, wanted="restored")
    ends_at = kept.get("ends_at")
    call.platform.voices.let_expire(app, voice.id, None if ends_at is None else datetime.fromisoformat(ends_at))
    call.platform.voices.remember(app, voice.id, remembering(voice, deleting=None, ends_at=None))


def _own(call: Call, app: App, asset_id: str) -> OwnedVoice:
    """One of the app's own voices. Raises NotFound."""
    named = voice_named(asset_id)
    if not isinstance(named, UUID):
        raise NotFound(what="voice", given=asset_id[:100])
    return call.platform.voices.get(app, named)


def _found(call: Call, app: App, query: AssetQuery) -> Iterator[ShownVoice]:
    if not query.may_be_voices:
        return
    if query.asset_source is not Source.SYSTEM:
        yield from (voice for voice in all_voices(call, app, query.name, query.created) if _is_meant(voice, query))
    if query.asset_source is not Source.CUSTOMIZATION:
        system = (of_preset(preset, app) for preset in call.platform.voices.presets())
        yield from (voice for voice in system if _is_named(voice, query) and _is_meant(voice, query))


def _is_named(voice: ShownVoice, query: AssetQuery) -> bool:
    since, until = query.created.since, query.created.until
    in_time = (since is None or voice.created_at >= since) and (until is None or voice.created_at < until)
    return in_time and (query.name is None or query.name.casefold() in voice.name.casefold())


def _is_meant(voice: ShownVoice, query: AssetQuery) -> bool:
    ids = {named.hex if isinstance(named, UUID) else named for named in map(voice_named, query.asset_id)}
    wanted = (
        (voice.sex, query.sex),
        (voice.language, query.language),
        (voice.app_user_id, query.app_user_id),
    )
    return (
        voice.state in query.states
        and (not ids or voice.asset_id in ids)
        and all(value is None or value == given for given, value in wanted)
        and (query.tag is None or not {tag.strip() for tag in query.tag.split(",")}.isdisjoint(voice.tags))
    )


def _moment(voice: ShownVoice, query: AssetQuery) -> datetime:
    return voice.updated_at if query.sort_key == "update_time" else voice.created_at
