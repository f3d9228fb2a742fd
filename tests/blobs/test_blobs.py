"""What every blob store does."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from hwamei.domain.errors import NotFound
from hwamei.domain.stored_file import Blob
from hwamei.ports import Blobs
from hwamei.storage.blobs.opening import open_blobs

CONTENT = bytes(range(256)) * 4_000  # about a megabyte: several pieces
UNKNOWN = sha256(b"unknown").hexdigest()


@pytest.fixture
def a_file(tmp_path: Path) -> Callable[[bytes], Path]:
    def write(content: bytes) -> Path:
        path = tmp_path / f"source-{sha256(content).hexdigest()[:8]}"
        path.write_bytes(content)
        return path

    return write


def soon() -> datetime:
    """Later than anything that was added until now, also where times are kept in whole seconds."""
    return datetime.now(UTC) + timedelta(seconds=5)


def test_content_is_kept_under_its_hash(blobs: Blobs, a_file: Callable[[bytes], Path]) -> None:
    source = a_file(CONTENT)
    blob = blobs.add(source)
    assert blob == Blob(sha256(CONTENT).hexdigest(), len(CONTENT))
    assert b"".join(blobs.read(blob.sha256)) == CONTENT
    assert source.read_bytes() == CONTENT  # the caller's file stays


def test_the_empty_content_is_content(blobs: Blobs, a_file: Callable[[bytes], Path]) -> None:
    blob = blobs.add(a_file(b""))
    assert blob.size_bytes == 0
    assert list(blobs.read(blob.sha256)) == []
    assert list(blobs.read(blob.sha256, 0, 0)) == []


def test_the_same_content_is_kept_once(blobs: Blobs, a_file: Callable[[bytes], Path]) -> None:
    assert blobs.add(a_file(CONTENT)) == blobs.add(a_file(CONTENT))
    assert len(list(blobs.older_than(soon()))) == 1


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, None), (0, 1), (1, 2), (255, 257), (0, len(CONTENT)), (len(CONTENT) - 1, None), (262_143, 262_145)],
)
def test_a_part_is_read(blobs: Blobs, a_file: Callable[[bytes], Path], start: int, end: int | None) -> None:
    blob = blobs.add(a_file(CONTENT))
    assert b"".join(blobs.read(blob.sha256, start, end)) == CONTENT[start:end]


@pytest.mark.parametrize(
    ("start", "end"), [(5, 5), (7, 3), (len(CONTENT), None), (len(CONTENT) + 9, len(CONTENT) + 20)]
)
def test_a_part_with_nothing_in_it_is_empty(
    blobs: Blobs, a_file: Callable[[bytes], Path], start: int, end: int | None
) -> None:
    blob = blobs.add(a_file(CONTENT))
    assert b"".join(blobs.read(blob.sha256, start, end)) == b""


def test_a_part_that_goes_beyond_the_end_stops_there(blobs: Blobs, a_file: Callable[[bytes], Path]) -> None:
    blob = blobs.add(a_file(CONTENT))
    assert b"".join(blobs.read(blob.sha256, len(CONTENT) - 3, len(CONTENT) + 100)) == CONTENT[-3:]


def test_content_comes_in_pieces(blobs: Blobs, a_file: Callable[[bytes], Path]) -> None:
    blob = blobs.add(a_file(CONTENT))
    assert max(len(piece) for piece in blobs.read(blob.sha256)) < len(CONTENT)


def test_reading_may_stop_anywhere(blobs: Blobs, a_file: Callable[[bytes], Path]) -> None:
    """Nothing stays open: that would be a warning, and warnings are errors here."""
    blob = blobs.add(a_file(CONTENT))
    blobs.read(blob.sha256)
    next(blobs.read(blob.sha256))


@pytest.mark.parametrize("unknown", [UNKNOWN, "", "..", "../../etc/passwd", UNKNOWN.upper(), UNKNOWN[:-1]])
def test_what_is_not_there_is_told_before_the_first_piece(blobs: Blobs, tmp_path: Path, unknown: str) -> None:
    with pytest.raises(NotFound):
        blobs.read(unknown)
    with pytest.raises(NotFound):
        blobs.read(unknown, 3, 3)
    with pytest.raises(NotFound):
        blobs.fetch(unknown, tmp_path / "target")
    assert not (tmp_path / "target").exists()


def test_content_is_fetched_into_a_file(blobs: Blobs, a_file: Callable[[bytes], Path], tmp_path: Path) -> None:
    blob = blobs.add(a_file(CONTENT))
    blobs.fetch(blob.sha256, tmp_path / "target")
    assert (tmp_path / "target").read_bytes() == CONTENT


def test_removed_content_is_gone_and_removing_it_again_is_no_harm(
    blobs: Blobs, a_file: Callable[[bytes], Path]
) -> None:
    blob, other = blobs.add(a_file(CONTENT)), blobs.add(a_file(b"other"))
    for _ in range(2):
        blobs.remove(blob.sha256)
    with pytest.raises(NotFound):
        blobs.read(blob.sha256)
    assert b"".join(blobs.read(other.sha256)) == b"other"
    assert list(blobs.older_than(soon())) == [other.sha256]


def test_removed_content_can_be_added_again(blobs: Blobs, a_file: Callable[[bytes], Path]) -> None:
    blob = blobs.add(a_file(CONTENT))
    blobs.remove(blob.sha256)
    assert blobs.add(a_file(CONTENT)) == blob
    assert b"".join(blobs.read(blob.sha256)) == CONTENT


def test_only_what_is_old_is_a_candidate_for_removal(blobs: Blobs, a_file: Callable[[bytes], Path]) -> None:
    hashes = {blobs.add(a_file(str(number).encode())).sha256 for number in range(5)}
    assert set(blobs.older_than(soon())) == hashes
    assert list(blobs.older_than(datetime.now(UTC) - timedelta(hours=1))) == []


def test_content_that_was_added_since_is_not_removed(blobs: Blobs, a_file: Callable[[bytes], Path]) -> None:
    blob = blobs.add(a_file(CONTENT))
    blobs.remove(blob.sha256, unless_added_since=datetime.now(UTC) - timedelta(hours=1))
    assert b"".join(blobs.read(blob.sha256)) == CONTENT
    blobs.remove(blob.sha256, unless_added_since=soon())
    with pytest.raises(NotFound):
        blobs.read(blob.sha256)


def test_a_store_that_works_says_so_and_keeps_nothing_of_it(blobs: Blobs) -> None:
    blobs.check()
    assert list(blobs.older_than(soon())) == []


def test_a_store_with_nothing_in_it_has_no_candidates(blobs: Blobs) -> None:
    assert list(blobs.older_than(soon())) == []


def test_several_may_add_and_remove_the_same_at_once(
    blobs_url: str, tmp_path: Path, a_file: Callable[[bytes], Path]
) -> None:
    """Whoever added it last of all finds it, though others swept all the while what they took for old."""
    source = a_file(CONTENT[:5_000])
    name = sha256(CONTENT[:5_000]).hexdigest()

    def work(number: int) -> None:
        mine = open_blobs(blobs_url, folder=tmp_path / "blobs")
        for _ in range(5):
            if number % 2:
                mine.add(source)
            else:
                mine.remove(name, unless_added_since=datetime.now(UTC) - timedelta(hours=1))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert b"".join(open_blobs(blobs_url, folder=tmp_path / "blobs").read(name)) == CONTENT[:5_000]
