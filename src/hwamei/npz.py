"""Named float32 arrays as bytes: the same arrays always give the same bytes, and reading trusts nothing.

The format is NumPy's `.npz`, so `numpy.load` reads it too. It is written here because `numpy.savez` puts the time of
day into the file, and because `numpy.load` allocates whatever size a header claims.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from math import prod

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[np.float32]]

_SUFFIX = ".npy"
_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can hold
_UNIX = 3  # `create_system`, fixed so that the bytes do not depend on where they were made


ZIP_ERRORS = (
    # What `zipfile` raises for bytes that are no zip, or a damaged one, depending on where the damage is.
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


class BadArrays(ValueError):
    """The bytes are not what `pack` makes; the message says where they differ."""


def pack(arrays: Arrays) -> bytes:
    """The arrays, each float32 of any shape, as an uncompressed `.npz`."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(arrays):
            entry = zipfile.ZipInfo(name + _SUFFIX, _DATE)
            entry.create_system = _UNIX
            archive.writestr(entry, _array_bytes(arrays[name]))
    return target.getvalue()


def _array_bytes(array: NDArray[np.float32]) -> bytes:
    target = io.BytesIO()
    plain = np.ascontiguousarray(array, dtype="<f4").reshape(array.shape)
    np.lib.format.write_array(target, plain, version=(1, 0), allow_pickle=False)
    return target.getvalue()


def unpack(content: bytes) -> dict[str, NDArray[np.float32]]:
    """The arrays by name. Needs no more memory than the content has. Raises BadArrays."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_compressed(archive)
            return {entry.filename.removesuffix(_SUFFIX): _array(archive, entry) for entry in archive.infolist()}
    except BadArrays:
        raise
    except ZIP_ERRORS as error:
        raise BadArrays(f"not an npz file: {error}") from error


def _refuse_compressed(archive: zipfile.ZipFile) -> None:
    """Uncompressed, nothing can unpack to more than the file has."""
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in archive.infolist()):
        raise BadArrays("it is compressed")


def _array(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> NDArray[np.float32]:
    if not entry.filename.endswith(_SUFFIX):
        raise BadArrays(f"{entry.filename!r} is not an array")
    content = archive.read(entry)
    file = io.BytesIO(content)
    if np.lib.format.read_magic(file) != (1, 0):
        raise BadArrays(f"{entry.filename!r} has another format version than 1.0")
    shape, fortran_order, dtype = np.lib.format.read_array_header_1_0(file)
    body = content[file.tell() :]
    if dtype != np.dtype("<f4") or fortran_order or prod(shape) * dtype.itemsize != len(body):
        raise BadArrays(f"{entry.filename!r} is not a plain float32 array of the size it claims")
    return np.frombuffer(body, dtype=np.float32).reshape(shape)
