"""What the program prints: results on standard output, progress on standard error if a person looks at it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line of output.")]


def print_json(result: Mapping[str, object]) -> None:
    """One object on one line."""
    typer.echo(json.dumps(result, ensure_ascii=False))


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table with headings on a terminal; in a pipe, lines of cells parted by tabs, without headings."""
    if not sys.stdout.isatty():
        for row in rows:
            typer.echo("\t".join(row))
        return
    from rich.console import Console  # slow to import
    from rich.table import Table

    table = Table(*headings, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[float], None]]:
    """Takes percents. On a terminal a bar on standard error, which goes away at the end; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda percent: None
        return
    from rich.console import Console  # slow to import
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=100)
        yield lambda percent: bar.update(task, completed=percent)


@contextmanager
def bytes_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Takes how many bytes have come, and of how many. On a terminal a bar, as `progress_bar`; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda come, total: None
        return
    from rich.console import Console  # slow to import
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda come, total: bar.update(task, completed=come, total=total)
