"""Units of measure: how they are written, and what the languages call them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from hwamei.text.data_files import lines


@dataclass(frozen=True, slots=True)
class Unit:
    """What a unit is called; `english` in the singular."""

    chinese: str
    english: str


@cache
def units() -> Mapping[str, Unit]:
    """The units that are known, by how they are written."""
    rows = (line.split("\t") for line in lines("units.txt"))
    return {written: Unit(chinese, english) for written, chinese, english in rows}
