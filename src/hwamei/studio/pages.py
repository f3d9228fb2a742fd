"""Serves the page at `/` and what belongs to it under `/studio/`: files of the package, unchanged."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from hwamei.web.ranges import same_tag
from hwamei.web.refusals import NoSuchCall

FOLDER = "page"
INDEX = "index.html"
ASSETS_PATH = "/studio"

# Everything is the page's own. Sound and pictures that it makes itself are blobs; nothing can be sent by a form, so a
# key can only leave by our own scripts.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",  # asked for again each time, and mostly answered by 304: old and new never mix
}
MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of the page. `tag`: changes with the content."""

    content: bytes
    media_type: str
    tag: str


def studio_router() -> APIRouter:
    """The page. Everybody may have it: it is the same for all, and useless without a key."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/", methods=["GET", "HEAD"])
    async def index(request: Request) -> Response:
        return _answer(request, assets()[INDEX])

    @router.api_route(f"{ASSETS_PATH}/{{name:path}}", methods=["GET", "HEAD"])
    async def asset(request: Request, name: str) -> Response:
        found = assets().get(name)
        if found is None:
            raise NoSuchCall(path=f"{ASSETS_PATH}/{name}"[:100])
        return _answer(request, found)

    return router


@cache
def assets() -> Mapping[str, Asset]:
    """All files of the page by their path in its folder; read once. What is not among them is not served."""
    found: dict[str, Asset] = {}
    waiting = [("", files(__package__).joinpath(FOLDER))]
    while waiting:
        path, place = waiting.pop()
        for each in place.iterdir():
            name = f"{path}{each.name}"
            if each.is_dir():
                waiting.append((f"{name}/", each))
            elif (media_type := MEDIA_TYPES.get(name.rpartition(".")[2])) is not None:
                content = each.read_bytes()
                found[name] = Asset(content, media_type, f'"{hashlib.sha256(content).hexdigest()[:32]}"')
    return found


def _answer(request: Request, asset: Asset) -> Response:
    headers = {**HEADERS, "ETag": asset.tag}
    if same_tag(request.headers.get("if-none-match"), asset.tag):
        return Response(status_code=304, headers=headers)
    return Response(asset.content, headers={**headers, "Content-Type": asset.media_type})
