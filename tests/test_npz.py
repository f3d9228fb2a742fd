"""Named arrays as bytes."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from hwamei import npz

NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789._", min_size=1, max_size=30)
VALUES = arrays.arrays(np.float32, arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=6))


@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_what_was_packed_is_unpacked_bit_for_bit(given_arrays: dict[str, np.ndarray]) -> None:
    unpacked = npz.unpack(npz.pack(given_arrays))
    assert unpacked.keys() == given_arrays.keys()
    for name, array in given_arrays.items():
        assert unpacked[name].shape == array.shape
        assert unpacked[name].dtype == np.float32
        assert unpacked[name].tobytes() == array.tobytes()


def test_numpy_reads_it_too() -> None:
    packed = npz.pack({"a": np.arange(6, dtype=np.float32).reshape(2, 3).T})
    with np.load(io.BytesIO(packed), allow_pickle=False) as loaded:
        np.testing.assert_array_equal(loaded["a"], [[0, 3], [1, 4], [2, 5]])


def test_the_same_arrays_give_the_same_bytes_in_any_order() -> None:
    one, two = np.ones(3, np.float32), np.zeros(2, np.float32)
    assert npz.pack({"one": one, "two": two}) == npz.pack({"two": two, "one": one})


def _saved(**saved: np.ndarray) -> bytes:
    target = io.BytesIO()
    np.savez(target, allow_pickle=True, **saved)
    return target.getvalue()


def _claiming(shape: str) -> bytes:
    """One array whose header claims a shape, with four bytes of data."""
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    array = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + bytes(4)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.npy", array)
    return target.getvalue()


def _bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.npy", bytes(10_000_000))
    return target.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 and then nothing",
        npz.pack({"a": np.ones(100, np.float32)})[:-60],
        _saved(a=np.ones(3)),  # float64
        _saved(a=np.array([print], dtype=object)),
        _claiming("(1000000000000,)"),
        _claiming("(0,)"),
        _claiming("(-1,)"),
        _claiming("'x'"),
        _claiming("(__import__('os').getpid(),)"),
        _bomb(),
    ],
)
def test_what_pack_did_not_make_is_refused(content: bytes) -> None:
    with pytest.raises(npz.BadArrays):
        npz.unpack(content)


@given(st.binary(max_size=400))
def test_no_bytes_do_more_than_be_refused(content: bytes) -> None:
    with pytest.raises(npz.BadArrays):
        npz.unpack(content)


@given(st.data())
def test_one_wrong_byte_is_refused_or_harmless(data: st.DataObject) -> None:
    """A zip has bytes that nobody reads; whatever they are, the arrays stay float32 of the size they claim."""
    packed = bytearray(npz.pack({"a": np.arange(5, dtype=np.float32)}))
    packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    try:
        unpacked = npz.unpack(bytes(packed))
    except npz.BadArrays:
        return
    assert all(array.dtype == np.float32 for array in unpacked.values())
