"""What a server is and takes."""

from __future__ import annotations

from hwamei.dialects.native.wire.values import Wire


class ExamplesOut(Wire):
    """Lines of a program that lets a voice speak. In them stand `{{base}}`, the server's address; `{{voice}}` and
    `{{voice_hex}}`, a voice's id with and without dashes; and, as JSON, `{{text}}`."""

    title: dict[str, str]
    """What it is called, by language."""
    needs: list[str]
    """The environment variables that the lines read: `API_KEY`, `APP_ID`, `SECRET`, `PROJECT_ID`."""
    presets: bool
    """Whether the name of a voice that the engine brings along may stand for `{{voice}}`."""
    curl: list[str]
    python: list[str]


class DialectOut(Wire):
    """An API that the server answers to."""

    name: str
    examples: ExamplesOut | None


class AboutOut(Wire):
    """What the server is and takes."""

    version: str
    engine: str
    max_text_characters: int
    """Of one order of speech."""
    formats: list[str]
    """That a task can be delivered in."""
    stream_formats: list[str]
    """That speech can be streamed in."""
    dialects: list[DialectOut]
