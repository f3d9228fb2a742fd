"""Uploads that are too big, cut off, or not what they say."""

from __future__ import annotations

import io
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from hwamei.codecs.containers import demuxer_of
from hwamei.codecs.decode import decode
from hwamei.codecs.encode import open_encoder
from hwamei.codecs.formats import Format
from hwamei.domain.app import App
from hwamei.domain.errors import BadAudio, NotFetched, TooBig
from hwamei.domain.stored_file import MAX_UPLOAD_BYTES, Purpose, StoredFile
from hwamei.fetch.fetcher import open_fetcher
from hwamei.service.files import Files
from hwamei.settings import Settings
from tests.edge.conftest import Folder
from tests.fetch.servers import sending, serving

SOUND_FORMATS: list[Format] = [kind for kind in Format if kind is not Format.PCM]


def sound(sound_format: Format) -> bytes:
    file = io.BytesIO()
    with open_encoder(file, sound_format, 24_000) as encoder:
        encoder.write((np.sin(np.arange(24_000) / 20) / 3).astype(np.float32))
    return file.getvalue()


SOUNDS: dict[Format, bytes] = {kind: sound(kind) for kind in SOUND_FORMATS}


def uploaded(files: Files, app: App, content: bytes, folder: Path, name: str = "me.wav") -> StoredFile:
    source = folder / "upload"
    source.write_bytes(content)
    return files.keep(app, source, purpose=Purpose.UPLOAD, name=name)


def sparse(path: Path, size_bytes: int) -> Path:
    with path.open("wb") as file:
        file.write(SOUNDS[Format.WAV])
        file.truncate(size_bytes)
    return path


def test_one_byte_more_than_a_hundred_megabytes_is_refused_unread(files: Files, app: App, tmp_path: Path) -> None:
    usual = replace(files, max_upload_bytes=MAX_UPLOAD_BYTES)
    reserved = usual.reserve(app, name="big.wav")
    big = sparse(tmp_path / "big", MAX_UPLOAD_BYTES + 1)
    with pytest.raises(TooBig) as refused:
        usual.keep(app, big, purpose=Purpose.UPLOAD, name="big.wav")
    assert refused.value.allowed == MAX_UPLOAD_BYTES
    with pytest.raises(TooBig):
        usual.fill(app, reserved.id, big)
    assert usual.get(app, reserved.id).blob is None


def test_exactly_a_hundred_megabytes_are_kept(files: Files, app: App, tmp_path: Path) -> None:
    usual = replace(files, max_upload_bytes=MAX_UPLOAD_BYTES)
    full = sparse(tmp_path / "full", MAX_UPLOAD_BYTES)
    kept = usual.keep(app, full, purpose=Purpose.UPLOAD, name="full.wav")
    assert kept.blob is not None
    assert kept.blob.size_bytes == MAX_UPLOAD_BYTES


@given(sound_format=st.sampled_from(SOUND_FORMATS), kept_part=st.floats(0, 1))
@effort(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_sound_that_is_cut_off_is_kept_and_then_read_or_refused(
    sound_format: Format, kept_part: float, files: Files, app: App, tmp_path: Path
) -> None:
    content = SOUNDS[sound_format]
    file = uploaded(files, app, content[: int(len(content) * kept_part)], tmp_path)
    _read_or_refused(files, app, file, tmp_path)


@given(
    sound_format=st.sampled_from(SOUND_FORMATS),
    damage=st.lists(st.tuples(st.integers(0, 300), st.binary(min_size=1, max_size=8)), min_size=1, max_size=6),
)
@effort(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
def test_a_header_that_says_anything_is_kept_and_then_read_or_refused(
    sound_format: Format, damage: list[tuple[int, bytes]], files: Files, app: App, tmp_path: Path
) -> None:
    content = bytearray(SOUNDS[sound_format])
    for place, lie in damage:
        content[place : place + len(lie)] = lie
    _read_or_refused(files, app, uploaded(files, app, bytes(content), tmp_path), tmp_path)


def _read_or_refused(files: Files, app: App, file: StoredFile, folder: Path) -> None:
    """Nothing else happens; and what is read is finite and of the order of what the file can hold."""
    files.local_copy(app, file, folder / "copy")
    try:
        audio = decode(folder / "copy")
    except BadAudio:
        return
    assert np.isfinite(audio.samples).all()
    assert len(audio.samples) <= 480_000  # a lie may make two bits of each sixteen a sample


@pytest.mark.parametrize("said_bytes", [0xFFFF_FFFF, 0x7FFF_FFFF, 0])
def test_a_wave_file_that_says_it_has_gigabytes_costs_what_it_has(
    said_bytes: int, files: Files, app: App, tmp_path: Path
) -> None:
    content = bytearray(SOUNDS[Format.WAV])
    place = content.index(b"data") + 4
    content[place : place + 4] = struct.pack("<I", said_bytes)
    content[4:8] = struct.pack("<I", said_bytes)
    _read_or_refused(files, app, uploaded(files, app, bytes(content), tmp_path), tmp_path)


LIARS = {
    "a page called a recording": (b"<html><script>alert(1)</script></html>", "text/plain"),
    "an archive called a recording": (b"PK\x03\x04" + bytes(100), "application/zip"),
    "a program called a recording": (b"\x7fELF\x02\x01\x01" + bytes(100), "application/octet-stream"),
    "a playlist that points elsewhere": (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "text/plain"),
    "a description that points elsewhere": (b"ffconcat version 1.0\nfile /etc/passwd\n", "text/plain"),
    "a stream description": (b"v=0\no=- 0 0 IN IP4 10.0.0.1\nm=audio 1 RTP/AVP 0\n", "text/plain"),
}


@pytest.mark.parametrize(("content", "media_type"), LIARS.values(), ids=LIARS)
def test_a_file_is_what_it_holds_and_not_what_it_is_called(
    content: bytes, media_type: str, files: Files, app: App, tmp_path: Path
) -> None:
    file = uploaded(files, app, content, tmp_path, "me.wav")
    assert file.media_type == media_type
    files.local_copy(app, file, tmp_path / "me.wav")
    with pytest.raises(BadAudio):
        decode(tmp_path / "me.wav")


def test_a_file_of_nothing_but_tags_is_given_up_soon() -> None:
    """Counted, not timed: each tag costs a look."""

    class Counting(io.BytesIO):
        looks = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.looks += 1
            return super().read(size)

    file = Counting(b"ID3\x04\0\0\0\0\0\0" * 100_000)
    assert demuxer_of(file) is None
    assert file.looks < 50


def test_a_tag_that_claims_to_go_beyond_the_file_ends_the_search() -> None:
    assert demuxer_of(io.BytesIO(b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + SOUNDS[Format.MP3])) is None


def test_nothing_is_left_of_an_upload_that_could_not_be_kept(
    files: Files, app: App, tmp_path: Path, folder: Folder
) -> None:
    with pytest.raises(FileNotFoundError):
        files.keep(app, tmp_path / "gone", purpose=Purpose.UPLOAD, name="gone.wav")
    assert folder.contents() == []


def test_an_address_is_held_to_the_limit_of_uploads(settings: Settings, tmp_path: Path) -> None:
    fetcher = open_fetcher(settings.model_copy(update={"allow_private_urls": True}))
    too_long = sending(b"RIFF", content_length=str(MAX_UPLOAD_BYTES + 1))
    cut_off = sending(SOUNDS[Format.WAV], content_length=str(MAX_UPLOAD_BYTES))
    with serving(too_long, cut_off) as server:
        with pytest.raises(TooBig):
            fetcher.fetch(server.url(), tmp_path / "a", max_bytes=MAX_UPLOAD_BYTES)
        with pytest.raises(NotFetched):
            fetcher.fetch(server.url(), tmp_path / "a", max_bytes=MAX_UPLOAD_BYTES)
    assert not (tmp_path / "a").exists()
