"""Voices and tasks as they are shown, with addresses of what belongs to them; a poll costs no look at the files."""

from __future__ import annotations

from hwamei.dialects.chanjing.wire.speech import audio_name
from hwamei.dialects.chanjing.wire.voices import VoiceOut
from hwamei.domain.app import App
from hwamei.domain.owned_voice import OwnedVoice, VoiceState
from hwamei.domain.speech_task import SpeechTask
from hwamei.domain.stored_file import Purpose, StoredFile
from hwamei.service.platform import Platform


def voice_shown(platform: Platform, app: App, voice: OwnedVoice, *, base_url: str) -> VoiceOut:
    """The voice; how far its training is stands in its job."""
    progress = 0.0
    if voice.state is VoiceState.TRAINING and voice.job_id is not None:
        progress = platform.training.get(app, voice.job_id).progress
    elif voice.state in (VoiceState.READY, VoiceState.EXPIRED):
        progress = 100.0
    clip_id = voice.clip_file_id if voice.state is VoiceState.READY else None
    clip_url = ""
    if clip_id is not None:
        file = StoredFile(clip_id, app.id, Purpose.REFERENCE, f"{voice.id.hex}.wav", "", voice.updated_at)
        clip_url = platform.files.link(file, base_url=base_url)
    return VoiceOut.of(voice, progress=progress, clip_url=clip_url)


def audio_url(platform: Platform, task: SpeechTask, *, base_url: str) -> str:
    """Where a task's sound is; empty while there is none."""
    if task.result is None:
        return ""
    audio_id = task.result.audio_file_id
    file = StoredFile(audio_id, task.app_id, Purpose.SPEECH, audio_name(task), "", task.updated_at)
    return platform.files.link(file, base_url=base_url)
