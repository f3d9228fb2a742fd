"""`hwamei voices`: what there is, making a voice anew, and carrying voices about."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hwamei.cli.choices import LevelChoice
from hwamei.cli.clone import facts_of, tell_how_to_go_on
from hwamei.cli.making import EngineOption, SeedOption
from hwamei.cli.output import JsonOption, print_json, print_table, progress_bar
from hwamei.cli.where import KeyOption, ServerOption, open_studio
from hwamei.domain.errors import Failed

if TYPE_CHECKING:
    from hwamei.app import Studio
    from hwamei.client.studio import RemoteStudio

app = typer.Typer(name="voices", help="List, show, retrain, delete, export and import voices.", no_args_is_help=False)

VoiceArgument = Annotated[str, typer.Argument(metavar="VOICE", help="Its name or its id.", show_default=False)]


@app.command("list")
def list_voices(server: ServerOption = None, key: KeyOption = None, json: JsonOption = False) -> None:
    """List the cloned voices, the newest first, and those that the engine brings along."""
    with open_studio(server, key) as studio:
        voices, presets = studio.voices.list(), _presets(studio)
    if json:
        print_json({"voices": [facts_of(voice) for voice in voices], "presets": list(presets)})
        return
    rows = [
        (
            voice.name,
            str(voice.id),
            str(voice.voiceprint.level),
            f"{voice.created_at:%Y-%m-%d %H:%M}",
            voice.voiceprint.engine,
        )
        for voice in voices
    ]
    stock = [(preset, "-", "stock", "-", "-") for preset in presets]
    print_table(("name", "id", "level", "made", "engine"), [*rows, *stock])


def _presets(studio: Studio | RemoteStudio) -> Sequence[str]:
    """The engine's own voices; none while its model files are missing."""
    try:
        return studio.presets()
    except Failed as error:
        typer.echo(f"hwamei: the engine's own voices cannot be listed: {error}", err=True)
        return ()


@app.command()
def show(voice: VoiceArgument, server: ServerOption = None, key: KeyOption = None, json: JsonOption = False) -> None:
    """Show what is known of a voice."""
    with open_studio(server, key) as studio:
        facts = facts_of(studio.voices.get(voice))
    if json:
        print_json(facts)
        return
    reference = facts.pop("reference")
    assert isinstance(reference, dict)
    flat = facts | {f"reference {key}": value for key, value in reference.items()}
    print_table(("", ""), [(key, str(value)) for key, value in flat.items() if value is not None])


@app.command()
def retrain(  # noqa: PLR0913  # one parameter for each option
    voice: VoiceArgument,
    *,
    engine: EngineOption = None,
    level: Annotated[
        LevelChoice | None, typer.Option(help="instant or trained; as it is, if not given.", show_default=False)
    ] = None,
    seed: SeedOption = 0,
    server: ServerOption = None,
    key: KeyOption = None,
    json: JsonOption = False,
) -> None:
    """Make a voice anew from its recordings, for another engine or at another level. Its id stays, and until it is
    ready it speaks as before.

    Interrupted, the same command given again goes on where it stopped.
    """
    with open_studio(server, key) as studio, progress_bar(f"training {voice}") as progress:
        try:
            again = studio.retrain(voice, engine=engine, level=level, seed=seed, progress=progress)
        except KeyboardInterrupt:
            tell_how_to_go_on(studio, level)
            raise
    if json:
        print_json(facts_of(again))
        return
    typer.echo(f"{again.name} is ready; it speaks with {again.voiceprint.engine}, {again.voiceprint.level}.")


@app.command()
def delete(voice: VoiceArgument, server: ServerOption = None, key: KeyOption = None, json: JsonOption = False) -> None:
    """Delete a voice and the recordings that it was made from."""
    with open_studio(server, key) as studio:
        found = studio.voices.get(voice)
        studio.voices.delete(found.id)
    if json:
        print_json({"id": str(found.id), "name": found.name, "deleted": True})
        return
    typer.echo(f"{found.name} is deleted, with its recordings.")


@app.command()
def export(
    voice: VoiceArgument,
    out: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write: me.hwamei.", show_default=False)],
    json: JsonOption = False,
) -> None:
    """Write a voice, with its recordings, into one file."""
    import hwamei  # slow to import

    with hwamei.open() as studio:
        found = studio.voices.get(voice)
        studio.voices.export_voice(found.id, out)
    if json:
        print_json({"id": str(found.id), "name": found.name, "out": str(out)})
        return
    typer.echo(f"{found.name} is in {out}. The file holds its recordings: give it to nobody who may not have them.")


@app.command("import")
def import_voice(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `export` wrote.", show_default=False)],
    name: Annotated[str | None, typer.Option(help="Keep the voice under another name.", show_default=False)] = None,
    json: JsonOption = False,
) -> None:
    """Keep a voice that comes in a file."""
    import hwamei  # slow to import

    with hwamei.open() as studio:
        voice = studio.voices.import_voice(file, name=name)
    if json:
        print_json(facts_of(voice))
        return
    typer.echo(f"{voice.name} is here, with the id {voice.id}.")
