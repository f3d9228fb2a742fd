"""`hwamei serve` and `hwamei worker`: the server."""

from __future__ import annotations

import signal
import threading
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from fastapi import FastAPI

    from hwamei.settings import Settings

FIRST_STEPS = """
No app exists yet, and every call needs the key of one. Make one in another terminal with
`hwamei apps create NAME{data}`: it prints the key, which is shown this once, to be sent as
`Authorization: Bearer KEY`.
"""
STUDIO_LINK = """
The studio is a page for your browser. This link signs you in, once, within the hour:
{link}
"""

DataOption = Annotated[
    Path | None, typer.Option(metavar="DIR", help="The data folder, instead of HWAMEI_DATA.", show_default=False)
]


class Role(StrEnum):
    """What a server process does."""

    ALL = "all"
    API = "api"


def settings_for(data: Path | None) -> Settings:
    """The settings, with another data folder if one is named. Raises Unknown, BadSetting."""
    from hwamei.settings import Settings  # slow to import

    return Settings() if data is None else Settings(data=data)


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 for all there are.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 takes a free one.")] = 8080,
    role: Annotated[Role, typer.Option(help="all: answer and work. api: answer; `hwamei worker` works.")] = Role.ALL,
    data: DataOption = None,
    link: Annotated[
        bool, typer.Option("--link", help="Print a link that signs in at the studio, with a new key of its app.")
    ] = False,
) -> None:
    """Run the server: the HTTP API, the studio, and a worker for training and speech tasks unless the role is api."""
    from hwamei import logs, server  # slow to import

    settings = settings_for(data)
    logs.configure(settings.log_level)
    with server.listen(host, port) as listening, server.open_app(settings, works=role is Role.ALL) as app:
        address = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}"
        typer.echo(f"Hwamei listens on {address}; the API is explained at {address}/hwamei/v1/docs", err=True)
        first = not app.state.platform.accounts.list()
        if first:
            typer.echo(FIRST_STEPS.format(data="" if data is None else f" --data {data}"), err=True)
        if first or link:
            typer.echo(STUDIO_LINK.format(link=_link(app, settings.public_url or _reached_at(address))), err=True)
        server.serve(app, listening)


def _link(app: FastAPI, base_url: str) -> str:
    """Behind the `#`, because a browser sends that to nobody and no log has it."""
    return f"{base_url.rstrip('/')}/#/welcome/{app.state.platform.invitations.issue()}"


def _reached_at(address: str) -> str:
    """The address for a browser on this machine, which lets pages of the machine itself alone hear the microphone."""
    return address.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")


def worker(
    data: DataOption = None,
    metrics_port: Annotated[
        int | None,
        typer.Option(
            min=1, max=65535, help="Show figures for Prometheus on this port of 127.0.0.1.", show_default=False
        ),
    ] = None,
) -> None:
    """Run a worker alone, for a server with the same database and files, on this machine or another."""
    from hwamei import logs  # slow to import
    from hwamei.serving import FOR_OTHERS, open_serving
    from hwamei.web.metrics import Metrics

    settings = settings_for(data)
    logs.configure(settings.log_level)
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told.set())
    metrics = Metrics()
    if metrics_port is not None:
        metrics.show_on(metrics_port)
    with open_serving(settings, works=True, observer=metrics, tuning=FOR_OTHERS) as serving:
        name = serving.worker.name if serving.worker else ""
        typer.echo(f"Hwamei worker {name} is at work", err=True)
        told.wait()
        typer.echo("Hwamei worker stops when the utterance in hand is done", err=True)
