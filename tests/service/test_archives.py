"""What is taken out of an archive that somebody sent."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from hwamei.domain.errors import ArchiveReason, BadArchive
from hwamei.service.archives import MAX_ENTRIES, sounds_in


def packed(folder: Path, entries: dict[str, bytes]) -> Path:
    path = folder / "packed.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    """Where things are unpacked."""
    (tmp_path / "inside").mkdir()
    return tmp_path / "inside"


def test_the_sounds_are_found_and_nothing_else(recording: Path, tmp_path: Path, inside: Path) -> None:
    sound = recording.read_bytes()
    archive = packed(
        tmp_path,
        {
            "a/": b"",
            "a/one.flac": sound,
            "b/two.flac": sound,
            "three": sound,
            "list.txt": b"one, two",
            "__MACOSX/a/one.flac": sound,
            "a/._one.flac": sound,
        },
    )
    found = sounds_in(archive, inside, at_most=3)
    assert [path.read_bytes() for path in found] == [sound] * 3
    assert {path.parent for path in found} == {inside}
    assert sorted(path.name for path in inside.iterdir()) == sorted(path.name for path in found)


@pytest.mark.parametrize(
    ("entries", "refusal"),
    [
        ({}, ArchiveReason.MISSING),
        ({"list.txt": b"nothing to hear"}, ArchiveReason.MISSING),
        ({f"{number}.txt": b"" for number in range(MAX_ENTRIES + 1)}, ArchiveReason.TOO_BIG),
        ({"bomb": bytes(3_000_000)}, ArchiveReason.FILE_TOO_BIG),
        ({"../../two.flac": b""}, ArchiveReason.FORBIDDEN_NAME),
    ],
)
def test_an_archive_without_use_or_without_measure_is_refused(
    entries: dict[str, bytes], refusal: ArchiveReason, tmp_path: Path, inside: Path
) -> None:
    with pytest.raises(BadArchive) as caught:
        sounds_in(packed(tmp_path, entries), inside, at_most=3, max_bytes=2_000_000)
    assert caught.value.reason is refusal


def test_more_sounds_than_wanted_are_refused(recording: Path, tmp_path: Path, inside: Path) -> None:
    archive = packed(tmp_path, {f"{number}.flac": recording.read_bytes() for number in range(3)})
    with pytest.raises(BadArchive) as caught:
        sounds_in(archive, inside, at_most=2)
    assert caught.value.reason is ArchiveReason.SURPLUS


def test_what_is_no_archive_or_a_broken_or_locked_one_is_refused(recording: Path, tmp_path: Path, inside: Path) -> None:
    path = packed(tmp_path, {"one.flac": recording.read_bytes()})
    whole = path.read_bytes()
    damaged = bytearray(whole)
    damaged[200:260] = bytes(60)
    locked = bytearray(whole)
    locked[6] |= 1
    locked[whole.index(b"PK\x01\x02") + 8] |= 1
    unknown = bytearray(whole)
    unknown[whole.index(b"PK\x01\x02") + 10] = 99
    for content in (b"", b"PK\x03\x04", recording.read_bytes(), whole[:-30], damaged, locked, unknown):
        path.write_bytes(content)
        with pytest.raises(BadArchive):
            sounds_in(path, inside, at_most=3)
