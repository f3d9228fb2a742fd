"""What becomes of options, from the wire models to the page."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import BaseModel, Field

from hwamei import dialects
from hwamei.web.options import CallOptions, Fate, mapped, options_part, refused, without_effect


class Body(BaseModel):
    speed: Annotated[float, Field(ge=0.5, le=2), mapped("0.5 to 2", example=1.5)] = 1.0
    mood: Annotated[str | None, Field(alias="moodOfVoice"), without_effect("voices have one mood")] = None


class Query(BaseModel):
    video: Annotated[str | None, refused("there is only sound", example="yes")] = None


class Silent(Body):
    depth: int = 1


def test_a_table_names_options_as_they_are_on_the_wire_with_what_becomes_of_them() -> None:
    assert options_part([CallOptions("POST /speak", (Body, Query)), CallOptions("GET /", (Query,))]) == (
        "### `POST /speak`\n"
        "\n"
        "| option | here | how |\n"
        "|---|---|---|\n"
        "| `speed` | mapped | 0.5 to 2 |\n"
        "| `moodOfVoice` | accepted without effect | voices have one mood |\n"
        "| `video` | refused | there is only sound |\n"
        "\n"
        "### `GET /`\n"
        "\n"
        "| option | here | how |\n"
        "|---|---|---|\n"
        "| `video` | refused | there is only sound |"
    )


def test_the_model_works_as_without_the_notes_and_tests_find_the_examples() -> None:
    assert Body.model_validate({"speed": 2, "moodOfVoice": "glad"}) == Body(speed=2.0, moodOfVoice="glad")
    with pytest.raises(ValueError, match="speed"):
        Body.model_validate({"speed": 9})
    found = dict(CallOptions("POST /speak", (Body, Query)).named())
    assert {name: (option.fate, option.example) for name, option in found.items()} == {
        "speed": (Fate.MAPPED, 1.5),
        "moodOfVoice": (Fate.NO_EFFECT, None),
        "video": (Fate.REFUSED, "yes"),
    }


def test_a_field_that_does_not_say_what_becomes_of_it_is_found() -> None:
    with pytest.raises(LookupError, match=r"Silent\.depth"):
        options_part([CallOptions("POST /speak", (Silent,))])


def test_every_option_of_a_dialect_is_in_its_table() -> None:
    for path in Path(dialects.__file__).parent.glob("*/options.py"):
        calls: tuple[CallOptions, ...] = import_module(f"hwamei.dialects.{path.parent.name}.options").OPTIONS
        assert options_part(calls) in path.with_name("README.md").read_text("utf-8")
