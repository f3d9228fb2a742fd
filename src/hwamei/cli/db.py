"""`hwamei db`: the database of a server."""

from __future__ import annotations

import typer

from hwamei.cli.output import JsonOption, print_json
from hwamei.cli.serve import DataOption, settings_for

app = typer.Typer(name="db", help="Look after the database of a server.")


@app.callback()
def db() -> None:
    """Look after the database of a server."""


@app.command()
def upgrade(data: DataOption = None, json: JsonOption = False) -> None:
    """Make or change the tables, so that this version can use them. May be run again; SQLite does it by itself."""
    from hwamei.serving import prepare_database  # slow to import

    prepare_database(settings_for(data))
    if json:
        print_json({"upgraded": True})
        return
    typer.echo("The database is ready.")
