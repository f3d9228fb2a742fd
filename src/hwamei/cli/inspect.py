"""`hwamei inspect`: the label of AI-made sound."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hwamei.cli.output import JsonOption, print_json
from hwamei.cli.where import KeyOption, ServerOption, open_studio


def inspect(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A sound file, whoever made it.", show_default=False)],
    server: ServerOption = None,
    key: KeyOption = None,
    json: JsonOption = False,
) -> None:
    """Read the label from a file that says whether its sound was made by AI (GB 45438-2025)."""
    with open_studio(server, key) as studio:
        label = studio.label_of(file)
    if json:
        print_json({"file": str(file), "AIGC": label})
    elif label is None:
        typer.echo(f"{file}: no label")
    else:
        for name, value in label.items():
            typer.echo(f"{name}: {value}")
