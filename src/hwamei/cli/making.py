"""How a voice is made: options of the verbs that make one."""

from __future__ import annotations

from typing import Annotated

import typer

EngineOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="The engine that makes the voice and speaks for it: kokoro, or another that is installed.",
        show_default=False,
    ),
]

SeedOption = Annotated[int, typer.Option(min=0, help="The same seed makes the same voice again.")]
