"""The tables that ship with the text front end."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable


def data_file(name: str) -> Traversable:
    """A file of the package's data folder."""
    return files("hwamei.text") / "data" / name


def lines(name: str) -> Iterator[str]:
    """The lines of a table that say something: not empty, not beginning with #."""
    for line in data_file(name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line
