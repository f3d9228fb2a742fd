"""Where each model lies on this machine, and its content once it is known to be intact.

Looked in, in this order: the folder that HWAMEI_MODELS names, the folder `models` under HWAMEI_DATA, the installed
Python packages that carry the model. Nothing here fetches anything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from hwamei import atomic
from hwamei.domain.errors import ModelDamaged, ModelMissing
from hwamei.models import stamps
from hwamei.models.catalogue import Making, ModelFile, WheelMember, model
from hwamei.settings import Settings


@dataclass(frozen=True, slots=True)
class Found:
    """A model on this machine: the file, or its parts in order."""

    model: ModelFile
    files: tuple[Path, ...]

    @property
    def place(self) -> str:
        """Where it is, for a person to read."""
        return str(self.files[0]) if len(self.files) == 1 else f"{self.files[0]} and {len(self.files) - 1} more parts"


def load_bytes(name: str, settings: Settings) -> bytes:
    """The model's content, verified. Raises Unknown, ModelMissing, ModelDamaged. Safe from several threads."""
    found = _require(name, settings)
    before = stamps.stamp(found.files)
    content = b"".join(file.read_bytes() for file in found.files)
    if not stamps.is_known(found.model, before, settings):
        refuse_damaged(found, hashlib.sha256(content).hexdigest())
        stamps.remember(found.model, before, settings)
    return content


def path(name: str, settings: Settings) -> Path:
    """The model as one file, verified; put together under HWAMEI_DATA if it came in parts. Raises as `load_bytes`."""
    found = _require(name, settings)
    if len(found.files) > 1:
        whole = settings.models_folder / found.model.file_name
        atomic.write_bytes(whole, load_bytes(name, settings), mode=atomic.FOR_EVERYBODY)
        found = Found(found.model, (whole,))
    before = stamps.stamp(found.files)
    if not stamps.is_known(found.model, before, settings):
        refuse_damaged(found, sha256(found.files))
        stamps.remember(found.model, before, settings)
    return found.files[0]


def find(wanted: ModelFile, settings: Settings) -> Found | None:
    """Where the model is, or None. Reads nothing, so it may be damaged."""
    folders = [settings.data / "models"] if settings.models is None else [settings.models, settings.data / "models"]
    for folder in folders:
        if (folder / wanted.file_name).is_file():
            return Found(wanted, (folder / wanted.file_name,))
    if wanted.making is Making.JOINED:
        return _find_installed(wanted)
    return None


def refuse_damaged(found: Found, found_sha256: str) -> None:
    """Raise ModelDamaged unless this is the hash that the catalogue gives."""
    if found_sha256 != found.model.sha256:
        raise ModelDamaged(
            name=found.model.name,
            path=found.place,
            expected_sha256=found.model.sha256,
            found_sha256=found_sha256,
        )


def sha256(files: tuple[Path, ...]) -> str:
    """The hash of the files one after the other, as hex; reads them in pieces."""
    digest = hashlib.sha256()
    for file in files:
        for piece in _pieces(file):
            digest.update(piece)
    return digest.hexdigest()


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while piece := source.read(1 << 20):
            yield piece


def _require(name: str, settings: Settings) -> Found:
    found = find(model(name), settings)
    if found is None:
        raise ModelMissing(
            name=name,
            remedy="run `hwamei models pull`, or put the file into the folder that HWAMEI_MODELS names",
        )
    return found


def _find_installed(wanted: ModelFile) -> Found | None:
    files = tuple(file for member in wanted.wheels if (file := _installed(member)) is not None)
    return Found(wanted, files) if len(files) == len(wanted.wheels) else None


def _installed(member: WheelMember) -> Path | None:
    """The member under site-packages, without importing its package."""
    package, _, inside = member.path.partition("/")
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(folder) / inside).is_file():
            return Path(folder) / inside
    return None
