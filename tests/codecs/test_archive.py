"""Archives from strangers: what is read of honest ones, and what is refused of the others."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hwamei.codecs.archive import ArchiveLimits, leads_elsewhere, open_archive
from hwamei.domain.errors import ArchiveReason, BadArchive

KIB = 1024
SMALL = ArchiveLimits(files=10, file_bytes=64 * KIB, all_bytes=128 * KIB)


def packed(target: Path, *members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    """An archive with these files."""
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return target


def reason_of(source: Path, limits: ArchiveLimits = SMALL) -> ArchiveReason:
    """Why an archive is refused, at once or when all of it is unpacked."""
    with pytest.raises(BadArchive) as caught:
        unpack_all(source, limits)
    return caught.value.reason


def unpack_all(source: Path, limits: ArchiveLimits) -> None:
    """Beside the archive."""
    with open_archive(source, limits) as archive:
        for number, name in enumerate(archive.names):
            archive.unpack(name, source.parent / f"out {number}", max_bytes=limits.file_bytes)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_files_come_out_as_they_went_in(tmp_path: Path, method: int) -> None:
    content = bytes(range(256)) * 100
    source = packed(tmp_path / "a.zip", ("folder/", b""), ("folder/0.wav", content), ("你好.txt", b"x"), method=method)
    with open_archive(source, SMALL) as archive:
        assert archive.names == ("folder/0.wav", "你好.txt")
        archive.unpack("folder/0.wav", tmp_path / "out", max_bytes=64 * KIB)
    assert (tmp_path / "out").read_bytes() == content


def test_the_litter_of_desktops_is_left_out(tmp_path: Path) -> None:
    litter = (("__MACOSX/._0.wav", b"x"), ("a/.DS_Store", b"x"), ("a/Thumbs.db", b"x"))
    with open_archive(packed(tmp_path / "a.zip", ("a/0.wav", b"x"), *litter), SMALL) as archive:
        assert archive.names == ("a/0.wav",)


@pytest.mark.parametrize(
    "name",
    ["../0.wav", "a/../../0.wav", "/etc/passwd", "\\0.wav", "..\\0.wav", "C:\\0.wav", "c:/0.wav", "a\n.wav", "a/.."],
)
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    assert leads_elsewhere(name)
    assert reason_of(packed(tmp_path / "a.zip", ("0.wav", b"x"), (name, b"x"))) is ArchiveReason.FORBIDDEN_NAME
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip"]


def test_a_link_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("0.wav")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert reason_of(tmp_path / "a.zip") is ArchiveReason.FORBIDDEN_NAME


def test_a_file_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    source = packed(tmp_path / "a.zip", ("0.wav", b"\0" * (65 * KIB)))
    assert source.stat().st_size < KIB
    assert reason_of(source) is ArchiveReason.FILE_TOO_BIG


def test_files_that_unpack_to_too_much_together_are_refused(tmp_path: Path) -> None:
    members = [(f"{number}.wav", b"\0" * (60 * KIB)) for number in range(3)]
    assert reason_of(packed(tmp_path / "a.zip", *members)) is ArchiveReason.TOO_BIG


def _lie(source: Path, *, size_bytes: int) -> Path:
    """The archive with another size of its only file in both of its places."""
    content = bytearray(source.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.find(signature) + offset
        content[at : at + 4] = struct.pack("<L", size_bytes)
    source.write_bytes(content)
    return source


@pytest.mark.parametrize("claimed_bytes", [1, 0xFFFFFFFF])
def test_what_an_archive_claims_of_itself_is_not_believed(tmp_path: Path, claimed_bytes: int) -> None:
    source = _lie(packed(tmp_path / "a.zip", ("0.wav", b"\0" * (500 * KIB))), size_bytes=claimed_bytes)
    assert reason_of(source) in (ArchiveReason.FILE_TOO_BIG, ArchiveReason.NOT_AN_ARCHIVE)
    assert all(path.stat().st_size <= SMALL.file_bytes for path in tmp_path.iterdir())


def test_a_list_of_too_many_files_is_refused_before_it_is_read(tmp_path: Path) -> None:
    many = [(f"{number}.wav", b"") for number in range(11)]
    assert reason_of(packed(tmp_path / "a.zip", *many)) is ArchiveReason.TOO_BIG
    content = bytearray(packed(tmp_path / "b.zip", ("0.wav", b"x")).read_bytes())
    at = content.rfind(b"PK\x05\x06")
    content[at + 8 : at + 12] = b"\xff\xff\xff\xff"
    (tmp_path / "b.zip").write_bytes(content)
    assert reason_of(tmp_path / "b.zip") is ArchiveReason.TOO_BIG


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    content = bytearray(packed(tmp_path / "a.zip", ("0.wav", b"x")).read_bytes())
    content[content.find(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(content)
    assert reason_of(tmp_path / "a.zip") is ArchiveReason.NOT_AN_ARCHIVE


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_unusual_way_of_packing_is_refused(tmp_path: Path, method: int) -> None:
    assert reason_of(packed(tmp_path / "a.zip", ("0.wav", b"x"), method=method)) is ArchiveReason.NOT_AN_ARCHIVE


Damage = Callable[[bytes], bytes]


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: b"PK\x03\x04",
        lambda content: content[:40],
        lambda content: content[: len(content) // 2],
        lambda content: b"\0" * len(content),
        lambda content: content.replace(b"PK\x01\x02", b"PK\x01\x03"),
    ],
)
def test_what_is_no_archive_is_refused(tmp_path: Path, damage: Damage) -> None:
    source = packed(tmp_path / "a.zip", ("0.wav", b"x" * 100), ("1.wav", b"y" * 100))
    source.write_bytes(damage(source.read_bytes()))
    assert reason_of(source) is ArchiveReason.NOT_AN_ARCHIVE


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=12))
def test_no_damage_does_more_than_being_refused(tmp_path: Path, changes: list[tuple[int, int]]) -> None:
    source = packed(tmp_path / "a.zip", ("0.wav", b"x" * 100), ("0.txt", bytes(range(100))))
    content = bytearray(source.read_bytes())
    for at, value in changes:
        content[at % len(content)] = value
    source.write_bytes(content)
    try:
        with open_archive(source, SMALL) as archive:
            for name in archive.names:
                archive.unpack(name, tmp_path / "out", max_bytes=SMALL.file_bytes)
                assert (tmp_path / "out").stat().st_size <= SMALL.file_bytes
    except BadArchive:
        pass
