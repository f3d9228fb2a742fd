"""What all calls have in common: how they are signed, how answers name their request and tell what it cost."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import Response

from hwamei.dialects.elevenlabs.errors import REQUEST_ID_HEADER
from hwamei.dialects.elevenlabs.refusals import NotValid
from hwamei.dialects.elevenlabs.sign_in import calling
from hwamei.domain.app import AppId
from hwamei.domain.owned_voice import OwnedVoice
from hwamei.domain.stored_file import Purpose, StoredFile
from hwamei.web.calls import Call, SignedRoute

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # an address does not say when its file was made
_SHOWN = ("type", "loc", "msg")


class ElevenLabsRoute(SignedRoute):
    """A route for who has a key, whose answers name the request."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """As FastAPI calls it."""
        handle = super().get_route_handler()

        async def named(request: Request) -> Response:
            calling(request)
            try:
                response = await handle(request)
            except RequestValidationError as error:
                raise not_valid(error) from error
            response.headers[REQUEST_ID_HEADER] = request.state.request_id
            return response

        return named


def not_valid(error: RequestValidationError) -> NotValid:
    """What is wrong with the request, without what was sent: that may be long, or a secret."""
    problems = [{name: problem[name] for name in _SHOWN} for problem in error.errors()]
    return NotValid(problems=problems)


def link(call: Call, voice: OwnedVoice, file_id: UUID | None, name: str) -> str | None:
    """The address of a file of a voice, made without a look at the store; None if there is none."""
    if file_id is None:
        return None
    file = StoredFile(file_id, AppId(voice.app_id), Purpose.PREVIEW, name, "", _NEVER)
    return call.platform.files.link(file, base_url=call.base_url)
