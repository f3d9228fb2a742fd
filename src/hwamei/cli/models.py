"""`hwamei models`: the model files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from hwamei.cli.exit_codes import ExitCode
from hwamei.cli.output import JsonOption, bytes_bar, print_json, print_table

if TYPE_CHECKING:
    from hwamei.app import ModelStatus

app = typer.Typer(name="models", help="List, fetch and verify the model files.")

NamesArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="NAME", help="Which ones; all but the optional if none is named.", show_default=False),
]


@app.command("list")
def list_models(json: JsonOption = False) -> None:
    """List the model files with size, licence, SHA-256 and source."""
    import hwamei  # slow to import

    with hwamei.open() as studio:
        _show(studio.models(), json=json)


@app.command()
def pull(names: NamesArgument = None, json: JsonOption = False) -> None:
    """Fetch the model files that are not here or not intact. The only command that uses the network."""
    import hwamei  # slow to import

    with hwamei.open() as studio:
        wanted = names or [status.model.name for status in studio.models() if not status.model.optional]
        statuses = []
        for name in wanted:
            with bytes_bar(f"fetching {name}") as progress:
                statuses.append(studio.pull_model(name, progress))
        _show(statuses, json=json)


@app.command()
def verify(names: NamesArgument = None, json: JsonOption = False) -> None:
    """Read the model files that are here or should be, and compare their SHA-256."""
    import hwamei  # slow to import

    with hwamei.open() as studio:
        wanted = names or [status.model.name for status in studio.models() if _is_expected(status)]
        statuses = [studio.verify_model(name) for name in wanted]
    _show(statuses, json=json)
    if any(status.state != "intact" for status in statuses):
        typer.echo("hwamei: not every model is intact; `hwamei models pull` fetches what is not", err=True)
        raise typer.Exit(ExitCode.MODEL)


@app.command()
def tune(json: JsonOption = False) -> None:
    """Find out in which arithmetic the embedded engine is fastest on this machine, and keep to it. Takes a minute; best
    while nothing else runs."""
    import hwamei  # slow to import

    with hwamei.open() as studio:
        tuned = studio.tune()
    if studio.settings.kokoro_arithmetic != "auto":
        typer.echo("hwamei: HWAMEI_KOKORO_ARITHMETIC is set, and goes before what was measured", err=True)
    measured = {str(arithmetic): round(factor, 3) for arithmetic, factor in tuned.real_time_factors}
    if json:
        print_json({"chosen": str(tuned.chosen), "real_time_factors": measured})
        return
    print_table(("arithmetic", "real-time factor"), [(name, f"{factor:.2f}") for name, factor in measured.items()])


def _is_expected(status: ModelStatus) -> bool:
    return not status.model.optional or status.state != "missing"


def _show(statuses: Sequence[ModelStatus], *, json: bool) -> None:
    if json:
        print_json({"models": [_facts(status) for status in statuses]})
        return
    headings = ("name", "state", "optional", "MB", "licence", "SHA-256", "source", "place")
    print_table(headings, [tuple(_cells(status)) for status in statuses])


def _facts(status: ModelStatus) -> dict[str, object]:
    """What is worth knowing of a model, as plain values."""
    model = status.model
    return {
        "name": model.name,
        "state": str(status.state),
        "optional": model.optional,
        "size_bytes": model.size_bytes,
        "licence": model.licence,
        "sha256": model.sha256,
        "source": model.source,
        "place": status.place,
    }


def _cells(status: ModelStatus) -> list[str]:
    facts = _facts(status) | {"size_bytes": f"{status.model.size_bytes / 1e6:.1f}"}
    facts["optional"] = "yes" if status.model.optional else "no"
    return [str(fact or "-") for fact in facts.values()]
