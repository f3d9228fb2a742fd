"""`hwamei doctor`: whether this machine has what Hwamei needs."""

from __future__ import annotations

import typer

from hwamei.cli.exit_codes import ExitCode
from hwamei.cli.output import JsonOption, print_json


def doctor(json: JsonOption = False) -> None:
    """Look whether everything is there: interpreter, processor, data folder, models, codecs, engine."""
    import hwamei  # slow to import

    checks = []
    with hwamei.open() as studio:
        for check in studio.checkup():
            checks.append(check)
            if not json:
                typer.echo(f"{'ok   ' if check.ok else 'WRONG'}  {check.name}: {check.found}")
    if json:
        print_json(
            {
                "ok": all(check.ok for check in checks),
                "checks": [{"name": check.name, "ok": check.ok, "found": check.found} for check in checks],
            }
        )
    wrong = [check for check in checks if not check.ok]
    if wrong:
        models_only = all(check.name.startswith("model ") for check in wrong)
        raise typer.Exit(ExitCode.MODEL if wrong[0].name.startswith("model ") or models_only else ExitCode.ENGINE)
