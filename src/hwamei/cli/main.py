"""The program `hwamei`: one module for each verb. Importing them is quick; a verb loads what it needs when it runs."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from traceback import print_exception
from typing import Annotated

import typer

from hwamei.cli import apps, clone, db, doctor, inspect, models, say, serve, voices
from hwamei.cli.exit_codes import ExitCode, exit_code_of
from hwamei.domain.errors import HwameiError

app = typer.Typer(
    name="hwamei",
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(clone.clone)
app.command()(say.say)
app.add_typer(voices.app)
app.add_typer(models.app)
app.command()(doctor.doctor)
app.command()(inspect.inspect)
app.command()(serve.serve)
app.command()(serve.worker)
app.add_typer(apps.app)
app.add_typer(db.app)


@dataclass
class Run:
    """What one call of the program was told before its verb."""

    debug: bool = False


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # seldom needed, and slow to import

        typer.echo(f"hwamei {version('hwamei')}")
        raise typer.Exit


@app.callback()
def hwamei(
    context: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show where in the program an error came from.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Clone a voice from a short recording and speak Chinese and English with it, on this machine."""
    if isinstance(context.obj, Run):
        context.obj.debug = debug
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main() -> None:
    """Run the command line and end the process, with an exit status from ExitCode."""
    run = Run()
    try:
        status = typer.main.get_command(app).main(prog_name="hwamei", standalone_mode=False, obj=run)
    except (HwameiError, OSError) as error:
        if run.debug:
            print_exception(error)
        status = exit_code_of(error)
        typer.echo(f"hwamei: {_in_words(error)}", err=True)
    except typer.TyperException as error:
        status = ExitCode.REFUSED
        typer.echo(f"hwamei: {_in_words(error)}; `{_help_for(error)}` shows what is allowed", err=True)
    except typer.Abort:
        status = ExitCode.INTERRUPTED
    sys.exit(status)


def _in_words(error: HwameiError | OSError | typer.TyperException) -> str:
    """One line, whatever the error holds."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}; choose another path, or make the folder"
    text = error.format_message() if isinstance(error, typer.TyperException) else str(error)
    return " ".join(text.split()).removesuffix(".")


def _help_for(error: typer.TyperException) -> str:
    """The call that shows how the verb is used that the error is about."""
    context = getattr(error, "ctx", None)
    return f"{context.command_path if context else 'hwamei'} --help"
