"""The subtitle formats, by the endings of their files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Self

from hwamei.domain.errors import Unknown
from hwamei.subtitles.cue import Cue
from hwamei.subtitles.json_cues import read_json, write_json
from hwamei.subtitles.srt import read_srt, write_srt
from hwamei.subtitles.vtt import read_vtt, write_vtt


class SubtitleFormat(StrEnum):
    """A subtitle format."""

    SRT = "srt"
    VTT = "vtt"
    JSON = "json"

    @classmethod
    def of(cls, path: Path) -> Self:
        """The format that a file's ending names. Raises Unknown."""
        ending = path.suffix.lower().removeprefix(".")
        if ending not in set(cls):
            raise Unknown(what="subtitle format", given=path.suffix, known=[f".{name}" for name in cls])
        return cls(ending)


_WRITERS: dict[SubtitleFormat, Callable[[Sequence[Cue]], str]] = {
    SubtitleFormat.SRT: write_srt,
    SubtitleFormat.VTT: write_vtt,
    SubtitleFormat.JSON: write_json,
}
_READERS: dict[SubtitleFormat, Callable[[str], list[Cue]]] = {
    SubtitleFormat.SRT: read_srt,
    SubtitleFormat.VTT: read_vtt,
    SubtitleFormat.JSON: read_json,
}


def render(cues: Sequence[Cue], *, format: SubtitleFormat) -> str:
    """The cues as the content of a file."""
    return _WRITERS[format](cues)


def parse(content: str, *, format: SubtitleFormat) -> list[Cue]:
    """The cues in the content of a file; times of words only from JSON. Raises BadSubtitles."""
    return _READERS[format](content)


def write_subtitles(cues: Sequence[Cue], target: Path) -> None:
    """Write the file in the format that its ending names. Raises Unknown."""
    content = render(cues, format=SubtitleFormat.of(target))
    target.write_text(content, encoding="utf-8", newline="\n")
