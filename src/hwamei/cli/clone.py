"""`hwamei clone`: make a voice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hwamei.cli.choices import LanguageChoice, LevelChoice
from hwamei.cli.making import EngineOption, SeedOption
from hwamei.cli.output import JsonOption, print_json, progress_bar
from hwamei.cli.where import KeyOption, ServerOption, open_studio
from hwamei.service.words_beside import words_beside

if TYPE_CHECKING:
    from hwamei.app import Studio
    from hwamei.client.studio import RemoteStudio
    from hwamei.domain.voice import Voice


def clone(  # noqa: PLR0913  # one parameter for each option
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name to keep the voice under.", show_default=False)],
    reference: Annotated[
        list[Path],
        typer.Argument(
            metavar="REF",
            help="Recordings of one person, together at least 3 s of speech, better 30 s to 5 min: "
            "wav, mp3, m4a, mp4, flac, ogg, opus or webm, up to 100 MB each.",
            show_default=False,
        ),
    ],
    *,
    level: Annotated[
        LevelChoice, typer.Option(help="instant: in seconds. trained: closer to the person, in half a minute to 2.")
    ] = LevelChoice.INSTANT,
    language: Annotated[LanguageChoice, typer.Option(help="What is spoken in the recordings.")] = LanguageChoice.AUTO,
    seed: SeedOption = 0,
    engine: EngineOption = None,
    text: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORDS",
            help="What is said in the recording, once for each, for an engine that wants to know. Without it: what is"
            " in the file beside it of the same name that ends in .txt.",
            show_default=False,
        ),
    ] = None,
    server: ServerOption = None,
    key: KeyOption = None,
    json: JsonOption = False,
) -> None:
    """Make a voice from recordings of one person.

    Interrupted, the same command given again goes on where it stopped.
    """
    with open_studio(server, key) as studio, progress_bar(f"cloning {name}") as progress:
        try:
            voice = studio.clone(
                name,
                *reference,
                level=level,
                language=language.code,
                seed=seed,
                said=text or words_beside(reference),
                engine=engine,
                progress=progress,
            )
        except KeyboardInterrupt:
            tell_how_to_go_on(studio, level)
            raise
    if json:
        print_json(facts_of(voice))
        return
    typer.echo(f"{voice.name} is ready, with the id {voice.id}. Say something: {_example(voice)}")


def tell_how_to_go_on(studio: Studio | RemoteStudio, level: LevelChoice | None) -> None:
    """What has become of work that was interrupted."""
    from hwamei.client.studio import RemoteStudio  # slow to import

    typer.echo(_how_to_go_on(level, here=not isinstance(studio, RemoteStudio)), err=True)


def facts_of(voice: Voice) -> dict[str, object]:
    """What is worth knowing of a voice, as plain values."""
    facts = voice.facts
    return {
        "id": str(voice.id),
        "name": voice.name,
        "level": str(voice.voiceprint.level),
        "engine": voice.voiceprint.engine,
        "language": voice.language and str(voice.language),
        "created_at": voice.created_at.isoformat(),
        **{key: round(value, 4) for key, value in voice.voiceprint.facts.items()},
        "reference": {
            "duration_s": round(facts.duration_s, 3),
            "speech_s": round(facts.speech_s, 3),
            "level_dbfs": round(facts.level_dbfs, 1),
            "noise_dbfs": round(facts.noise_dbfs, 1),
            "clipped_share": round(facts.clipped_share, 5),
            "bandwidth_hz": round(facts.bandwidth_hz),
        },
    }


def _how_to_go_on(level: LevelChoice | None, *, here: bool) -> str:
    if not here:
        return "hwamei: interrupted; the server goes on with it: `hwamei voices list` shows the voice when it is ready"
    if level is LevelChoice.TRAINED:
        return "hwamei: interrupted; what has been learnt is kept: give the same command again to go on from there"
    return "hwamei: interrupted; no voice was made"


def _example(voice: Voice) -> str:
    from shlex import quote

    return f"hwamei say 你好 --voice {quote(voice.name)} --out hello.mp3"
