"""Reading a PyTorch checkpoint of the old format. The checkpoints here are written by Python's own pickler."""

from __future__ import annotations

import collections
import io
import os
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.models.torch_legacy import BadCheckpoint, read_model_state

MAGIC = 0x1950A86A20F9469CFC6C


class _Global:
    """Pickles as the name of something that need not exist here."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name


FLOAT_STORAGE = _Global("torch", "FloatStorage")
REBUILD = _Global("torch._utils", "_rebuild_tensor_v2")


class _Call:
    """Pickles as a call."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.function, self.arguments = function, arguments


class _Persistent:
    def __init__(self, pid: object) -> None:
        self.pid = pid


class _Pickler(pickle._Pickler):  # the one in Python: the one in C cannot write a name that does not exist
    """Writes what PyTorch writes, without PyTorch."""

    def persistent_id(self, obj: object) -> object:
        return obj.pid if isinstance(obj, _Persistent) else None

    def save(self, obj: object, save_persistent_id: bool = True) -> None:
        if isinstance(obj, _Global):
            self._write(pickle.GLOBAL + f"{obj.module}\n{obj.name}\n".encode())
        elif isinstance(obj, _Call):
            self.save(obj.function)
            self.save(obj.arguments)
            self._write(pickle.REDUCE)
        else:
            super().save(obj, save_persistent_id)  # type: ignore[misc]  # there, but not in the type stubs

    def _write(self, content: bytes) -> None:
        self.write(content)  # type: ignore[attr-defined]  # there, but not in the type stubs


def a_tensor(key: str, shape: tuple[int, ...], *, offset: int = 0, stride: tuple[int, ...] | None = None) -> _Call:
    stride = stride or tuple(int(np.prod(shape[axis + 1 :])) for axis in range(len(shape)))
    storage = _Persistent(("storage", FLOAT_STORAGE, key, "cuda:0", 1000, None))
    return _Call(REBUILD, storage, offset, shape, stride, False, collections.OrderedDict())


def a_checkpoint(state: object, storages: dict[str, list[float]], **changes: Any) -> bytes:
    parts = {"magic": MAGIC, "protocol": 1001, "order": {"little_endian": True}, "checkpoint": {"model_state": state}}
    parts |= changes
    pickles = b"".join(_dump(part) for part in (*parts.values(), list(storages)))
    data = [len(values).to_bytes(8, "little") + np.array(values, "<f4").tobytes() for values in storages.values()]
    return pickles + b"".join(data)


def _dump(value: object) -> bytes:
    target = io.BytesIO()
    _Pickler(target, 2).dump(value)
    return target.getvalue()


def test_tensors_are_read_by_name_and_shape() -> None:
    state = {"weight": a_tensor("1", (2, 3)), "bias": a_tensor("2", (2,), offset=1)}
    read = read_model_state(a_checkpoint(state, {"1": [1, 2, 3, 4, 5, 6], "2": [0, 7, 8]}))
    assert read.keys() == {"weight", "bias"}
    np.testing.assert_array_equal(read["weight"], [[1, 2, 3], [4, 5, 6]])
    np.testing.assert_array_equal(read["bias"], [7, 8])
    assert read["bias"].dtype == np.float32


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"",
        lambda: a_checkpoint({}, {}, magic=1),
        lambda: a_checkpoint({}, {}, protocol=1002),
        lambda: a_checkpoint({}, {}, order={"little_endian": False}),
        lambda: a_checkpoint({}, {}, checkpoint=[]),
        lambda: a_checkpoint({"a": 1}, {}),
        lambda: a_checkpoint({"a": a_tensor("missing", (1,))}, {}),
        lambda: a_checkpoint({"a": a_tensor("1", (3,))}, {"1": [1, 2]}),
        lambda: a_checkpoint({"a": a_tensor("1", (1,), offset=-1)}, {"1": [1, 2]}),
        lambda: a_checkpoint({"a": a_tensor("1", (2, 2), stride=(1, 2))}, {"1": [1, 2, 3, 4]}),
        lambda: a_checkpoint({"a": a_tensor("1", (2,))}, {"1": [1, 2]})[:-1],
        lambda: a_checkpoint({"a": _Persistent(("storage", FLOAT_STORAGE, 5, "cpu", 1, None))}, {}),
        lambda: a_checkpoint({"a": _Persistent("module")}, {}),
        lambda: a_checkpoint({"a": _Call(REBUILD)}, {}),
    ],
)
def test_what_is_no_such_checkpoint_is_refused(make: Callable[[], bytes]) -> None:
    with pytest.raises(BadCheckpoint):
        read_model_state(make())


@pytest.mark.parametrize(
    ("module", "name"),
    [("os", "system"), ("builtins", "eval"), ("torch", "HalfStorage"), ("collections", "OrderedDict.fromkeys")],
)
def test_a_name_that_is_not_needed_is_refused_and_not_called(
    module: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[object] = []
    monkeypatch.setattr(os, "system", called.append)
    with pytest.raises(BadCheckpoint, match=name):
        read_model_state(a_checkpoint({"a": _Call(_Global(module, name), "echo")}, {}))
    assert called == []


@pytest.mark.parametrize("count", [-1, 3, 2**61, 2**63 - 1])
def test_a_storage_that_claims_more_than_there_is_is_refused(count: int) -> None:
    content = a_checkpoint({"a": a_tensor("1", (2,))}, {"1": [1, 2]})
    claimed = content.replace((2).to_bytes(8, "little"), count.to_bytes(8, "little", signed=True))
    assert claimed != content
    with pytest.raises(BadCheckpoint, match="ends before its data"):
        read_model_state(claimed)


@given(st.data())
def test_a_damaged_checkpoint_is_refused_or_read_but_never_more(data: st.DataObject) -> None:
    content = bytearray(a_checkpoint({"a": a_tensor("1", (2,))}, {"1": [1, 2]}))
    content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        read = read_model_state(bytes(content))
    except BadCheckpoint:
        return
    assert all(array.dtype == np.float32 for array in read.values())
