"""`hwamei say`: speak a text into a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hwamei.cli.choices import LanguageChoice
from hwamei.cli.output import JsonOption, print_json, progress_bar
from hwamei.cli.where import KeyOption, ServerOption, open_studio

if TYPE_CHECKING:
    from hwamei.app import Speech
    from hwamei.client.studio import RemoteSpeech

MAX_TEXT_BYTES = 4 * 100_000  # of UTF-8: the longest text that can be spoken, all of four-byte characters


def say(  # noqa: PLR0913  # one parameter for each option
    context: typer.Context,
    *,
    out: Annotated[
        Path,
        typer.Option(
            help="The file to write; its ending is the format: wav, mp3, flac, opus, m4a, aac, pcm.", show_default=False
        ),
    ],
    text: Annotated[
        str | None,
        typer.Argument(metavar="TEXT", help="What to say; - reads it from standard input.", show_default=False),
    ] = None,
    file: Annotated[Path | None, typer.Option(help="Read the text from this file (UTF-8).", show_default=False)] = None,
    voice: Annotated[
        str | None,
        typer.Option(help="A cloned voice by name or id, or one of the engine's own; see `hwamei voices list`."),
    ] = None,
    speed: Annotated[float, typer.Option(help="Times the natural pace, 0.5 to 2; the pitch stays.")] = 1.0,
    pitch: Annotated[float, typer.Option(help="Semitones up or down, -12 to 12; the pace stays.")] = 0.0,
    language: Annotated[
        LanguageChoice, typer.Option(help="How figures and the like are read where the words do not tell.")
    ] = LanguageChoice.AUTO,
    sample_rate: Annotated[int, typer.Option(metavar="HZ", help="Samples a second, 8000 to 48000.")] = 24_000,
    subtitles: Annotated[
        Path | None, typer.Option(help="Also write subtitles; the ending says the format: srt, vtt, json.")
    ] = None,
    lexicon: Annotated[Path | None, typer.Option(help="A file with readings of your own; see docs/text.md.")] = None,
    cue: Annotated[bool, typer.Option("--cue", help="Begin with an audible mark of AI-made speech.")] = False,
    server: ServerOption = None,
    key: KeyOption = None,
    json: JsonOption = False,
) -> None:
    """Speak a text into a file."""
    words = _text(context, text, file)
    with open_studio(server, key) as studio, progress_bar("speaking") as progress:
        speech = studio.say(
            words,
            out=out,
            voice=voice,
            language=language.code,
            speed=speed,
            pitch_semitones=pitch,
            sample_rate_hz=sample_rate,
            subtitles=subtitles,
            lexicon=lexicon,
            cue=cue,
            progress=progress,
        )
    if json:
        print_json(_facts(speech, subtitles))
        return
    typer.echo(f"{out}: {speech.duration_s:.1f} s, made in {speech.real_time_factor * speech.duration_s:.1f} s")


def _text(context: typer.Context, text: str | None, file: Path | None) -> str:
    """The text from where it is said to be. Raises BadParameter."""
    if (text is None) == (file is None):
        raise typer.BadParameter("give either TEXT, or - for standard input, or --file", context, param_hint="TEXT")
    if text is not None and text != "-":
        return text
    if file is not None:
        with file.open("rb") as opened:
            return _decoded(context, opened.read(MAX_TEXT_BYTES + 1), str(file))
    return _decoded(context, sys.stdin.buffer.read(MAX_TEXT_BYTES + 1), "-")


def _decoded(context: typer.Context, content: bytes, source: str) -> str:
    if len(content) > MAX_TEXT_BYTES:
        raise typer.BadParameter(
            "longer than any text that can be spoken in one go; split it", context, param_hint=source
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = f"byte {error.start} is not UTF-8; save the text as UTF-8"
        raise typer.BadParameter(problem, context, param_hint=source) from error


def _facts(speech: Speech | RemoteSpeech, subtitles: Path | None) -> dict[str, object]:
    """What is worth knowing of the file, as plain values."""
    return {
        "out": str(speech.path),
        "engine": speech.engine,
        "duration_s": round(speech.duration_s, 3),
        "real_time_factor": round(speech.real_time_factor, 3),
        "first_audio_s": _rounded(speech.first_audio_s, 3),
        "loudness_lufs": round(speech.loudness_lufs, 1),
        "peak_dbfs": _rounded(speech.peak_dbfs, 1),
        "words": len(speech.words),
        "subtitles": subtitles and str(subtitles),
    }


def _rounded(value: float | None, digits: int) -> float | None:
    """None: only the machine that spoke could know."""
    return None if value is None else round(value, digits)
