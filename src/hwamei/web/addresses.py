"""Where clients reach this server."""

from __future__ import annotations

import re

from starlette.requests import HTTPConnection

_OF_A_SOCKET = re.compile(r"^ws(?=s?:)")  # files are got by HTTP, also by who has a socket


def base_url(connection: HTTPConnection) -> str:
    """The beginning of every address given out, without a slash at its end: as set, or as this client called us."""
    public: str = connection.app.state.public_url
    return public.rstrip("/") or _OF_A_SOCKET.sub("http", _as_called(connection))


def _as_called(connection: HTTPConnection) -> str:
    """As Starlette's `base_url`, without making objects of its parts."""
    host = connection.headers.get("host")
    if not host or set(host) & set("/\\@?#"):
        return str(connection.base_url).rstrip("/")
    return f"{connection.scope['scheme']}://{host}{connection.scope.get('root_path', '')}".rstrip("/")
