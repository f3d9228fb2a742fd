"""What all calls have in common: where they are, how answers name their request, how files get addresses."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from hwamei.dialects.vocu.cards import FileCard, PresetCard
from hwamei.dialects.vocu.errors import REQUEST_ID_HEADER, request_id
from hwamei.dialects.vocu.sign_in import Call
from hwamei.dialects.vocu.wire.values import LinkTo
from hwamei.domain.app import AppId
from hwamei.domain.stored_file import Purpose, StoredFile
from hwamei.web.calls import SignedRoute
from hwamei.web.previews import preview_url

TTS = "/api/tts"
VOICE_PATHS = ("/api/voice", "/api/tts/voice")
"""Voices are at both: the second is the older."""

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # an address does not say when its file was made


class VocuRoute(SignedRoute):
    """A route whose answers name the request."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """As FastAPI calls it."""
        handle = super().get_route_handler()

        async def named(request: Request) -> Response:
            response = await handle(request)
            response.headers[REQUEST_ID_HEADER] = request_id(request.state.request_id)
            return response

        return named


def voice_call(router: APIRouter, method: str, path: str = "") -> Callable[[Endpoint], Endpoint]:
    """A call that is at both paths of voices."""

    def added(endpoint: Endpoint) -> Endpoint:
        for beginning in VOICE_PATHS:
            router.add_api_route(beginning + path, endpoint, methods=[method])
        return endpoint

    return added


def link_of(call: Call) -> LinkTo:
    """Addresses that are made without a look at the store, for who is answered here."""

    def link(card: FileCard | PresetCard) -> str:
        if isinstance(card, PresetCard):
            return preview_url(call.base_url, card.preset)
        file = StoredFile(card.id, AppId(card.app_id), Purpose.SPEECH, card.name, "", _NEVER)
        return call.platform.files.link(file, base_url=call.base_url)

    return link
