"""The subtitles of a finished task, in any format."""

from __future__ import annotations

from pydantic import TypeAdapter

from hwamei.domain.errors import NotDone, Unknown
from hwamei.domain.speech_task import SpeechTask
from hwamei.subtitles.cue import Cue
from hwamei.subtitles.formats import SubtitleFormat, render

MEDIA_TYPES = {
    SubtitleFormat.SRT: "application/x-subrip",
    SubtitleFormat.VTT: "text/vtt",
    SubtitleFormat.JSON: "application/json",
}
_CUES = TypeAdapter(tuple[Cue, ...])


def subtitles_of(task: SpeechTask, format: str) -> tuple[str, str]:
    """The subtitles as the content of a file, and its media type. Raises Unknown, NotDone."""
    if format not in set(SubtitleFormat):
        raise Unknown(what="subtitle format", given=format, known=list(SubtitleFormat))
    if task.result is None:
        raise NotDone(what="speech task", given=str(task.id), state=task.state)
    wanted = SubtitleFormat(format)
    return render(_CUES.validate_python(task.result.cues), format=wanted), MEDIA_TYPES[wanted]
