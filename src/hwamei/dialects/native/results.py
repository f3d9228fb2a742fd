"""Addresses of what a task made."""

from __future__ import annotations

from uuid import UUID

from hwamei.dialects.native.wire.speech import ResultOut
from hwamei.domain.speech_task import SpeechTask
from hwamei.domain.stored_file import Purpose, StoredFile
from hwamei.service.files import Files


def result_of(task: SpeechTask, files: Files, base_url: str) -> ResultOut | None:
    """The result with fresh addresses, made without a look at the store: a task's poll is to be cheap."""
    result = task.result
    if result is None:
        return None

    def link(file_id: UUID, purpose: Purpose, suffix: str) -> str:
        name = f"{task.id}.{suffix}"
        file = StoredFile(file_id, task.app_id, purpose, name, "", task.updated_at)
        return files.link(file, base_url=base_url)

    return ResultOut(
        duration_s=round(result.duration_s, 3),
        loudness_lufs=round(result.loudness_lufs, 1),
        audio_file_id=result.audio_file_id,
        audio_url=link(result.audio_file_id, Purpose.SPEECH, task.delivered.format),
        subtitles_file_id=result.subtitles_file_id,
        subtitles_url=link(result.subtitles_file_id, Purpose.SUBTITLES, task.delivered.subtitles),
        label=dict(result.label),
    )
