"""Where a verb is done: on this machine, or by a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hwamei.app import Studio
    from hwamei.client.studio import RemoteStudio

ServerOption = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Let this server do it, instead of HWAMEI_SERVER.", show_default=False),
]
KeyOption = Annotated[
    str | None,
    typer.Option(metavar="KEY", help="The api key for the server, instead of HWAMEI_KEY.", show_default=False),
]


def open_studio(server: str | None, key: str | None) -> Studio | RemoteStudio:
    """The server that is named here or in the settings, or this machine. Raises BadSetting, BadParameter."""
    from hwamei.settings import Settings  # slow to import

    settings = Settings(**{name: value for name, value in (("server", server), ("key", key)) if value})
    if not settings.server:
        import hwamei  # slow to import

        return hwamei.open(settings)
    if not settings.key:
        raise typer.BadParameter("a server wants a key; give --key, or set HWAMEI_KEY", param_hint="--server")
    from hwamei.client.client import Client  # slow to import
    from hwamei.client.studio import RemoteStudio

    return RemoteStudio(Client(settings.server, settings.key))
