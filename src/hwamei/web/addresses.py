"""Where clients reach this server."""

from __future__ import annotations

from starlette.requests import Request


def base_url(request: Request) -> str:
    """The beginning of every address given out, without a slash at its end: as set, or as this client called us."""
    public: str = request.app.state.public_url
    return (public or str(request.base_url)).rstrip("/")
