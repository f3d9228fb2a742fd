"""Files that are there wholly or not at all."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from hwamei import atomic


def test_the_file_and_its_folder_are_made(tmp_path: Path) -> None:
    atomic.write_bytes(tmp_path / "new" / "deep" / "file", b"content")
    assert (tmp_path / "new" / "deep" / "file").read_bytes() == b"content"


@pytest.mark.parametrize("mode", [atomic.FOR_OWNER, atomic.FOR_EVERYBODY])
def test_the_file_has_the_permissions_that_were_asked_for(tmp_path: Path, mode: int) -> None:
    atomic.write_bytes(tmp_path / "file", b"", mode=mode)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == mode


def test_what_fails_half_way_leaves_the_old_content_and_nothing_else(tmp_path: Path) -> None:
    atomic.write_bytes(tmp_path / "file", b"old")

    def write_half() -> None:
        with atomic.replacing(tmp_path / "file") as file:
            file.write(b"ne")
            raise InterruptedError

    with pytest.raises(InterruptedError):
        write_half()
    assert (tmp_path / "file").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
