"""WebVTT (W3C, https://www.w3.org/TR/webvtt1/): like SubRip, with a header and with &, < and > written as entities."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape, unescape

from hwamei.subtitles.blocks import read_blocks
from hwamei.subtitles.clock import clock
from hwamei.subtitles.cue import Cue


def write_vtt(cues: Sequence[Cue]) -> str:
    """The cues as a WebVTT file."""
    return "WEBVTT\n\n" + "".join(_block(cue) for cue in cues)


def read_vtt(content: str) -> list[Cue]:
    """The cues of a WebVTT file, without times of words. Raises BadSubtitles."""
    return [Cue(block.start_ms, block.end_ms, unescape(block.text)) for block in read_blocks(content)]


def _block(cue: Cue) -> str:
    times = f"{clock(cue.start_ms, point='.')} --> {clock(cue.end_ms, point='.')}"
    return f"{times}\n{escape(cue.text, quote=False)}\n\n"
