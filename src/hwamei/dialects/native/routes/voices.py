"""Voices."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated
from uuid import UUID

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from hwamei.dialects.native.callback import callback_order
from hwamei.dialects.native.documented import refusals
from hwamei.dialects.native.openapi import BINARY, FILE_REQUEST, VOICE_REQUEST
from hwamei.dialects.native.results import sounds_of
from hwamei.dialects.native.routes import PREFIX
from hwamei.dialects.native.wire.queries import VoiceQuery
from hwamei.dialects.native.wire.values import Listed
from hwamei.dialects.native.wire.voices import (
    ConsentBody,
    JobOut,
    PresetOut,
    Presets,
    RenameBody,
    RetrainBody,
    VoiceBody,
    VoiceForm,
    VoiceOptions,
    VoiceOrdered,
    VoiceOut,
)
from hwamei.domain.app import App, Operation
from hwamei.domain.errors import (
    BadField,
    BadVoiceFile,
    BadVoiceName,
    EngineDown,
    HwameiError,
    NotFound,
    QuotaUsedUp,
    TextTooLong,
    Unknown,
    WrongState,
)
from hwamei.domain.owned_voice import Consent, OwnedVoice, ReferenceSource
from hwamei.domain.stored_file import Purpose
from hwamei.service.voice_orders import VoiceOrder
from hwamei.web.calls import Call, Calling, SignedRoute
from hwamei.web.chunks import ChunkResponse
from hwamei.web.parsing import parse_fields, parse_json
from hwamei.web.received import Received, ReceivedFile, is_form, received

VOICE_FILE = "application/vnd.hwamei.voice+zip"
_PIECE_BYTES = 256 * 1024

router = APIRouter(prefix=PREFIX, tags=["voices"], route_class=SignedRoute)


@router.post(
    "/voices",
    status_code=201,
    openapi_extra=VOICE_REQUEST,
    responses=refusals(BadVoiceName, NotFound, QuotaUsedUp, TextTooLong, Unknown, body=True),
)
async def create_voice(request: Request, call: Calling) -> VoiceOrdered:
    """Order a voice.

    Recordings of one person are sent along (a form), or named by address or by an upload's id (JSON). What can only be
    seen when they are listened to is told by the training job.
    """
    app = await call.may_send(Operation.CREATE_VOICE)
    if is_form(request):
        async with received(request) as sent:
            return await run_sync(_create_from_form, call, app, sent)
    body = parse_json(VoiceBody, await request.body())
    reference = tuple(ReferenceSource(each.url, each.file_id, each.text) for each in body.reference)
    return await run_sync(_create, call, app, _order(call, body, body.consent, reference))


@router.get("/voices", responses=refusals())
def list_voices(query: Annotated[VoiceQuery, Query()], call: Calling) -> Listed[VoiceOut]:
    """List the app's voices, the newest first."""
    app = call.may(Operation.READ)
    page = call.platform.voices.list(app, query.which, query.page)
    items = [_shown(call, voice) for voice in page.items]
    return Listed[VoiceOut](items=items, total=page.total, limit=query.limit, offset=query.offset)


@router.get("/voices/{voice_id}", responses=refusals(NotFound))
def get_voice(voice_id: UUID, call: Calling) -> VoiceOut:
    """Look at a voice."""
    app = call.may(Operation.READ)
    return _shown(call, call.platform.voices.get(app, voice_id))


@router.get(
    "/voices/{voice_id}/export",
    response_class=Response,
    responses=refusals(NotFound, WrongState)
    | {200: {"description": "The voice as a file.", "content": {VOICE_FILE: {"schema": BINARY}}}},
)
def export_voice(voice_id: UUID, call: Calling) -> Response:
    """Get a voice as one file, with its recordings and the consent: for another server, or for `hwamei voices import`.

    Only for a voice that can speak."""
    app = call.may(Operation.READ)
    pieces = _exported(call, app, voice_id)
    headers = {
        "Content-Type": VOICE_FILE,
        "Content-Disposition": f'attachment; filename="{voice_id}.hwamei"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return ChunkResponse(next(pieces), pieces, headers=headers)


@router.post(
    "/voices/import",
    status_code=201,
    openapi_extra=FILE_REQUEST,
    responses=refusals(BadVoiceFile, BadVoiceName, QuotaUsedUp, EngineDown, body=True),
)
async def import_voice(request: Request, call: Calling) -> VoiceOut:
    """Make a voice of a file that another server or the command line exported. It can speak at once."""
    app = await call.may_send(Operation.CREATE_VOICE)
    async with received(request) as sent:
        return _shown(call, await run_sync(call.platform.carrying.read, app, sent.only_file().path))


@router.patch("/voices/{voice_id}", responses=refusals(NotFound, BadVoiceName, body=True))
def rename_voice(voice_id: UUID, body: RenameBody, call: Calling) -> VoiceOut:
    """Give a voice another name."""
    app = call.may(Operation.CHANGE)
    return _shown(call, call.platform.voices.rename(app, voice_id, body.name))


@router.post("/voices/{voice_id}/retrain", responses=refusals(NotFound, WrongState, QuotaUsedUp, Unknown, body=True))
def retrain_voice(voice_id: UUID, body: RetrainBody, call: Calling) -> VoiceOrdered:
    """Train a voice anew from its recordings, for another engine if one is named; until that is done it speaks as
    before."""
    app = call.may(Operation.CREATE_VOICE)
    voice, job = call.platform.voices.retrain(
        app,
        voice_id,
        level=body.level,
        seed=body.seed,
        callback=callback_order(call, body.callback_url),
        engine=body.engine,
    )
    return VoiceOrdered(voice=_shown(call, voice), job=JobOut.of(job))


@router.delete("/voices/{voice_id}", status_code=204, responses=refusals(NotFound))
def delete_voice(voice_id: UUID, call: Calling) -> None:
    """Delete a voice with its recordings. Tasks that wait for it fail; those that speak with it are finished."""
    app = call.may(Operation.CHANGE)
    call.platform.voices.delete(app, voice_id)


@router.get("/presets", responses=refusals())
def list_presets(call: Calling) -> Presets:
    """List the voices that the engine brings along, the default first."""
    call.may(Operation.READ)
    presets = [PresetOut(name=preset.name, language=preset.language) for preset in call.platform.voices.presets()]
    return Presets(presets=presets)


def _exported(call: Call, app: App, voice_id: UUID) -> Generator[bytes, None, None]:
    with TemporaryDirectory(prefix="hwamei-") as folder:
        target = Path(folder) / "voice"
        call.platform.carrying.write(app, voice_id, target)
        with target.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                yield piece


def _shown(call: Call, voice: OwnedVoice) -> VoiceOut:
    return VoiceOut.of(voice, sounds_of(voice, call.platform.files, call.base_url))


def _create_from_form(call: Call, app: App, sent: Received) -> VoiceOrdered:
    form = parse_fields(VoiceForm, sent.fields)
    recordings = [file for named in sent.files.values() for file in named]
    if not recordings:
        raise BadField(name="reference", given="no file", problem="send at least one recording")
    texts = form.texts or [None] * len(recordings)
    if len(texts) != len(recordings):
        problem = f"there are {len(recordings)} recordings; give one for each, null where it is not known"
        raise BadField(name="texts", given=f"{len(texts)} texts", problem=problem)
    kept = _keep(call, app, recordings, texts)
    try:
        return _create(call, app, _order(call, form, form.consent, kept))
    except HwameiError:
        for source in kept:
            if source.file_id is not None:
                call.platform.files.delete(app, source.file_id)
        raise


def _keep(
    call: Call, app: App, recordings: Sequence[ReceivedFile], texts: Sequence[str | None]
) -> tuple[ReferenceSource, ...]:
    files = call.platform.files
    kept = (files.keep(app, each.path, purpose=Purpose.REFERENCE, name=each.name) for each in recordings)
    return tuple(ReferenceSource(file_id=file.id, text=text) for file, text in zip(kept, texts, strict=True))


def _order(
    call: Call, options: VoiceOptions, consent: ConsentBody | None, reference: tuple[ReferenceSource, ...]
) -> VoiceOrder:
    return VoiceOrder(
        name=options.name,
        reference=reference,
        level=options.level,
        language=options.language,
        seed=options.seed,
        preview_text=options.preview_text,
        consent=_consent(consent, call.platform.clock()),
        callback=callback_order(call, options.callback_url),
        engine=options.engine,
    )


def _consent(given: ConsentBody | None, now: datetime) -> Consent | None:
    return None if given is None else Consent(given.speaker, given.ground, given.given_at or now)


def _create(call: Call, app: App, order: VoiceOrder) -> VoiceOrdered:
    voice, job = call.platform.voices.create(app, order)
    return VoiceOrdered(voice=_shown(call, voice), job=JobOut.of(job))
