"""`/previews/{name}.wav`: what one of the engine's own voices sounds like. No key is asked for: it is nobody's voice,
and each is spoken once only."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import FileResponse

from hwamei.service.preset_previews import MEDIA_TYPE, PresetPreviews

PREVIEWS_PATH = "/previews"


def preview_url(base_url: str, name: str) -> str:
    """Where the preview of a voice of the engine's own is; it is spoken when it is first fetched."""
    return f"{base_url}{PREVIEWS_PATH}/{quote(name, safe='')}.wav"


def previews_router(previews: PresetPreviews) -> APIRouter:
    """Hearing the engine's own voices."""
    router = APIRouter(include_in_schema=False)

    @router.api_route(f"{PREVIEWS_PATH}/{{name}}.wav", methods=["GET", "HEAD"])
    def read(name: str) -> FileResponse:
        headers = {
            "Cache-Control": "public, max-age=86400",
            "X-Content-Type-Options": "nosniff",
            "Access-Control-Allow-Origin": "*",
        }
        return FileResponse(previews.path(name), media_type=MEDIA_TYPE, headers=headers)

    return router
