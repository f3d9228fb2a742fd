"""A user's own readings: a text file with one entry a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Lexicon:
    """Readings that go before all others."""

    entries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_lexicon(path: Path) -> Lexicon:
    """The lexicon in a file. Raises BadLexicon."""
    return Lexicon({})
