"""SubRip: numbered blocks of a time line and a text, parted by empty lines."""

from __future__ import annotations

from collections.abc import Sequence

from hwamei.subtitles.blocks import read_blocks
from hwamei.subtitles.clock import clock
from hwamei.subtitles.cue import Cue


def write_srt(cues: Sequence[Cue]) -> str:
    """The cues as a SubRip file."""
    return "".join(_block(number, cue) for number, cue in enumerate(cues, start=1))


def read_srt(content: str) -> list[Cue]:
    """The cues of a SubRip file, without times of words. Raises BadSubtitles."""
    return [Cue(block.start_ms, block.end_ms, block.text) for block in read_blocks(content)]


def _block(number: int, cue: Cue) -> str:
    return f"{number}\n{clock(cue.start_ms, point=',')} --> {clock(cue.end_ms, point=',')}\n{cue.text}\n\n"
