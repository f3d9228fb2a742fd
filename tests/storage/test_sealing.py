"""The server's own key."""

from __future__ import annotations

import hmac
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.domain.errors import StoreUnavailable
from hwamei.storage.sealing import KEY_BYTES, Key, open_key

KEY = Key(bytes(range(KEY_BYTES)))


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "data" / "key"
    first = open_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(path.read_bytes()) == KEY_BYTES
    assert open_key(path).derived("x") == first.derived("x")
    assert [found.name for found in path.parent.iterdir()] == ["key"]


def test_two_servers_have_two_keys(tmp_path: Path) -> None:
    assert open_key(tmp_path / "one").derived("x") != open_key(tmp_path / "two").derived("x")


def test_processes_that_start_together_get_the_same_key(tmp_path: Path) -> None:
    program = (
        "from pathlib import Path; from hwamei.storage.sealing import open_key;"
        f"print(open_key(Path({str(tmp_path / 'key')!r})).derived('x').hex())"
    )
    started = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) for _ in range(4)]
    assert len({process.communicate()[0] for process in started}) == 1
    assert [process.returncode for process in started] == [0] * 4


@given(text=st.text(), about=st.text(max_size=20))
def test_what_was_sealed_opens(text: str, about: str) -> None:
    assert KEY.open(KEY.seal(text, about=about), about=about) == text


def test_the_same_text_is_never_sealed_the_same_way() -> None:
    assert KEY.seal("secret", about="a") != KEY.seal("secret", about="a")


@given(position=st.integers(0), bit=st.integers(0, 7))
def test_a_change_of_one_bit_is_noticed(position: int, bit: int) -> None:
    sealed = bytearray(KEY.seal("secret", about="a"))
    sealed[position % len(sealed)] ^= 1 << bit
    with pytest.raises(StoreUnavailable):
        KEY.open(bytes(sealed), about="a")


@pytest.mark.parametrize("sealed", [b"", b"short", b"n" * 12, b"n" * 40])
def test_what_was_never_sealed_does_not_open(sealed: bytes) -> None:
    with pytest.raises(StoreUnavailable, match="put back the key file"):
        KEY.open(sealed, about="a")


def test_what_was_sealed_opens_with_the_same_key_about_the_same_only() -> None:
    sealed = KEY.seal("secret", about="a")
    for key, about in ((KEY, "b"), (Key(b"k" * KEY_BYTES), "a")):
        with pytest.raises(StoreUnavailable):
            key.open(sealed, about=about)


def test_what_is_derived_differs_by_purpose_and_never_changes() -> None:
    assert KEY.derived("links") == KEY.derived("links")
    assert KEY.derived("links") != KEY.derived("sealing, version 1")
    assert KEY.derived("links") == _hkdf_by_hand(bytes(range(KEY_BYTES)), b"hwamei links")


def _hkdf_by_hand(key: bytes, info: bytes) -> bytes:
    """RFC 5869, sections 2.2 and 2.3, for one block and no salt."""
    extracted = hmac.digest(bytes(32), key, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


@pytest.mark.parametrize("content", [b"", b"k" * 31, b"k" * 33])
def test_a_damaged_key_file_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    with pytest.raises(StoreUnavailable, match="32"):
        open_key(path)
    assert path.read_bytes() == content


def test_a_key_file_that_cannot_be_read_is_our_error(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir()
    with pytest.raises(StoreUnavailable):
        open_key(tmp_path / "key")
