"""Addresses of what a task made, and of what belongs to a voice."""

from __future__ import annotations

from uuid import UUID

from hwamei.dialects.native.wire.speech import ResultOut
from hwamei.dialects.native.wire.voices import SoundUrls
from hwamei.domain.owned_voice import OwnedVoice, VoiceState
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
        engines=list(result.engines),
    )


_GONE = (VoiceState.EXPIRED, VoiceState.DELETED)


def sounds_of(voice: OwnedVoice, files: Files, base_url: str) -> SoundUrls:
    """Fresh addresses of what the voice was made from and of what it says first, without a look at the store."""

    def link(file_id: UUID | None, purpose: Purpose, name: str) -> str | None:
        if file_id is None or voice.state in _GONE:
            return None
        file = StoredFile(file_id, voice.app_id, purpose, name, "", voice.updated_at)
        return files.link(file, base_url=base_url)

    return SoundUrls(
        preview=link(voice.preview_file_id, Purpose.PREVIEW, "preview.wav"),
        speech=link(voice.clip_file_id, Purpose.REFERENCE, "speech.wav"),
    )
