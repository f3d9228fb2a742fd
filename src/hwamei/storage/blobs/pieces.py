"""Content piece by piece."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import BinaryIO

from hwamei.domain.errors import NotFound
from hwamei.domain.stored_file import Blob

PIECE_BYTES = 1 << 18


def pieces(file: BinaryIO, at_most: int | None = None) -> Iterator[bytes]:
    """The bytes of an open file from where it stands, up to so many."""
    left = at_most
    while left is None or left > 0:
        piece = file.read(PIECE_BYTES if left is None else min(PIECE_BYTES, left))
        if not piece:
            return
        left = None if left is None else left - len(piece)
        yield piece


def opened(content: Iterator[bytes]) -> Iterator[bytes]:
    """The content without its first piece, which only says that it is there: what is wrong with it is raised now, and
    it is closed also when nobody reads on."""
    next(content)
    return content


def copy_hashed(source: BinaryIO, target: BinaryIO) -> Blob:
    """Copy an open file to its end; what the content is called, and its size."""
    digest, size_bytes = sha256(), 0
    for piece in pieces(source):
        digest.update(piece)
        size_bytes += len(piece)
        target.write(piece)
    return Blob(digest.hexdigest(), size_bytes)


def check_sha256(given: str) -> str:
    """The hash, if it is one: it becomes part of a path. Raises NotFound."""
    if not re.fullmatch(r"[0-9a-f]{64}", given):
        raise NotFound(what="content", given=given)
    return given
