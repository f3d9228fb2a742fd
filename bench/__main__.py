"""`python -m bench`: measures, shows tables, and writes them into a page if one is given."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench import findings, machine
from bench.findings import Finding
from bench.workshop import Workshop, workshop


class Measurement(StrEnum):
    """What can be measured; the module of this package that does it has the same name."""

    REAL_TIME = "real-time"
    STREAMS = "streams"
    FIRST_AUDIO = "first-audio"
    MEMORY = "memory"
    STARTUP = "startup"
    CLONING = "cloning"
    LISTS = "lists"
    SERVICE = "service"
    LISTENERS = "listeners"


def main(
    only: Annotated[list[Measurement] | None, typer.Option(help="Measure this alone; may be repeated.")] = None,
    markdown: Annotated[
        Path | None, typer.Option(help="Also write the tables into this page, each between its marks.")
    ] = None,
    *,
    long: Annotated[bool, typer.Option("--long", help="Also speak 20,000 characters with the real engine.")] = False,
) -> None:
    """Measure speed and memory side by side with kokoro-onnx, on two cores."""
    machine.keep_to_two_cores()
    console = Console()
    with workshop(long=long) as place:
        for measurement in only or list(Measurement):
            console.print(f"[dim]{machine.describe()}[/dim]")
            found = _measure(measurement, place)
            console.print(findings.table(measurement.value, found))
            if markdown is not None:
                part = f"{findings.markdown(found)}\n\nMeasured on: {machine.describe()}."
                findings.put_into(markdown, measurement.value, part)


def _measure(measurement: Measurement, place: Workshop) -> list[Finding]:
    """Imported when its turn comes, so that one measurement does not need what another does."""
    module = import_module(f"bench.{measurement.value.replace('-', '_')}")
    found: list[Finding] = module.measure(place)
    return found


if __name__ == "__main__":
    typer.run(main)
