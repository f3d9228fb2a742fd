"""The subtitles of a finished task, in any format."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from uuid import uuid5

from pydantic import TypeAdapter

from hwamei.domain.app import App
from hwamei.domain.errors import NotDone, NotFound, Unknown
from hwamei.domain.speech_task import SpeechTask
from hwamei.domain.stored_file import Purpose, StoredFile
from hwamei.service.files import Files
from hwamei.subtitles.cue import Cue
from hwamei.subtitles.formats import SubtitleFormat, render

MEDIA_TYPES = {
    SubtitleFormat.SRT: "application/x-subrip",
    SubtitleFormat.VTT: "text/vtt",
    SubtitleFormat.JSON: "application/json",
}
_CUES = TypeAdapter(tuple[Cue, ...])
_KEPT = timedelta(days=1)  # as long as an address of it usually works; it can be made again at any time


def subtitles_of(task: SpeechTask, format: str) -> tuple[str, str]:
    """The subtitles as the content of a file, and its media type. Raises Unknown, NotDone."""
    if format not in set(SubtitleFormat):
        raise Unknown(what="subtitle format", given=format, known=list(SubtitleFormat))
    if task.result is None:
        raise NotDone(what="speech task", given=str(task.id), state=task.state)
    wanted = SubtitleFormat(format)
    return render(_CUES.validate_python(task.result.cues), format=wanted), MEDIA_TYPES[wanted]


def subtitles_file(files: Files, app: App, task: SpeechTask, format: str) -> StoredFile:
    """The subtitles as a file of the app's, made when it is first asked for. Raises Unknown, NotDone."""
    file_id = uuid5(task.id, f"subtitles as {format}")
    try:
        return files.get(app, file_id)
    except NotFound:
        content, media_type = subtitles_of(task, format)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{task.id}.{format}"
        path.write_text(content, encoding="utf-8", newline="\n")
        return files.keep(
            app,
            path,
            purpose=Purpose.SUBTITLES,
            name=path.name,
            media_type=media_type,
            expires_at=files.clock() + _KEPT,
            file_id=file_id,
        )
