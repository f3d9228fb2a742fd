"""What says that an engine is not to be had: it is not installed, its model is missing, nobody answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hwamei.domain.errors import EngineDown, EngineFailed, ModelDamaged, ModelMissing, ModelNotFetched, Unknown

NOT_INSTALLED = "it is not installed on the machine that speaks"


@contextmanager
def told_if_down(engine: str) -> Iterator[None]:
    """Raises EngineDown for every error that says so, with that as its cause; others pass."""
    try:
        yield
    except (ModelMissing, ModelDamaged, ModelNotFetched, Unknown, EngineFailed, ImportError) as error:
        down = down_of(engine, error)
        if down is None:
            raise
        raise down from error


def down_of(engine: str, error: Exception) -> EngineDown | None:
    """The error as one of an engine that is down, in words that callers may read; None if it is another one."""
    if isinstance(error, EngineFailed) and isinstance(error.__cause__, EngineDown):
        return error.__cause__
    problem = _problem(error)
    return None if problem is None else EngineDown(engine=engine, problem=problem)


def not_installed(engine: str) -> EngineDown:
    """There is no such engine here."""
    return EngineDown(engine=engine, problem=NOT_INSTALLED)


def _problem(error: Exception) -> str | None:
    problem: str | None = None
    match error:
        case ModelMissing(name=name):
            problem = f"model {name} is not on the machine that speaks"
        case ModelDamaged(name=name):
            problem = f"model {name} is damaged"
        case ModelNotFetched(name=name):
            problem = f"model {name} could not be fetched"
        case Unknown(what="engine"):
            problem = NOT_INSTALLED
        case ImportError(name=name):
            problem = f"it needs {name or 'a package'}, which is not installed"
    return problem
