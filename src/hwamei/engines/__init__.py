"""The engines: one folder each, with `engine.py` that has `open_engine(settings) -> Engine`.

A package installed beside Hwamei adds one with an entry point in the group `hwamei.engines`, whose name is the engine's
and whose object is such a function. Nothing of an engine is imported before it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import cast

from hwamei.domain.errors import Unknown
from hwamei.ports import Engine
from hwamei.settings import Settings

OpenEngine = Callable[[Settings], Engine]
ENTRY_POINTS = "hwamei.engines"


def names() -> tuple[str, ...]:
    """The name of every engine there is, in alphabetical order."""
    return tuple(sorted({*_folders(), *entry_points(group=ENTRY_POINTS).names}))


def find(name: str) -> OpenEngine:
    """What opens the engine with this name; imports it. Raises Unknown."""
    if name in _folders():
        return cast(OpenEngine, import_module(f"{__name__}.{name}.engine").open_engine)
    for entry_point in entry_points(group=ENTRY_POINTS, name=name):
        return cast(OpenEngine, entry_point.load())
    raise Unknown(what="engine", given=name, known=names())


def _folders() -> frozenset[str]:
    return frozenset(path.parent.name for path in Path(__file__).parent.glob("*/engine.py"))
