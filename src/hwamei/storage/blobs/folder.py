"""Content in a folder: `ab/cd/abcd…`, each file complete from the moment it has its name."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from hwamei import atomic
from hwamei.domain.errors import NotFound, StoreUnavailable
from hwamei.domain.stored_file import Blob
from hwamei.storage.blobs.pieces import check_sha256, copy_hashed, opened, pieces

_LOCKS = ".locks"
_UNFINISHED = ".unfinished"


class FolderBlobs:
    """Blobs under `root`, readable by its owner only. Safe from several threads and processes.

    The age of a content is its file's modification time. Whoever adds or removes holds the lock of the content's first
    two digits: so a content that is added again while it is swept either stays or is written anew.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def add(self, source: Path) -> Blob:
        """Keep the content of a file, or find that it is there, and young again. Leaves nothing behind if it fails."""
        with _translated(), self._unfinished() as copy:
            blob = _copy(source, copy)
            path = self._path(blob.sha256)
            with self._held(blob.sha256):
                if path.is_file():
                    os.utime(path)
                else:
                    _folder(path.parent)
                    copy.replace(path)
            return blob

    def read(self, sha256: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from start to end (not included), in pieces. Raises NotFound before the first piece."""
        return opened(self._read(sha256, start, end))

    def _read(self, sha256: str, start: int, end: int | None) -> Iterator[bytes]:
        path = self._path(sha256)
        with _translated():
            if not path.is_file():
                raise NotFound(what="content", given=sha256)
            with path.open("rb") as file:
                file.seek(start)
                yield b""  # it is open
                yield from pieces(file, None if end is None else max(0, end - start))

    def fetch(self, sha256: str, target: Path) -> None:
        """Write the content into a file. Raises NotFound."""
        content = self.read(sha256)
        with _translated(), atomic.replacing(target) as file:
            for piece in content:
                file.write(piece)

    def remove(self, sha256: str, *, unless_added_since: datetime | None = None) -> None:
        """Remove the content, if it was not added again since a moment. May be called twice."""
        path = self._path(sha256)
        with _translated(), self._held(sha256):
            if unless_added_since is None or _is_older(path, unless_added_since):
                path.unlink(missing_ok=True)

    def older_than(self, moment: datetime) -> Iterator[str]:
        """The contents that were last added before a moment: candidates for removal when no file has them.

        What somebody who was killed before that moment had not finished is removed."""
        with _translated():
            for path in self._root.glob(f"{_UNFINISHED}/*"):
                if _is_older(path, moment):
                    path.unlink(missing_ok=True)
            for path in self._root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
                if _is_older(path, moment):
                    yield path.name

    def check(self) -> None:
        """Write a byte, as whoever adds does."""
        with _translated(), self._unfinished() as path:
            path.write_bytes(b"?")

    def _path(self, sha256: str) -> Path:
        check_sha256(sha256)
        return self._root / sha256[:2] / sha256[2:4] / sha256

    @contextmanager
    def _unfinished(self) -> Iterator[Path]:
        """A file of our own to write, on the same file system; it is removed unless it got another name."""
        _folder(self._root / _UNFINISHED)
        handle, name = tempfile.mkstemp(dir=self._root / _UNFINISHED)  # for its owner only
        os.close(handle)
        try:
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    @contextmanager
    def _held(self, sha256: str) -> Iterator[None]:
        _folder(self._root / _LOCKS)
        with FileLock(self._root / _LOCKS / sha256[:2], mode=atomic.FOR_OWNER):
            yield


def _copy(source: Path, target: Path) -> Blob:
    """Hashed as it is written, so that the name is true even if the source changes meanwhile."""
    with source.open("rb") as original, target.open("wb") as copy:
        blob = copy_hashed(original, copy)
        copy.flush()
        os.fsync(copy.fileno())
    return blob


def _folder(path: Path) -> None:
    """A folder, and those above it that are missing, for its owner only."""
    if not path.is_dir():
        _folder(path.parent)
        path.mkdir(exist_ok=True, mode=0o700)


def _is_older(path: Path, moment: datetime) -> bool:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC) < moment
    except FileNotFoundError:  # removed by somebody just now
        return False


@contextmanager
def _translated() -> Iterator[None]:
    """What the file system refuses, a full disk say, as our error."""
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(store="blob store", problem=error.strerror or str(error)) from error
