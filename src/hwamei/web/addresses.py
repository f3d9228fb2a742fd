"""Where clients reach this server."""

from __future__ import annotations

from starlette.requests import Request


def base_url(request: Request) -> str:
    """The beginning of every address given out, without a slash at its end: as set, or as this client called us."""
    public: str = request.app.state.public_url
    return public.rstrip("/") or _as_called(request)


def _as_called(request: Request) -> str:
    """As Starlette's `request.base_url`, without making objects of its parts."""
    host = request.headers.get("host")
    if not host or set(host) & set("/\\@?#"):
        return str(request.base_url).rstrip("/")
    return f"{request.scope['scheme']}://{host}{request.scope.get('root_path', '')}".rstrip("/")
