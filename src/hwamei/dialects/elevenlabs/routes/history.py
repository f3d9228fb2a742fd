"""The history of speech tasks: listed, shown, heard, downloaded, deleted."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Generator
from typing import IO, Annotated

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse, Response

from hwamei.dialects.elevenlabs.calling import ElevenLabsRoute
from hwamei.dialects.elevenlabs.history import item, names_of, part
from hwamei.dialects.elevenlabs.refusals import Declined
from hwamei.dialects.elevenlabs.sign_in import Calling
from hwamei.dialects.elevenlabs.sound import sent_file
from hwamei.dialects.elevenlabs.wire.history import DownloadBody, HistoryQuery, shown
from hwamei.dialects.elevenlabs.wire.values import ok
from hwamei.domain.app import App, Operation
from hwamei.domain.errors import NotFound
from hwamei.domain.speech_task import SpeechTask
from hwamei.domain.stored_file import StoredFile
from hwamei.web.calls import Call
from hwamei.web.chunks import ChunkResponse

router = APIRouter(prefix="/v1/history", route_class=ElevenLabsRoute)

AS_MADE = "default"
_PIECE_BYTES = 256 * 1024
_IN_MEMORY_BYTES = 8 * 1024 * 1024


@router.get("")
def list_items(query: Annotated[HistoryQuery, Query()], call: Calling) -> Response:
    """The items, the latest first unless it is said otherwise."""
    app = call.may(Operation.READ)
    found = part(call, app, query)
    names = names_of(call, app, found.items)
    last = found.items[-1].id.hex if found.items else None
    return JSONResponse(
        {
            "history": [shown(task, names) for task in found.items],
            "last_history_item_id": last,
            "has_more": found.has_more,
            "scanned_until": found.scanned_until,
        }
    )


@router.post("/download")
def download(body: DownloadBody, call: Calling) -> Response:
    """The sound of one item, or of several in a ZIP."""
    app = call.may(Operation.READ)
    tasks = [item(call, app, each) for each in dict.fromkeys(body.history_item_ids)]
    for task in tasks:
        if body.output_format not in (None, AS_MADE, task.delivered.format):
            problem = f"Item {task.id.hex} is {task.delivered.format}; leave output_format out to get it so."
            raise Declined(code="unsupported_parameter", problem=problem, param="output_format")
    files = [_sound(call, app, task) for task in tasks]
    if len(files) == 1:
        return sent_file(call, files[0])
    names = [f"{task.id.hex}.{task.delivered.format}" for task in tasks]
    pieces = _zipped(call, dict(zip(names, files, strict=True)))
    return ChunkResponse(next(pieces), pieces, headers={"Content-Type": "application/zip", "Cache-Control": "no-store"})


@router.get("/{history_item_id}")
def get_item(history_item_id: str, call: Calling) -> Response:
    """One item."""
    app = call.may(Operation.READ)
    task = item(call, app, history_item_id)
    return JSONResponse(shown(task, names_of(call, app, [task])))


@router.delete("/{history_item_id}")
def delete_item(history_item_id: str, call: Calling) -> Response:
    """Delete an item with its sound."""
    app = call.may(Operation.CHANGE)
    call.platform.tasks.delete(app, item(call, app, history_item_id).id)
    return ok()


@router.get("/{history_item_id}/audio")
def audio(history_item_id: str, call: Calling) -> Response:
    """The sound of an item."""
    app = call.may(Operation.READ)
    return sent_file(call, _sound(call, app, item(call, app, history_item_id)))


def _sound(call: Call, app: App, task: SpeechTask) -> StoredFile:
    """Raises NotFound where it has expired."""
    if task.result is None:
        raise NotFound(what="history item", given=task.id.hex)
    return call.platform.files.get(app, task.result.audio_file_id)


def _zipped(call: Call, files: dict[str, StoredFile]) -> Generator[bytes, None, None]:
    """The files in one, piece by piece."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES) as packed:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:  # sound does not get smaller
            for name, file in files.items():
                with archive.open(name, "w", force_zip64=True) as target:
                    _copy(call, file, target)
        packed.seek(0)
        while piece := packed.read(_PIECE_BYTES):
            yield piece


def _copy(call: Call, file: StoredFile, target: IO[bytes]) -> None:
    for piece in call.platform.files.read(file):
        target.write(piece)
