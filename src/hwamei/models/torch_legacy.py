"""Reads the arrays of a PyTorch checkpoint in the format before version 1.6, without PyTorch and without running code.

The file is five pickles (magic number, protocol version, byte order, the object, the keys of its storages) and then,
for each key, the number of elements and the elements. A pickle may name any function to be called; here only the
names that a checkpoint of float tensors needs exist, and each stands for one of our own.
Source of the layout: `torch.serialization._legacy_save`.
"""

from __future__ import annotations

import collections
import io
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

_MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001
_COUNT_BYTES = 8  # elements of a storage, int64 little-endian, before its data


class BadCheckpoint(ValueError):
    """Not a checkpoint that can be read here; the message says what is wrong."""


def read_model_state(content: bytes) -> dict[str, NDArray[np.float32]]:
    """The arrays under `model_state`, by name. Raises BadCheckpoint."""
    file = io.BytesIO(content)
    if _unpickle(file) != _MAGIC or _unpickle(file) != _PROTOCOL:
        raise BadCheckpoint("it does not begin as a PyTorch checkpoint of protocol 1001 does")
    byte_order = _unpickle(file)
    if not isinstance(byte_order, dict) or byte_order.get("little_endian") is not True:
        raise BadCheckpoint("its numbers are not little-endian")
    checkpoint = _unpickle(file)
    storages = _read_storages(file, keys=_unpickle(file))
    if not isinstance(checkpoint, dict) or not isinstance(checkpoint.get("model_state"), dict):
        raise BadCheckpoint("it has no model_state")
    return {str(name): _array(tensor, storages) for name, tensor in checkpoint["model_state"].items()}


@dataclass(frozen=True, slots=True)
class _Storage:
    """Stands for a float storage: a key into the data that follows the pickles."""

    key: str


@dataclass(frozen=True, slots=True)
class _Tensor:
    """Stands for a tensor: a view into a storage, `offset` and `stride` in elements."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]


def _rebuild_tensor(*arguments: object) -> _Tensor:
    """Called by the pickle in place of `torch._utils._rebuild_tensor_v2`, with its positional arguments."""
    match arguments:
        case (_Storage() as storage, int(offset), tuple(shape), tuple(stride), *_):
            if all(isinstance(number, int) and number >= 0 for number in (offset, *shape, *stride)):
                return _Tensor(storage, offset, shape, stride)
    raise BadCheckpoint("a tensor is not described by a storage, an offset, a shape and a stride")


_ALLOWED: Mapping[tuple[str, str], Callable[..., object]] = {
    ("collections", "OrderedDict"): collections.OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
    ("torch", "FloatStorage"): _Storage,
}


_PICKLE_ERRORS = (
    # What `pickle` raises for damaged bytes, depending on where the damage is.
    pickle.UnpicklingError,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    TypeError,
    ValueError,
)


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Callable[..., object]:
        if (module, name) not in _ALLOWED:
            raise BadCheckpoint(f"it names {module}.{name}, which a checkpoint of float tensors does not need")
        return _ALLOWED[module, name]

    def persistent_load(self, pid: object) -> _Storage:
        match pid:
            case ("storage", kind, str(key), _, int(), None) if kind is _Storage:
                return _Storage(key)
        raise BadCheckpoint("it refers to something other than a float storage")


def _unpickle(file: io.BytesIO) -> object:
    try:
        loaded: object = _Unpickler(file).load()
    except BadCheckpoint:
        raise
    except _PICKLE_ERRORS as error:
        raise BadCheckpoint(f"its pickles cannot be read: {error}") from error
    return loaded


def _read_storages(file: io.BytesIO, *, keys: object) -> dict[str, NDArray[np.float32]]:
    if not isinstance(keys, list):
        raise BadCheckpoint("it does not list its storages")
    return {str(key): _read_storage(file) for key in keys}


def _read_storage(file: io.BytesIO) -> NDArray[np.float32]:
    count = int.from_bytes(file.read(_COUNT_BYTES), "little", signed=True)
    left = len(file.getbuffer()) - file.tell()
    if not 0 <= count * 4 <= left:
        raise BadCheckpoint("it ends before its data does")
    return np.frombuffer(file.read(count * 4), dtype="<f4")


def _array(tensor: object, storages: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    if not isinstance(tensor, _Tensor) or tensor.storage.key not in storages:
        raise BadCheckpoint("its model_state holds something other than tensors")
    if tensor.stride != _row_major(tensor.shape):
        raise BadCheckpoint("a tensor is not laid out row by row")
    flat = storages[tensor.storage.key][tensor.offset : tensor.offset + prod(tensor.shape)]
    if flat.size != prod(tensor.shape):
        raise BadCheckpoint("a tensor reaches beyond its storage")
    return flat.reshape(tensor.shape).astype(np.float32)


def _row_major(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Elements from one index to the next, in each dimension, of a contiguous array."""
    return tuple(prod(shape[axis + 1 :]) for axis in range(len(shape)))
