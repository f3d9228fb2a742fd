"""Which models there are on this machine, and whether they are intact."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hwamei.domain.errors import ModelDamaged
from hwamei.models import locate, sets
from hwamei.models.catalogue import CATALOGUE, ModelFile, entry
from hwamei.models.hub_sets import SETS, ModelSet
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

    model: ModelFile | ModelSet
    state: State
    place: str | None


def inventory(settings: Settings) -> tuple[ModelStatus, ...]:
    """Every model of the catalogue: missing or present. Reads no model."""
    files = (_glance(model, settings) for model in CATALOGUE.values())
    return (*files, *(_glance_at_set(each, settings) for each in SETS.values()))


def verify(name: str, settings: Settings) -> ModelStatus:
    """The model with this name: missing, intact or damaged, after reading all of it. Raises Unknown."""
    model = entry(name)
    return examine_set(model, settings) if isinstance(model, ModelSet) else examine(model, settings)


def examine(model: ModelFile, settings: Settings) -> ModelStatus:
    """As `verify`, for a model that need not be in the catalogue."""
    found = locate.find(model, settings)
    if found is None:
        return ModelStatus(model, State.MISSING, None)
    intact = locate.sha256(found.files) == model.sha256
    return ModelStatus(model, State.INTACT if intact else State.DAMAGED, found.place)


def examine_set(wanted: ModelSet, settings: Settings) -> ModelStatus:
    """The same for a set of files."""
    found = sets.find(wanted, settings)
    if found is None:
        return ModelStatus(wanted, State.MISSING, None)
    try:
        sets.refuse_damaged(wanted, found)
    except ModelDamaged:
        return ModelStatus(wanted, State.DAMAGED, str(found))
    return ModelStatus(wanted, State.INTACT, str(found))


def _glance(model: ModelFile, settings: Settings) -> ModelStatus:
    found = locate.find(model, settings)
    return ModelStatus(model, State.PRESENT if found else State.MISSING, found.place if found else None)


def _glance_at_set(wanted: ModelSet, settings: Settings) -> ModelStatus:
    found = sets.find(wanted, settings)
    return ModelStatus(wanted, State.PRESENT if found else State.MISSING, str(found) if found else None)
