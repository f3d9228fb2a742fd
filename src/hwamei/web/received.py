"""Files that a request brings, on disk."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from anyio.to_thread import run_sync
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from hwamei.domain.errors import BadField, TooBig
from hwamei.domain.stored_file import MAX_UPLOAD_BYTES
from hwamei.web.bodies import MAX_FORM_EXTRA_BYTES, allow

MAX_FORM_FILES = 20
MAX_FORM_FIELDS = 50
UNNAMED = "upload"
_WRITE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """One file, there until its request is answered. `name`: what the sender calls it."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Received:
    """What a request brought: files by the form's fields, and the other fields."""

    files: Mapping[str, Sequence[ReceivedFile]]
    fields: Mapping[str, str] = field(default_factory=dict)

    def only_file(self) -> ReceivedFile:
        """The one file that must be there. Raises BadField."""
        files = [file for named in self.files.values() for file in named]
        if len(files) != 1:
            raise BadField(name="file", given=f"{len(files)} files", problem="send one file")
        return files[0]


@asynccontextmanager
async def received(request: Request) -> AsyncIterator[Received]:
    """What the request brings: a form's files and fields, or the bare body as one file named by `?name=`.

    Raises TooBig, BadField, BodyTooSlow, BodyCutOff.
    """
    with TemporaryDirectory(prefix="hwamei-") as folder:
        if is_form(request):
            allow(request, MAX_UPLOAD_BYTES + MAX_FORM_EXTRA_BYTES)
            yield await _form(request, Path(folder))
        else:
            yield Received({"file": [await received_body(request, Path(folder) / "0")]})


def is_form(request: Request) -> bool:
    """Whether the body is a form with files, by what its sender says."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "multipart/form-data"


async def received_body(request: Request, target: Path) -> ReceivedFile:
    """The bare body as a file. Raises TooBig, BadField if it is empty, BodyTooSlow, BodyCutOff."""
    allow(request, MAX_UPLOAD_BYTES)
    with target.open("wb") as file:
        pending = bytearray()
        async for chunk in request.stream():
            pending += chunk
            if len(pending) >= _WRITE_BYTES:
                await run_sync(file.write, bytes(pending))
                pending.clear()
        await run_sync(file.write, bytes(pending))
        empty = file.tell() == 0
    if empty:
        raise BadField(name="body", given="", problem="it is empty; send a file")
    return ReceivedFile(target, request.query_params.get("name") or UNNAMED)


async def _form(request: Request, folder: Path) -> Received:
    try:
        async with request.form(max_files=MAX_FORM_FILES, max_fields=MAX_FORM_FIELDS) as form:
            return await run_sync(_unpacked, form, folder)
    except HTTPException as error:  # so Starlette says that it is no form
        raise BadField(name="body", given="", problem=error.detail) from error


def _unpacked(form: FormData, folder: Path) -> Received:
    files: dict[str, list[ReceivedFile]] = {}
    fields: dict[str, str] = {}
    for number, (name, value) in enumerate(form.multi_items()):
        if isinstance(value, UploadFile):
            files.setdefault(name, []).append(_kept(value, folder / str(number)))
        else:
            fields[name] = value
    return Received(files, fields)


def _kept(upload: UploadFile, target: Path) -> ReceivedFile:
    if (upload.size or 0) > MAX_UPLOAD_BYTES:
        raise TooBig(what="the file", allowed=MAX_UPLOAD_BYTES)
    source: BinaryIO = upload.file
    source.seek(0)
    with target.open("wb") as file:
        shutil.copyfileobj(source, file, _WRITE_BYTES)
    return ReceivedFile(target, upload.filename or UNNAMED)
