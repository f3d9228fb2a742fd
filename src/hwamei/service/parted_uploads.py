"""Uploads that come in parts, for who has more to send than one request carries well."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

from hwamei.domain.app import App
from hwamei.domain.errors import BadField, NotFound, OutOfRange, TooBig, WrongState
from hwamei.domain.stored_file import Purpose, StoredFile
from hwamei.ports import Blobs, FileStore
from hwamei.service.files import Files

MAX_PARTS = 200


@dataclass(frozen=True)
class PartedUploads:
    """Takes parts in any order and joins them. Safe from many threads.

    A part is a file between the steps of this work; its id follows from the upload and its number, so that one that is
    sent twice replaces itself. What is never finished goes when its upload expires.
    """

    store: FileStore
    blobs: Blobs
    files: Files

    def begin(self, app: App, *, name: str) -> StoredFile:
        """An upload without content yet."""
        return self.files.reserve(app, name=name)

    def put(self, app: App, upload_id: UUID, number: int, source: Path) -> None:
        """Keep a part; they are counted from 0 or from 1. Raises NotFound, OutOfRange, TooBig, WrongState for an upload
        that is finished."""
        upload = self._open(app, upload_id)
        OutOfRange.check("part", number, 0, MAX_PARTS)
        if source.stat().st_size > self.files.max_upload_bytes:
            raise TooBig(what="the part", allowed=self.files.max_upload_bytes)
        blob = self.blobs.add(source)
        media_type = "application/octet-stream"
        now = self.files.clock()
        part_id = _part_id(upload_id, number)
        self.store.add(
            app.id, StoredFile(part_id, app.id, Purpose.WORK, "part", media_type, now, blob, upload.expires_at)
        )

    def finish(self, app: App, upload_id: UUID) -> StoredFile:
        """The upload with all its parts joined. May be called twice. Raises NotFound, BadField if a part is missing,
        TooBig."""
        upload = self.files.get(app, upload_id)
        if upload.blob is not None:
            return upload
        parts = self._parts(app, upload_id)
        with tempfile.TemporaryDirectory(prefix="hwamei-") as folder:
            whole = Path(folder) / "whole"
            self._join(parts, whole)
            filled = self.files.fill(app, upload_id, whole)
        for part in parts:
            self.store.delete(app.id, part.id)
        return filled

    def _open(self, app: App, upload_id: UUID) -> StoredFile:
        upload = self.files.get(app, upload_id)
        if upload.purpose is not Purpose.UPLOAD:
            raise NotFound(what="upload", given=str(upload_id))
        if upload.blob is not None:
            raise WrongState(what="upload", given=str(upload_id), state="finished", wanted="longer")
        return upload

    def _parts(self, app: App, upload_id: UUID) -> list[StoredFile]:
        """All of them in order, none missing between the first and the last."""
        found: dict[int, StoredFile] = {}
        for number in range(MAX_PARTS + 1):
            try:
                found[number] = self.store.get(app.id, _part_id(upload_id, number))
            except NotFound:
                continue
        if not found:
            raise BadField(name="parts", given="none", problem="send at least one part first")
        missing = next((number for number in range(1, max(found)) if number not in found), None)
        if missing is not None:
            raise BadField(name="parts", given=f"{len(found)} parts", problem=f"part {missing} is missing; send it")
        return list(found.values())

    def _join(self, parts: list[StoredFile], target: Path) -> None:
        size_bytes = sum(part.blob.size_bytes for part in parts if part.blob is not None)
        if size_bytes > self.files.max_upload_bytes:
            raise TooBig(what="the upload", allowed=self.files.max_upload_bytes)
        with target.open("wb") as whole:
            for part in parts:
                assert part.blob is not None
                whole.writelines(self.blobs.read(part.blob.sha256))


def _part_id(upload_id: UUID, number: int) -> UUID:
    return uuid5(upload_id, f"part {number}")
