"""The models that are folders: where they lie, and whether they are intact."""

from __future__ import annotations

from pathlib import Path

from hwamei.domain.errors import ModelDamaged, ModelMissing
from hwamei.models import locate, stamps
from hwamei.models.hub_sets import ModelSet
from hwamei.settings import Settings


def find(wanted: ModelSet, settings: Settings) -> Path | None:
    """The folder of the set, or None. Looks only whether the files are there."""
    for parent in (settings.models, settings.data / "models"):
        if parent is not None and all((parent / wanted.name / file.path).is_file() for file in wanted.files):
            return parent / wanted.name
    return None


def folder(wanted: ModelSet, settings: Settings) -> Path:
    """The folder of the set, verified once. Raises ModelMissing, ModelDamaged."""
    found = find(wanted, settings)
    if found is None:
        remedy = (
            f"run `hwamei models pull {wanted.name}`, or put its files into the folder {wanted.name} in the one that"
            " HWAMEI_MODELS names"
        )
        raise ModelMissing(name=wanted.name, remedy=remedy)
    before = stamps.stamp([found / file.path for file in wanted.files])
    if not stamps.is_known(wanted, before, settings):
        refuse_damaged(wanted, found)
        stamps.remember(wanted, before, settings)
    return found


def refuse_damaged(wanted: ModelSet, found: Path) -> None:
    """Read every file. Raises ModelDamaged at the first that is not what it should be."""
    for file in wanted.files:
        path = found / file.path
        expected = [content.sha256 for content in file.contents]
        sha256 = locate.sha256((path,))
        if sha256 not in expected:
            raise ModelDamaged(
                name=wanted.name, path=str(path), expected_sha256=" or ".join(expected), found_sha256=sha256
            )
