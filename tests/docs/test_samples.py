"""The examples to listen to: each says that it is AI-made, plays for a few seconds, and is explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from hwamei.codecs.decode import decode
from hwamei.labels.inspect import inspect

FOLDER = Path(__file__).parents[2] / "docs" / "samples"
SAMPLES = sorted(FOLDER.glob("*.opus"))
MOST_BYTES = 70_000


def test_there_are_three_people_in_two_languages_in_three_ways() -> None:
    names = {tuple(path.stem.split("-")) for path in SAMPLES}
    people, languages, ways = (set(column) for column in zip(*names, strict=True))
    assert len(people) == 3
    assert languages == {"en", "zh"}
    assert ways == {"published", "instant", "trained"}
    assert len(names) == 18


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_each_is_labelled_and_plays(path: Path) -> None:
    label = inspect(path)
    assert label is not None
    assert label.label == "1"
    assert 2 < decode(path).duration_s < 10
    assert path.stat().st_size < MOST_BYTES


def test_the_page_names_each() -> None:
    page = (FOLDER / "README.md").read_text()
    assert [path.name for path in SAMPLES if f"({path.name})" not in page] == []
