"""What all calls have in common: headers that the vendor's clients read."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hwamei.dialects.openai.sign_in import Call
from hwamei.web.calls import SignedRoute, call_of

VERSION = "2020-10-01"  # of the vendor's API, as its answers name it


class OpenAIRoute(SignedRoute):
    """A route whose answers say how long they took and how often the caller may come again."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """As FastAPI calls it."""
        handle = super().get_route_handler()

        async def told(request: Request) -> Response:
            begun_s = time.monotonic()
            response = await handle(request)
            response.headers["openai-version"] = VERSION
            response.headers["openai-processing-ms"] = str(round(1000 * (time.monotonic() - begun_s)))
            response.headers.update(rate_headers(call_of(request)))
            return response

        return told


def rate_headers(call: Call) -> dict[str, str]:
    """How many requests of this kind the app has left; nothing where there is no limit."""
    standing = call.standing()
    if standing is None:
        return {}
    return {
        "x-ratelimit-limit-requests": str(standing.allowed),
        "x-ratelimit-remaining-requests": str(standing.left),
        "x-ratelimit-reset-requests": spelt(standing.full_in_s),
    }


def spelt(wait_s: float) -> str:
    """A time as the vendor spells it: `120ms`, `17s`, `6m0s`, `1h2m3s`."""
    if wait_s < 1:
        return f"{round(1000 * wait_s)}ms"
    minutes, seconds = divmod(int(timedelta(seconds=wait_s).total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes}m{seconds}s" if hours else f"{minutes}m{seconds}s" if minutes else f"{seconds}s"
