"""Which models there are on this machine, and whether they are intact."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hwamei.models import locate
from hwamei.models.catalogue import CATALOGUE, ModelFile, model
from hwamei.settings import Settings


class State(StrEnum):
    """How a model stands. PRESENT says only that it is there, INTACT that its hash was checked just now."""

    MISSING = "missing"
    PRESENT = "present"
    INTACT = "intact"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """A model and how it stands; `place` is where it lies, None if nowhere."""

    model: ModelFile
    state: State
    place: str | None


def inventory(settings: Settings) -> tuple[ModelStatus, ...]:
    """Every model of the catalogue: missing or present. Reads no model."""
    return tuple(_glance(entry, settings) for entry in CATALOGUE.values())


def verify(name: str, settings: Settings) -> ModelStatus:
    """The model with this name: missing, intact or damaged, after reading all of it. Raises Unknown."""
    return examine(model(name), settings)


def examine(entry: ModelFile, settings: Settings) -> ModelStatus:
    """As `verify`, for a model that need not be in the catalogue."""
    found = locate.find(entry, settings)
    if found is None:
        return ModelStatus(entry, State.MISSING, None)
    intact = locate.sha256(found.files) == entry.sha256
    return ModelStatus(entry, State.INTACT if intact else State.DAMAGED, found.place)


def _glance(entry: ModelFile, settings: Settings) -> ModelStatus:
    found = locate.find(entry, settings)
    return ModelStatus(entry, State.PRESENT if found else State.MISSING, found.place if found else None)
