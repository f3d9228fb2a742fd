"""`hwamei apps`: who may use a server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from hwamei.cli.output import JsonOption, print_json, print_table
from hwamei.cli.quota_values import changed, shown
from hwamei.cli.serve import DataOption, settings_for

if TYPE_CHECKING:
    from pathlib import Path

    from hwamei.domain.app import App, Credentials, EngineChoice
    from hwamei.service.accounts import Accounts
    from hwamei.service.platform import Platform

app = typer.Typer(name="apps", help="Make, list, limit and disable the apps that may use a server.")

AppArgument = Annotated[str, typer.Argument(metavar="APP", help="Its app_id.", show_default=False)]


StandInOption = Annotated[
    bool,
    typer.Option(
        "--stand-in/--no-stand-in",
        help="Whether HWAMEI_STAND_IN_ENGINE may speak for a voice whose own engine is missing or down.",
    ),
]


@contextmanager
def _platform(data: Path | None) -> Iterator[Platform]:
    from hwamei.serving import open_platform  # slow to import

    with open_platform(settings_for(data)) as platform:
        yield platform


@contextmanager
def _accounts(data: Path | None) -> Iterator[Accounts]:
    with _platform(data) as platform:
        yield platform.accounts


def _choice(platform: Platform, engine: str | None, *, stand_in: bool) -> EngineChoice:
    """Raises Unknown."""
    from hwamei.domain.app import EngineChoice

    return EngineChoice(None if engine is None else platform.engines.check(engine), stand_in=stand_in)


@app.command()
def create(  # noqa: PLR0913  # one parameter for each option
    name: Annotated[str, typer.Argument(metavar="NAME", help="What people call it.", show_default=False)],
    *,
    app_id: Annotated[str | None, typer.Option(help="Its id, instead of one made up.", show_default=False)] = None,
    secret: Annotated[
        str | None, typer.Option(help="Its signing secret, instead of one made up.", show_default=False)
    ] = None,
    engine: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The engine of its voices, instead of HWAMEI_ENGINE.", show_default=False),
    ] = None,
    stand_in: StandInOption = False,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Make an app, and show its key and secret: this once."""
    with _platform(data) as platform:
        chosen = _choice(platform, engine, stand_in=stand_in)
        credentials = platform.accounts.create(name, app_id=app_id, secret=secret, engine=chosen)
    _show_credentials(credentials, json=json)


@app.command("list")
def list_apps(data: DataOption = None, json: JsonOption = False) -> None:
    """List the apps, the oldest first."""
    with _accounts(data) as accounts:
        apps = accounts.list()
    if json:
        print_json({"apps": [_facts(each) for each in apps]})
        return
    rows = [
        (
            each.id,
            each.name,
            "disabled" if each.disabled else "enabled",
            f"{each.created_at:%Y-%m-%d %H:%M}",
            each.engine or "-",
            "stand-in" if each.stand_in else "-",
        )
        for each in apps
    ]
    print_table(("app_id", "name", "state", "made", "engine", "if that is down"), rows)


@app.command()
def rotate(app_id: AppArgument, data: DataOption = None, json: JsonOption = False) -> None:
    """Give an app a new key and secret, and show them: this once. The old ones are void at once."""
    with _accounts(data) as accounts:
        credentials = accounts.rotate(app_id)
    _show_credentials(credentials, json=json)


@app.command()
def disable(app_id: AppArgument, data: DataOption = None, json: JsonOption = False) -> None:
    """Let an app do nothing more, from its next request on."""
    with _accounts(data) as accounts:
        changed_app = accounts.disable(app_id)
    _show_state(changed_app, json=json)


@app.command()
def enable(app_id: AppArgument, data: DataOption = None, json: JsonOption = False) -> None:
    """Let a disabled app in again."""
    with _accounts(data) as accounts:
        changed_app = accounts.enable(app_id)
    _show_state(changed_app, json=json)


@app.command()
def engine(
    app_id: AppArgument,
    name: Annotated[
        str, typer.Argument(metavar="ENGINE", help="Its name, or - for HWAMEI_ENGINE.", show_default=False)
    ],
    stand_in: StandInOption = False,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Choose the engine of the voices that an app makes from now on, and whether another one may stand in for it."""
    with _platform(data) as platform:
        chosen = _choice(platform, None if name == "-" else name, stand_in=stand_in)
        app_now = platform.accounts.set_engine(app_id, chosen)
    if json:
        print_json(_facts(app_now))
        return
    otherwise = "another one may stand in" if app_now.stand_in else "no other one stands in"
    typer.echo(f"{app_now.id} makes voices for {app_now.engine or 'the engine of the server'}; {otherwise}.")


@app.command()
def quota(
    app_id: AppArgument,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="voices=100, characters_per_month=none, rates.read=600/60 (times in seconds); may be given again.",
            show_default=False,
        ),
    ] = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Show, or change, what an app may use."""
    with _accounts(data) as accounts:
        current = accounts.get(app_id).quota
        if set_:
            current = accounts.set_quota(app_id, changed(current, set_)).quota
    values = shown(current)
    if json:
        print_json({"app_id": app_id, "quota": values})
        return
    print_table(("name", "value"), [(name, "none" if value is None else str(value)) for name, value in values.items()])


def _show_credentials(credentials: Credentials, *, json: bool) -> None:
    values = {
        "app_id": str(credentials.app_id),
        "secret": credentials.secret,
        "api_key": credentials.api_key,
        "project_id": credentials.project_id,
    }
    if json:
        print_json(values)
        return
    print_table(("", ""), list(values.items()))
    typer.echo("Keep the key and the secret now: they are not shown again.", err=True)


def _show_state(changed_app: App, *, json: bool) -> None:
    if json:
        print_json(_facts(changed_app))
        return
    typer.echo(f"{changed_app.id} is {'disabled' if changed_app.disabled else 'enabled'}.")


def _facts(of: App) -> dict[str, object]:
    """What is worth knowing of an app, as plain values."""
    return {
        "app_id": str(of.id),
        "name": of.name,
        "project_id": of.project_id,
        "disabled": of.disabled,
        "created_at": of.created_at.isoformat(),
        "engine": of.engine,
        "stand_in": of.stand_in,
    }
