"""What a file is, by its bytes."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.codecs.encode import open_encoder
from hwamei.codecs.formats import Format
from hwamei.codecs.media_types import UNKNOWN_MEDIA_TYPE, media_type_of


def empty_zip() -> bytes:
    file = io.BytesIO()
    zipfile.ZipFile(file, "w").close()
    return file.getvalue()


CONTENTS = {
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(20), "image/png"),
    "jpeg": (b"\xff\xd8\xff\xe0" + bytes(20), "image/jpeg"),
    "webp": (b"RIFF\x10\0\0\0WEBPVP8 " + bytes(8), "image/webp"),
    "empty zip": (empty_zip(), "application/zip"),
    "zip": (b"PK\x03\x04" + bytes(20), "application/zip"),
    "webm": (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + bytes(8), "video/webm"),
    "matroska": (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska" + bytes(8), "video/x-matroska"),
    "film": (b"\0\0\0\x18ftypisom" + bytes(12), "video/mp4"),
    "quicktime": (b"\0\0\0\x14ftypqt  " + bytes(12), "video/quicktime"),
    "json": ('{"词": [1, 2]}'.encode(), "application/json"),
    "nearly json": (b'{"a": 1', "text/plain"),
    "json too deep": (b"[" * 100_000, "text/plain"),
    "html": (b"<!doctype html><script>alert(1)</script>", "text/plain"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "text/plain"),
    "subtitles": (b"WEBVTT\n\n00:00.000 --> 00:01.000\nhi\n", "text/vtt"),
    "chinese, cut within a character": (b"a" + "画眉".encode() * 1000, "text/plain"),
    "with a byte order mark": ("\ufeff你好".encode(), "text/plain"),
    "latin-1": ("café".encode("latin-1"), UNKNOWN_MEDIA_TYPE),
    "a program": (b"\x7fELF" + bytes(60), UNKNOWN_MEDIA_TYPE),
    "nothing": (b"", UNKNOWN_MEDIA_TYPE),
    "blanks": (b" \n ", UNKNOWN_MEDIA_TYPE),
}


@pytest.mark.parametrize(("content", "expected"), CONTENTS.values(), ids=CONTENTS)
def test_the_type_is_told_from_the_bytes_and_not_from_the_name(content: bytes, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    path.write_bytes(content)
    assert media_type_of(path) == expected


@pytest.mark.parametrize("sound_format", [kind for kind in Format if kind is not Format.PCM])
def test_what_we_write_is_recognised_as_what_we_call_it(sound_format: Format, tmp_path: Path) -> None:
    path = tmp_path / "file"
    with path.open("wb") as file, open_encoder(file, sound_format, 24_000) as encoder:
        encoder.write(np.zeros(4800, np.float32))
    assert media_type_of(path) == sound_format.content_type


@given(content=st.binary(max_size=6000))
def test_any_content_has_a_type_that_no_browser_runs(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(content)
    assert not any(word in media_type_of(path) for word in ("html", "svg", "xml", "script", "pdf"))


def test_long_json_is_text_because_it_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "long"
    path.write_bytes(b"[" + b"1," * (1 << 19) + b"1]")
    assert media_type_of(path) == "text/plain"
