"""The dialects: one folder each, with `dialect.py` that has `dialect(platform) -> Dialect`.

A package installed beside Hwamei adds one with an entry point in the group `hwamei.dialects`, whose name is the
dialect's and whose object is such a function. Nothing of a dialect is imported before it is asked for.
"""

from __future__ import annotations

import json
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, cast

from hwamei.domain.errors import Unknown

if TYPE_CHECKING:  # the client reads the native wire types, and has no use for a web framework
    from hwamei.web.dialect import MakeDialect

ENTRY_POINTS = "hwamei.dialects"
EXAMPLES = "examples.json"


def names() -> tuple[str, ...]:
    """The name of every dialect there is, in alphabetical order."""
    return tuple(sorted({*_folders(), *entry_points(group=ENTRY_POINTS).names}))


def find_all() -> tuple[MakeDialect, ...]:
    """What makes each dialect there is; imports them all."""
    return tuple(find(name) for name in names())


def find(name: str) -> MakeDialect:
    """What makes the dialect with this name; imports it. Raises Unknown."""
    if name in _folders():
        return cast("MakeDialect", import_module(f"{__name__}.{name}.dialect").dialect)
    for entry_point in entry_points(group=ENTRY_POINTS, name=name):
        return cast("MakeDialect", entry_point.load())
    raise Unknown(what="dialect", given=name, known=names())


def examples(name: str) -> object:
    """How a program speaks this dialect, as its folder's `examples.json` says; None if that is not said."""
    path = Path(__file__).parent / name / EXAMPLES
    return json.loads(path.read_text("utf-8")) if name in _folders() and path.is_file() else None


def _folders() -> frozenset[str]:
    return frozenset(path.parent.name for path in Path(__file__).parent.glob("*/dialect.py"))
