"""Cloned voices."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from hwamei.dialects.chanjing.callback import callback_order
from hwamei.dialects.chanjing.calls import admitted, of_lists, success
from hwamei.dialects.chanjing.errors import NoSuchVoice
from hwamei.dialects.chanjing.ids import spelt_voice_id, voice_id_of
from hwamei.dialects.chanjing.results import voice_shown
from hwamei.dialects.chanjing.sign_in import Calling, sent
from hwamei.dialects.chanjing.wire.values import PageInfo, page_request, parse_query
from hwamei.dialects.chanjing.wire.voices import CreateVoiceBody, ListBody, VoiceIdBody, VoiceList, VoiceQuery
from hwamei.domain.app import Operation
from hwamei.domain.errors import NotFound
from hwamei.domain.owned_voice import VoiceFilter
from hwamei.web.calls import SignedRoute

router = APIRouter(route_class=SignedRoute)


@router.post("/create_customised_audio")
def create(body: Annotated[CreateVoiceBody, sent(CreateVoiceBody)], call: Calling) -> Response:
    """Order a voice; what can only be seen when the recording is listened to is told by its status."""
    app = admitted(call, "create_customised_audio", Operation.CREATE_VOICE)
    voice, _ = call.platform.voices.create(app, body.order(callback_order(call, body.callback)))
    return success(call, spelt_voice_id(voice.id))


@router.get("/customised_audio")
def detail(call: Calling) -> Response:
    """Look at a voice, also at what is left of one that was deleted."""
    app = admitted(call, "customised_audio", Operation.READ)
    given = parse_query(VoiceQuery, call.request.query_params).id
    try:
        voice = call.platform.voices.trace(app, voice_id_of(given))
    except NotFound as error:
        raise NoSuchVoice(given=given) from error
    return success(call, voice_shown(call.platform, app, voice, base_url=call.base_url))


@router.post("/list_customised_audio")
def list_voices(body: Annotated[ListBody, sent(ListBody)], call: Calling) -> Response:
    """List the app's voices, the newest first, without those that were deleted."""
    app = admitted(call, "list_customised_audio", Operation.READ)
    with of_lists():
        page = call.platform.voices.list(app, VoiceFilter(), page_request(body.page, body.page_size))
        items = tuple(voice_shown(call.platform, app, voice, base_url=call.base_url) for voice in page.items)
    info = PageInfo.of(body.page, body.page_size, page.total)
    return success(call, VoiceList(list=items, page_info=info))


@router.post("/delete_customised_audio")
def delete(body: Annotated[VoiceIdBody, sent(VoiceIdBody)], call: Calling) -> Response:
    """Delete a voice with its recording."""
    app = admitted(call, "delete_customised_audio", Operation.CHANGE)
    try:
        call.platform.voices.delete(app, voice_id_of(body.id))
    except NotFound as error:
        raise NoSuchVoice(given=body.id) from error
    return success(call, "")
