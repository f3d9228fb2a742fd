"""Contents that nobody has any more go at once, and others stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hwamei.domain.errors import NotFound, StoreUnavailable
from hwamei.service.erasure import SETTLED, Erasure
from hwamei.storage.blobs.folder import FolderBlobs


def later() -> datetime:
    """When what is added now has settled."""
    return datetime.now(UTC) + SETTLED + timedelta(seconds=5)


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobs:
    return FolderBlobs(tmp_path / "blobs")


@pytest.fixture
def content(blobs: FolderBlobs, tmp_path: Path) -> str:
    source = tmp_path / "recording"
    source.write_bytes(b"somebody's voice")
    return blobs.add(source).sha256


def is_there(blobs: FolderBlobs, content: str) -> bool:
    try:
        return b"".join(blobs.read(content)) == b"somebody's voice"
    except NotFound:
        return False


def nobody_has(sha256s: Sequence[str]) -> frozenset[str]:
    return frozenset()


def test_what_nobody_has_goes_at_once(blobs: FolderBlobs, content: str) -> None:
    erasure = Erasure(blobs, nobody_has, later)
    erasure.erase([content, content])
    assert not is_there(blobs, content)
    erasure.erase([content])  # it may be gone already


def test_what_a_file_has_stays(blobs: FolderBlobs, content: str) -> None:
    Erasure(blobs, frozenset, later).erase([content])
    assert is_there(blobs, content)


def test_what_was_added_just_now_is_left_to_the_sweep(blobs: FolderBlobs, content: str) -> None:
    Erasure(blobs, nobody_has, lambda: datetime.now(UTC)).erase([content])
    assert is_there(blobs, content)


def test_a_store_that_is_away_is_no_failure_of_who_deletes(blobs: FolderBlobs, content: str) -> None:
    def away(sha256s: Sequence[str]) -> frozenset[str]:
        raise StoreUnavailable(store="database", problem="it is away")

    Erasure(blobs, away, later).erase([content])
    assert is_there(blobs, content)
