"""Styles of voices: added, described, made the default, deleted."""

from __future__ import annotations

from uuid import uuid4

from anyio.to_thread import run_sync
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hwamei.dialects.vocu.calling import VocuRoute, link_of, voice_call
from hwamei.dialects.vocu.ids import DEFAULT_STYLE
from hwamei.dialects.vocu.memory import StyleNotes, VoiceNotes, notes_in, with_notes, with_voice_notes
from hwamei.dialects.vocu.people import Person, own_person
from hwamei.dialects.vocu.recordings import MAX_STYLE_BYTES, keeping_recordings
from hwamei.dialects.vocu.refusals import Declined
from hwamei.dialects.vocu.sign_in import Call, Calling
from hwamei.dialects.vocu.wire.values import ok, required
from hwamei.dialects.vocu.wire.voices import InfoBody, ResetBody, StyleBody, TranscriptBody, shown
from hwamei.domain.app import App, Operation
from hwamei.domain.owned_voice import OwnedVoice
from hwamei.domain.voice import Level
from hwamei.service.voice_orders import Extra, VoiceOrder
from hwamei.web.data_urls import read_model
from hwamei.web.received import Received, received

router = APIRouter(route_class=VocuRoute)

STYLE = "/{voice_id}/prompt/{style_id}"


@voice_call(router, "POST", "/{voice_id}/prompt")
async def add_style(voice_id: str, request: Request, call: Calling) -> Response:
    """Order a style of a voice; it has a recording and a training of its own."""
    app = await call.may_send(Operation.CREATE_VOICE)
    async with received(request) as sent:
        return await run_sync(_add, call, app, voice_id, sent)


@voice_call(router, "DELETE", STYLE)
def delete_style(voice_id: str, style_id: str, call: Calling) -> Response:
    """Delete a style; an unknown one is gone already."""
    app = call.may(Operation.CHANGE)
    person = own_person(call.platform, app, voice_id)
    if style_id == DEFAULT_STYLE:
        problem = "The default prompt audio cannot be deleted."
        raise Declined(code="VALIDATION_BAD_PARAMS", problem=problem)
    if style_id in person.speakers:
        style = person.style(style_id)
        if style.style_of is None:
            problem = "The recordings that a voice was made from cannot be deleted without it."
            raise Declined(code="VALIDATION_BAD_PARAMS", problem=problem)
        call.platform.voices.delete(app, style.id)
    return _whole(call, app, voice_id)


@voice_call(router, "POST", f"{STYLE}/info")
def describe_style(voice_id: str, style_id: str, body: InfoBody, call: Calling) -> Response:
    """Give a style another name and description."""
    app = call.may(Operation.CHANGE)
    style = own_person(call.platform, app, voice_id).style(style_id)
    _note(call, app, style, name=body.name, description=body.description)
    return _whole(call, app, voice_id)


@voice_call(router, "POST", f"{STYLE}/default")
def make_default(voice_id: str, style_id: str, call: Calling) -> Response:
    """Let a style be what speaks where no style is named. It goes by `default` then, and the former by an id."""
    app = call.may(Operation.CHANGE)
    person = own_person(call.platform, app, voice_id)
    style = person.style(style_id)
    assert person.voice is not None
    chosen = None if style.style_of is None else style.id

    def chosen_in(extra: Extra) -> Extra:
        return with_voice_notes(extra, default_style=chosen, own_id=uuid4())

    if style_id != DEFAULT_STYLE:
        call.platform.voices.amend(app, person.voice.id, remember=chosen_in)
    return _whole(call, app, voice_id)


@voice_call(router, "POST", f"{STYLE}/reset")
def reset_style(voice_id: str, style_id: str, body: ResetBody, call: Calling) -> Response:
    """Train a style anew from its recording; an unknown one is passed over."""
    app = call.may(Operation.CREATE_VOICE)
    person = own_person(call.platform, app, voice_id)
    if style_id in person.speakers:
        style = person.style(style_id)
        call.platform.voices.retrain(app, style.id)
        _note(call, app, style, vocal_filter=body.vocal_filter)
    return _whole(call, app, voice_id)


@voice_call(router, "GET", f"{STYLE}/stt")
def get_transcript(voice_id: str, style_id: str, call: Calling) -> Response:
    """What the user says is said in the recording; null if they said nothing: nobody listens to it here."""
    app = call.may(Operation.READ)
    style = own_person(call.platform, app, voice_id).style(style_id)
    return JSONResponse({"status": 200, "message": "OK", "data": _notes_of(style).transcript})


@voice_call(router, "POST", f"{STYLE}/stt")
def set_transcript(voice_id: str, style_id: str, body: TranscriptBody, call: Calling) -> Response:
    """Say what is said in the recording."""
    app = call.may(Operation.CHANGE)
    style = own_person(call.platform, app, voice_id).style(style_id)
    _note(call, app, style, transcript=required(body.text, "text"))
    return _whole(call, app, voice_id)


def _add(call: Call, app: App, voice_id: str, sent: Received) -> Response:
    person = own_person(call.platform, app, voice_id)
    with keeping_recordings(call, app) as keeper, read_model(call.request, StyleBody, sent.only_file().path) as body:
        notes = StyleNotes(description=body.description, language=body.language_kept, vocal_filter=body.vocal_filter)
        order = VoiceOrder(
            name=required(body.name, "name"),
            reference=(keeper.recording(body.prompt, max_bytes=MAX_STYLE_BYTES),),
            level=Level.INSTANT,
            language=body.spoken,
            extra=with_notes({}, notes),
            style_of=person.card.id,
        )
        call.platform.voices.create(app, order)
    return _whole(call, app, voice_id)


def _whole(call: Call, app: App, voice_id: str) -> Response:
    person: Person = own_person(call.platform, app, voice_id)
    return ok(shown(person, link_of(call)))


def _note(call: Call, app: App, style: OwnedVoice, *, name: str | None = None, **changes: object) -> None:
    """Change what is remembered of a style, or of a voice's own recordings, which have their name in its notes."""

    def noted(extra: Extra) -> Extra:
        if style.style_of is not None:
            notes = notes_in(StyleNotes, extra) or StyleNotes()
            return with_notes(extra, notes.model_copy(update=changes))
        whole = notes_in(VoiceNotes, extra) or VoiceNotes()
        own = whole.own.model_copy(update=changes)
        return with_voice_notes(extra, own=own, own_name=name or whole.own_name)

    call.platform.voices.amend(app, style.id, name=name if style.style_of is not None else None, remember=noted)


def _notes_of(style: OwnedVoice) -> StyleNotes:
    if style.style_of is not None:
        return notes_in(StyleNotes, style.extra) or StyleNotes()
    return (notes_in(VoiceNotes, style.extra) or VoiceNotes()).own
