"""What the steps of durable work leave for each other: contents kept under ids that follow from the work.

A step that is done again, because the process died before it could say that it was done, finds its piece there.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid5

from hwamei.domain.app import AppId
from hwamei.domain.errors import NotFound
from hwamei.domain.stored_file import Purpose, StoredFile
from hwamei.ports import Blobs, Clock, FileStore

KEPT_FOR = timedelta(days=7)  # longer than any work takes; what is left behind by work that was given up goes then


@dataclass(frozen=True)
class Workpieces:
    """Keeps pieces. Safe from many threads and processes."""

    files: FileStore
    blobs: Blobs
    clock: Clock

    def save(self, app_id: AppId, work_id: UUID, name: str, content: bytes) -> None:
        """Keep a piece, replacing the one of that name. Raises StoreUnavailable."""
        self.files.add(app_id, self.made(app_id, work_id, name, content))

    def made(self, app_id: AppId, work_id: UUID, name: str, content: bytes) -> StoredFile:
        """A piece that is there as soon as its file is kept, for whoever keeps that with something else. Raises
        StoreUnavailable."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "piece"
            path.write_bytes(content)
            blob = self.blobs.add(path)
        now = self.clock()
        piece_id = uuid5(work_id, name)
        return StoredFile(piece_id, app_id, Purpose.WORK, name, "application/octet-stream", now, blob, now + KEPT_FOR)

    def load(self, app_id: AppId, work_id: UUID, name: str) -> bytes | None:
        """The piece, or None if there is none. Raises StoreUnavailable."""
        file = self._file(app_id, work_id, name)
        if file is None:
            return None
        assert file.blob is not None
        return b"".join(self.blobs.read(file.blob.sha256))

    def discard(self, app_id: AppId, work_id: UUID, names: Iterable[str]) -> int:
        """Forget pieces; how many there were. May be called twice."""
        forgotten = 0
        for name in names:
            with suppress(NotFound):
                self.files.delete(app_id, uuid5(work_id, name))
                forgotten += 1
        return forgotten

    def _file(self, app_id: AppId, work_id: UUID, name: str) -> StoredFile | None:
        try:
            return self.files.get(app_id, uuid5(work_id, name))
        except NotFound:
            return None


@dataclass(frozen=True)
class PieceCheckpoints:
    """Where training keeps what it has: one piece."""

    pieces: Workpieces
    app_id: AppId
    work_id: UUID
    name: str = "checkpoint"

    def load(self) -> bytes | None:
        """What was last saved, or None."""
        return self.pieces.load(self.app_id, self.work_id, self.name)

    def save(self, state: bytes) -> None:
        """Replace what was saved."""
        self.pieces.save(self.app_id, self.work_id, self.name, state)
