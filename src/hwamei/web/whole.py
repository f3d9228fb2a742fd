"""What is made piece by piece, as one answer."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import aclosing
from typing import TypeVar

import structlog
from starlette.requests import Request

from hwamei.web.sockets import in_threads

Made = TypeVar("Made")

log = structlog.get_logger(__name__)


async def whole(request: Request, made: Generator[Made, None, None]) -> list[Made] | None:
    """All that a generator makes, each in a thread of the pool; None where the client is gone meanwhile. The generator
    is closed in any case. Raises what it raises."""
    found: list[Made] = []
    async with aclosing(in_threads(made)) as pieces:
        async for piece in pieces:
            found.append(piece)
            if await request.is_disconnected():
                log.info("nobody listens")
                return None
    return found
