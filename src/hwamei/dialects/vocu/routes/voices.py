"""Voices: made, listed, shown, renamed, shared, deleted. Styles are in `styles`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from hwamei.dialects.vocu.calling import VocuRoute, link_of, voice_call
from hwamei.dialects.vocu.ids import uuid_of
from hwamei.dialects.vocu.memory import StyleNotes, VoiceNotes, with_notes, with_voice_notes
from hwamei.dialects.vocu.people import (
    Person,
    find_person,
    own_people,
    own_person,
    preset_people,
    taken_people,
)
from hwamei.dialects.vocu.recordings import Keeper, keeping_recordings
from hwamei.dialects.vocu.refusals import Declined
from hwamei.dialects.vocu.sign_in import Call, Calling
from hwamei.dialects.vocu.wire.values import Json, ok, required
from hwamei.dialects.vocu.wire.voices import AvatarBody, InfoBody, ShareBody, VoiceBody, VoiceFields, shown
from hwamei.domain.app import App, Operation
from hwamei.domain.errors import NotFound
from hwamei.domain.listing import MAX_PAGE_SIZE, PageRequest
from hwamei.domain.owned_voice import OwnedVoice, ReferenceSource, VoiceFilter
from hwamei.domain.voice import Level
from hwamei.service.voice_orders import Extra, VoiceOrder
from hwamei.web.data_urls import read_model
from hwamei.web.parsing import parse_fields
from hwamei.web.received import Received, ReceivedFile, is_form, received

router = APIRouter(route_class=VocuRoute)

_NOT_YET_LORA = ("lora-pending", "lora-failed")


@voice_call(router, "POST")
async def create_voice(request: Request, call: Calling) -> Response:
    """Order a voice of a sample, or with an upload of recordings a trained one."""
    app = await call.may_send(Operation.CREATE_VOICE)
    async with received(request) as sent:
        return await run_sync(_create, call, app, sent, is_form(request))


@voice_call(router, "GET")
def list_voices(
    call: Calling,
    which: Annotated[str, Query(alias="from")] = "",
    show_market: Annotated[str, Query(alias="showMarket")] = "",
    show: str = "",
    version: str = "",
) -> Response:
    """All voices: the engine's own if they are asked for, those that were taken, the app's."""
    app = call.may(Operation.READ)
    people: list[Person] = []
    if which in ("market", "library") or show_market.lower() in ("true", "1"):
        people += preset_people(call.platform)
    if which != "upload":
        people += taken_people(call.platform, app)
    if which not in ("market", "library"):
        people += own_people(call.platform, app, _all_own(call, app))
    listed = [person for person in people if show == "full" or person.card.status not in _NOT_YET_LORA]
    versions = {person.card.version for person in listed} & {version}
    return ok([shown(each, link_of(call)) for each in listed if not versions or each.card.version in versions])


@voice_call(router, "POST", "/byShareId")
def take_voice(body: ShareBody, call: Calling) -> Response:
    """Take a voice that another app offers. The id is good for one app, which may send it twice."""
    app = call.may(Operation.CHANGE)
    share_id = uuid_of(required(body.share_id, "shareId"), what="share")
    voice = call.platform.sharing.take(app, share_id)
    person = find_person(call.platform, app, str(voice.id))
    data = shown(person, link_of(call))
    return ok({"voiceId": data["idForGenerate"]} | data, voiceId=data["idForGenerate"])


@voice_call(router, "GET", "/{voice_id}")
def get_voice(voice_id: str, call: Calling) -> Response:
    """Look at a voice."""
    app = call.may(Operation.READ)
    return ok(_shown(call, find_person(call.platform, app, voice_id)))


@voice_call(router, "DELETE", "/{voice_id}")
def delete_voice(voice_id: str, call: Calling) -> Response:
    """Delete a voice with its styles, or give one back that was taken. The engine's own cannot be deleted."""
    app = call.may(Operation.CHANGE)
    if ":" in voice_id:
        raise NotFound(what="voice", given=voice_id[:100])
    person = find_person(call.platform, app, voice_id)
    if person.voice is None:
        raise NotFound(what="voice", given=voice_id[:100])
    if person.card.market:
        call.platform.sharing.give_back(app, person.card.id)
    else:
        call.platform.voices.delete(app, person.card.id)
    return ok()


@voice_call(router, "POST", "/{voice_id}/info")
def describe_voice(voice_id: str, body: InfoBody, call: Calling) -> Response:
    """Give a voice another name and description."""
    app = call.may(Operation.CHANGE)
    person = own_person(call.platform, app, voice_id)

    def described(extra: Extra) -> Extra:
        return with_voice_notes(extra, description=body.description)

    call.platform.voices.amend(app, person.card.id, name=body.name, remember=described)
    return ok(_shown(call, own_person(call.platform, app, voice_id)))


@voice_call(router, "POST", "/{voice_id}/avatar")
async def picture_voice(voice_id: str, request: Request, call: Calling) -> Response:
    """Give a voice another picture."""
    app = await call.may_send(Operation.UPLOAD)
    async with received(request) as sent:
        return await run_sync(_picture, call, app, voice_id, sent)


@voice_call(router, "GET", "/{voice_id}/share")
def share_voice(voice_id: str, call: Calling) -> Response:
    """An id under which one other app may take the voice."""
    app = call.may(Operation.CHANGE)
    person = own_person(call.platform, app, voice_id)
    return ok({"shareId": str(call.platform.sharing.offer(app, person.card.id))})


def _all_own(call: Call, app: App) -> list[OwnedVoice]:
    found: list[OwnedVoice] = []
    while True:
        page = PageRequest(MAX_PAGE_SIZE, len(found))
        items = call.platform.voices.list(app, VoiceFilter(), page).items
        found += items
        if len(items) < MAX_PAGE_SIZE:
            return found


def _create(call: Call, app: App, sent: Received, as_form: bool) -> Response:
    with keeping_recordings(call, app) as keeper, (_form if as_form else _json)(keeper, sent) as order:
        voice, _ = call.platform.voices.create(app, order)
    return ok(_shown(call, own_person(call.platform, app, str(voice.id))))


@contextmanager
def _form(keeper: Keeper, sent: Received) -> Iterator[VoiceOrder]:
    """Out of a form, whose files may be data URLs too."""
    fields = parse_fields(VoiceBody, sent.fields)
    yield _voice_order(keeper, fields, _one(sent, "prompt") or fields.prompt, _one(sent, "avatar") or fields.avatar)


@contextmanager
def _json(keeper: Keeper, sent: Received) -> Iterator[VoiceOrder]:
    """Out of JSON with data URLs."""
    with read_model(keeper.call.request, VoiceBody, sent.only_file().path) as body:
        yield _voice_order(keeper, body, body.prompt, body.avatar)


def _one(sent: Received, field: str) -> ReceivedFile | None:
    files = sent.files.get(field, ())
    if len(files) > 1:
        raise Declined(code="VALIDATION_BAD_PARAMS", problem=f"Bad parameters. Send one {field}.", field=field)
    return files[0] if files else None


def _voice_order(
    keeper: Keeper, fields: VoiceFields, prompt: ReceivedFile | str | None, avatar: ReceivedFile | str | None
) -> VoiceOrder:
    fields.check()
    name = required(fields.name, "name")
    reference: tuple[ReferenceSource, ...] = (keeper.recording(prompt),)
    if fields.lora is not None:
        reference += keeper.archive(uuid_of(fields.lora, what="upload"))
    own = StyleNotes(language=fields.language_kept, vocal_filter=fields.vocal_filter)
    notes = VoiceNotes(description=fields.description, version=fields.model_version, own=own)
    return VoiceOrder(
        name=name,
        reference=reference,
        level=Level.INSTANT if fields.lora is None else Level.TRAINED,
        language=fields.spoken,
        picture_file_id=keeper.picture(avatar),
        extra=with_notes({}, notes),
    )


def _picture(call: Call, app: App, voice_id: str, sent: Received) -> Response:
    person = own_person(call.platform, app, voice_id)
    with keeping_recordings(call, app) as keeper, read_model(call.request, AvatarBody, sent.only_file().path) as body:
        picture_id = keeper.picture(required(body.avatar, "avatar"))
        call.platform.voices.amend(app, person.card.id, picture_file_id=picture_id)
    return ok(_shown(call, own_person(call.platform, app, voice_id)))


def _shown(call: Call, person: Person) -> Json:
    return shown(person, link_of(call))
