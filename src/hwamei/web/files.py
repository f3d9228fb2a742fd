"""`/files/{id}/{name}`: content for who holds a signed address. No key is asked for; one that is sent is not read."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from anyio.to_thread import run_sync
from fastapi import APIRouter, Header
from starlette.requests import Request
from starlette.responses import Response

from hwamei.domain.app import App
from hwamei.domain.errors import NotFound
from hwamei.domain.stored_file import Blob, StoredFile
from hwamei.service.accounts import Accounts
from hwamei.service.files import Files
from hwamei.web.chunks import ChunkResponse
from hwamei.web.ranges import Part, part_wanted, same_tag, still_same
from hwamei.web.received import received_body

_SHOWN_IN_PLACE = ("audio/", "video/", "image/png", "image/jpeg", "text/plain", "text/vtt", "application/json")


def files_router(files: Files, accounts: Accounts) -> APIRouter:
    """Reading and filling files by address. Answers are the same to everybody who holds the address."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/files/{file_id}/{name:path}", methods=["GET", "HEAD"])
    def read(
        request: Request,
        file_id: UUID,
        range_wanted: Annotated[str | None, Header(alias="range")] = None,
        if_range: Annotated[str | None, Header()] = None,
        if_none_match: Annotated[str | None, Header()] = None,
    ) -> Response:
        file, blob = _with_content(files.opened(file_id, request.query_params))
        tag = f'"{blob.sha256}"'
        headers = _headers(file, tag)
        if same_tag(if_none_match, tag):
            return Response(status_code=304, headers=headers)
        asked = range_wanted if request.method == "GET" and still_same(if_range, tag) else None
        part = part_wanted(asked, blob.size_bytes)
        whole = Part(0, blob.size_bytes)
        headers |= {"Content-Length": str((part or whole).size_bytes), "Content-Type": file.media_type}
        if part is not None:
            headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{blob.size_bytes}"
        if request.method == "HEAD":
            return Response(headers=headers)
        return _sent(files, file, part or whole, 200 if part is None else 206, headers)

    @router.put("/files/{file_id}/{name:path}")
    async def fill(request: Request, file_id: UUID) -> Response:
        app = await run_sync(sender, file_id, request.query_params)
        with TemporaryDirectory(prefix="hwamei-") as folder:
            body = await received_body(request, Path(folder) / "body")
            await run_sync(files.fill, app, file_id, body.path)
        return Response(status_code=200)

    def sender(file_id: UUID, query: Mapping[str, str]) -> App:
        return accounts.enabled(files.opened(file_id, query, method="PUT").app_id)

    return router


def _with_content(file: StoredFile) -> tuple[StoredFile, Blob]:
    if file.blob is None:
        raise NotFound(what="file", given=str(file.id))
    return file, file.blob


def _headers(file: StoredFile, tag: str) -> dict[str, str]:
    placed = "inline" if file.media_type.startswith(_SHOWN_IN_PLACE) else "attachment"
    return {
        "ETag": tag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=3600",
        "Content-Disposition": f"{placed}; filename*=UTF-8''{quote(file.name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; media-src 'self'; sandbox",  # an upload may be a page
        "X-Content-Type-Options": "nosniff",
        "Access-Control-Allow-Origin": "*",  # the address itself is the permission
    }


def _sent(files: Files, file: StoredFile, part: Part, status: int, headers: dict[str, str]) -> Response:
    pieces = _closeable(files.read(file, part.start, part.end))
    return ChunkResponse(next(pieces, b""), pieces, status=status, headers=headers)


def _closeable(pieces: Iterator[bytes]) -> Generator[bytes, None, None]:
    yield from pieces
