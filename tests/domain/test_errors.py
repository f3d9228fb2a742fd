"""Errors: classes with fields, and messages that say what was given, what is allowed, what to do."""

from __future__ import annotations

import inspect
import re

import pytest

from hwamei.domain import errors
from hwamei.domain.errors import HwameiError, OutOfRange, Unknown


def test_the_tree_at_the_top_of_the_module_is_the_tree_in_it() -> None:
    drawn = set(re.findall(r"\b[A-Z][A-Za-z]+(?=[ ,\n])", (errors.__doc__ or "").split("HwameiError", 1)[1]))
    classes = {name for name, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, HwameiError)}
    assert classes - {"HwameiError"} <= drawn


@pytest.mark.parametrize("given", [-1.0, 2.5, float("nan"), float("inf")])
def test_a_number_outside_its_range_is_refused_with_the_range(given: float) -> None:
    with pytest.raises(OutOfRange, match=r"choose a value in that range") as caught:
        OutOfRange.check("speed", given, 0.5, 2.0)
    assert (caught.value.name, caught.value.low, caught.value.high) == ("speed", 0.5, 2.0)


@pytest.mark.parametrize("given", [0.5, 1.0, 2.0])
def test_a_number_inside_its_range_is_fine(given: float) -> None:
    OutOfRange.check("speed", given, 0.5, 2.0)


def test_an_unknown_choice_is_refused_with_the_nearest_and_with_all() -> None:
    assert str(Unknown(what="format", given="mp4", known=["mp3", "flac"])) == (
        "format 'mp4' is not known; did you mean mp3? choose one of: mp3, flac"
    )
    assert "did you mean" not in str(Unknown(what="format", given="xyz", known=["mp3", "flac"]))
