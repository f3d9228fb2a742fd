"""Files that are there wholly or not at all, whatever stops the process."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

FOR_OWNER = 0o600  # voices and recordings are other people's
FOR_EVERYBODY = 0o644  # published model files


def write_bytes(path: Path, content: bytes, *, mode: int = FOR_OWNER) -> None:
    """Replace the file by this content, with these permissions. Its folder is made."""
    with replacing(path, mode=mode) as file:
        file.write(content)


@contextmanager
def replacing(path: Path, *, mode: int = FOR_OWNER) -> Iterator[BinaryIO]:
    """A file to write, which takes the place of `path` when the block ends well and vanishes when it raises."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            yield cast(BinaryIO, file)
            file.flush()
            os.fsync(file.fileno())
            file.close()
            Path(file.name).chmod(mode)
            Path(file.name).replace(path)
        finally:
            Path(file.name).unlink(missing_ok=True)
