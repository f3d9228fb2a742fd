"""Files inside JSON."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.domain.errors import BadField, HwameiError, TooBig
from hwamei.web.data_urls import decode_data_url, is_data_url


def data_url(content: bytes, kind: str = "audio/wav") -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def decoded(given_url: str, target: Path, *, max_bytes: int = 1000) -> bytes:
    return decode_data_url(given_url, target, field="prompt", kind="audio/", max_bytes=max_bytes).read_bytes()


@given(content=st.binary(min_size=1, max_size=300))
def test_what_was_put_in_comes_out(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    target = tmp_path_factory.mktemp("data") / "file"
    assert decoded(data_url(content), target) == content


@pytest.mark.parametrize(
    "head",
    [
        "data:audio/wav;base64,",
        "data:audio/webm;codecs=opus;base64,",
        "DATA:Audio/X-Wav;BASE64,",
        "data:audio/mpeg;base64,",
    ],
)
def test_the_type_may_be_any_of_its_kind(head: str, tmp_path: Path) -> None:
    assert is_data_url(head + "YWJj")
    assert decoded(head + "YWJj", tmp_path / "file") == b"abc"


@pytest.mark.parametrize(
    "given_url",
    [
        "",
        "YWJj",
        "https://example.com/a.wav",
        "data:audio/wav,YWJj",
        "data:image/png;base64,YWJj",
        "data:audio/wav;base64,",
        "data:audio/wav;base64,YW Jj",
        "data:audio/wav;base64,YWJ",
        "data:audio/wav;base64,Ü===",
        "data:" + "a" * 500,
    ],
)
def test_what_is_no_such_url_is_refused_and_leaves_nothing(given_url: str, tmp_path: Path) -> None:
    with pytest.raises(BadField):
        decoded(given_url, tmp_path / "file")
    assert not (tmp_path / "file").exists()


@pytest.mark.parametrize(("size_bytes", "refusal"), [(1000, None), (1003, TooBig), (100_000, TooBig)])
def test_too_much_is_refused(size_bytes: int, refusal: type[HwameiError] | None, tmp_path: Path) -> None:
    if refusal is None:
        assert len(decoded(data_url(bytes(size_bytes)), tmp_path / "file")) == size_bytes
        return
    with pytest.raises(refusal):
        decoded(data_url(bytes(size_bytes)), tmp_path / "file")
