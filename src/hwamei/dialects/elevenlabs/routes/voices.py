"""Voices: added, found, shown, edited, deleted, and their settings and samples."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hwamei.dialects.elevenlabs.calling import ElevenLabsRoute
from hwamei.dialects.elevenlabs.finding import all_voices, search, shown_voice, token
from hwamei.dialects.elevenlabs.ids import spelt, uuid_of, voice_named
from hwamei.dialects.elevenlabs.memory import DEFAULT_SETTINGS, VoiceNotes, notes_in, with_notes
from hwamei.dialects.elevenlabs.recordings import kept, recordings_in, required, sources
from hwamei.dialects.elevenlabs.refusals import Declined
from hwamei.dialects.elevenlabs.sign_in import Calling
from hwamei.dialects.elevenlabs.sound import sent_file
from hwamei.dialects.elevenlabs.speaking import find_speaker, owned_voice
from hwamei.dialects.elevenlabs.wire.speech import VoiceSettingsBody, settings_shown
from hwamei.dialects.elevenlabs.wire.values import ok
from hwamei.dialects.elevenlabs.wire.voices import (
    EditVoiceFields,
    GetQuery,
    ListQuery,
    NewVoiceFields,
    SearchQuery,
    voice_language,
)
from hwamei.domain.app import App, Operation
from hwamei.domain.errors import NotFound
from hwamei.domain.owned_voice import OwnedVoice
from hwamei.domain.voice import Level
from hwamei.service.voice_orders import Extra, VoiceOrder
from hwamei.web.calls import Call
from hwamei.web.parsing import parse_fields
from hwamei.web.received import Received, received

router = APIRouter(route_class=ElevenLabsRoute)

VOICES, VOICES_2 = "/v1/voices", "/v2/voices"


@router.post(f"{VOICES}/add")
async def add_voice(request: Request, call: Calling) -> Response:
    """Make a voice of recordings. It can be spoken with at once: who does so waits until it is ready."""
    app = await call.may_send(Operation.CREATE_VOICE)
    async with received(request) as sent:
        return await run_sync(_add, call, app, sent)


@router.get(VOICES)
def list_voices(query: Annotated[ListQuery, Query()], call: Calling) -> Response:
    """All voices."""
    app = call.may(Operation.READ)
    return JSONResponse({"voices": [voice.shown for voice in all_voices(call, app)]})


@router.get(VOICES_2)
def search_voices(query: Annotated[SearchQuery, Query()], call: Calling) -> Response:
    """Voices page by page, searched and sorted."""
    app = call.may(Operation.READ)
    found = search(call, app, query)
    more = found.next_offset is not None
    return JSONResponse(
        {
            "voices": [voice.shown for voice in found.voices],
            "has_more": more,
            "total_count": found.total,
            "next_page_token": None if found.next_offset is None else token(found.next_offset),
        }
    )


@router.get(f"{VOICES}/settings/default")
def default_settings(call: Calling) -> Response:
    """The settings that a new voice has."""
    call.may(Operation.READ)
    return JSONResponse(settings_shown(DEFAULT_SETTINGS))


@router.get(f"{VOICES}/{{voice_id}}")
def get_voice(voice_id: str, query: Annotated[GetQuery, Query()], call: Calling) -> Response:
    """Look at a voice."""
    app = call.may(Operation.READ)
    return JSONResponse(shown_voice(call, app, voice_id).shown)


@router.delete(f"{VOICES}/{{voice_id}}")
def delete_voice(voice_id: str, call: Calling) -> Response:
    """Delete a voice, or give one back that was taken. The engine's own cannot be deleted."""
    app = call.may(Operation.CHANGE)
    voice = _editable(call, app, voice_id)
    if voice.app_id == app.id:
        call.platform.voices.delete(app, voice.id)
    else:
        call.platform.sharing.give_back(app, voice.id)
    return ok()


@router.post(f"{VOICES}/{{voice_id}}/edit")
async def edit_voice(voice_id: str, request: Request, call: Calling) -> Response:
    """Give a voice another name, description or labels; or more recordings, with which it is made anew."""
    app = await call.may_send(Operation.UPLOAD)
    async with received(request) as sent:
        return await run_sync(_edit, call, app, voice_id, sent)


@router.get(f"{VOICES}/{{voice_id}}/settings")
def get_settings(voice_id: str, call: Calling) -> Response:
    """The settings of a voice."""
    app = call.may(Operation.READ)
    return JSONResponse(settings_shown(find_speaker(call.platform, app, voice_id).settings))


@router.post(f"{VOICES}/{{voice_id}}/settings/edit")
def edit_settings(voice_id: str, body: VoiceSettingsBody, call: Calling) -> Response:
    """How a voice speaks where a request does not say; what is left out stays."""
    app = call.may(Operation.CHANGE)
    voice = _own(call, app, voice_id)

    def settled(extra: Extra) -> Extra:
        notes = notes_in(extra)
        return with_notes(extra, notes.model_copy(update={"settings": body.over(notes.settings)}))

    call.platform.voices.amend(app, voice.id, remember=settled)
    return ok()


@router.get(f"{VOICES}/{{voice_id}}/samples/{{sample_id}}/audio")
def sample_audio(voice_id: str, sample_id: str, call: Calling) -> Response:
    """A recording that a voice is made from, as it was sent."""
    app = call.may(Operation.READ)
    wanted = uuid_of(sample_id, what="sample")
    voice = _own(call, app, voice_id)
    if all(source.file_id != wanted for source in voice.reference):
        raise NotFound(what="sample", given=sample_id[:100])
    return sent_file(call, call.platform.files.get(app, wanted))


def _add(call: Call, app: App, sent: Received) -> Response:
    fields = parse_fields(NewVoiceFields, sent.fields)
    labels = fields.label_map() or {}
    recordings = required(recordings_in(sent))
    with kept(call, app, recordings, isolated=bool(fields.remove_background_noise)) as samples:
        notes = VoiceNotes(description=fields.description, labels=labels, samples=tuple(samples))
        order = VoiceOrder(
            name=fields.name,
            reference=sources(samples),
            level=Level.INSTANT,
            language=voice_language(labels),
            extra=with_notes({}, notes),
        )
        voice, _ = call.platform.voices.create(app, order)
    return JSONResponse({"voice_id": spelt(voice.id), "requires_verification": False})


def _edit(call: Call, app: App, voice_id: str, sent: Received) -> Response:
    fields = parse_fields(EditVoiceFields, sent.fields)
    labels, voice = fields.label_map(), _own(call, app, voice_id)
    with kept(call, app, recordings_in(sent), isolated=bool(fields.remove_background_noise)) as samples:
        if samples:
            call.platform.voices.add_recordings(app, voice.id, sources(samples))

    def edited(extra: Extra) -> Extra:
        notes = notes_in(extra)
        changed = {
            "description": notes.description if fields.description is None else fields.description,
            "labels": notes.labels if labels is None else labels,
            "samples": (*notes.samples, *samples),
        }
        return with_notes(extra, notes.model_copy(update=changed))

    call.platform.voices.amend(app, voice.id, name=fields.name, remember=edited)
    return ok()


def _editable(call: Call, app: App, given: str) -> OwnedVoice:
    """A voice of the app's own, or taken by it. Raises NotFound, Declined for one of the engine's."""
    voice = voice_named(given)
    if isinstance(voice, UUID):
        return owned_voice(call.platform, app, voice)
    find_speaker(call.platform, app, given)
    raise Declined(code="voice_not_editable", problem="The voices of the engine cannot be changed.", param="voice_id")


def _own(call: Call, app: App, given: str) -> OwnedVoice:
    """A voice of the app's own. Raises NotFound, Declined."""
    voice = _editable(call, app, given)
    if voice.app_id != app.id:
        problem = "This voice was taken from others; who offers it can change it."
        raise Declined(code="voice_not_editable", problem=problem, param="voice_id")
    return voice
