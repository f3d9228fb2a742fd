"""What is particular to content in a folder."""

from __future__ import annotations

import os
import resource
import signal
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hwamei.domain.errors import StoreUnavailable
from hwamei.storage.blobs.folder import FolderBlobs

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MEGABYTE = 1_000_000


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(b"x" * MEGABYTE)
    return path


def kept(root: Path) -> list[Path]:
    """Every file that is content, whole or not; locks are empty."""
    return [path for path in root.rglob("*") if path.is_file() and path.stat().st_size > 0]


def test_content_is_its_owners_only(tmp_path: Path, source: Path) -> None:
    root = tmp_path / "blobs"
    FolderBlobs(root).add(source)
    assert {stat.S_IMODE(path.stat().st_mode) for path in root.rglob("*") if path.is_file()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (root, *root.rglob("*")) if path.is_dir()} == {0o700}


def test_content_that_is_added_again_is_young_again(tmp_path: Path, source: Path) -> None:
    blobs = FolderBlobs(tmp_path / "blobs")
    blob = blobs.add(source)
    (path,) = kept(tmp_path / "blobs")
    os.utime(path, (LONG_AGO.timestamp(), LONG_AGO.timestamp()))
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    assert list(blobs.older_than(an_hour_ago)) == [blob.sha256]
    blobs.add(source)
    assert list(blobs.older_than(an_hour_ago)) == []
    blobs.remove(blob.sha256, unless_added_since=an_hour_ago)
    assert kept(tmp_path / "blobs") == [path]


def test_a_disk_that_is_full_is_our_error_and_nothing_is_left_behind(tmp_path: Path, source: Path) -> None:
    """The process may write files of a tenth of this size only, which the system tells like a full disk."""
    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (MEGABYTE // 10, before[1]))
        with pytest.raises(StoreUnavailable) as refusal:
            FolderBlobs(tmp_path / "blobs").add(source)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert isinstance(refusal.value.__cause__, OSError)
    assert kept(tmp_path / "blobs") == []
    blob = FolderBlobs(tmp_path / "blobs").add(source)  # there is room again
    assert blob.size_bytes == MEGABYTE


def test_a_process_that_is_killed_leaves_no_half_content_under_a_name(tmp_path: Path, source: Path) -> None:
    """It is killed while it copies; what it had not finished never looks like content."""
    source.write_bytes(os.urandom(64 * MEGABYTE))
    program = (
        "import sys; from pathlib import Path; from hwamei.storage.blobs.folder import FolderBlobs;"
        f"sys.stdout.write('go'); sys.stdout.flush(); FolderBlobs(Path({str(tmp_path / 'blobs')!r}))"
        f".add(Path({str(source)!r}))"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.read(2) == b"go"
    process.kill()
    process.communicate()
    blobs = FolderBlobs(tmp_path / "blobs")
    found = list(blobs.older_than(datetime.now(UTC) + timedelta(minutes=1)))
    assert [b"".join(blobs.read(name)) == source.read_bytes() for name in found] == [True] * len(found)
    assert len(kept(tmp_path / "blobs")) == len(found)  # what was not finished has been swept


def test_a_folder_that_cannot_be_used_is_our_error(tmp_path: Path, source: Path) -> None:
    blobs = FolderBlobs(source / "below a file")
    with pytest.raises(StoreUnavailable):
        blobs.add(source)
    with pytest.raises(StoreUnavailable):
        blobs.check()
