"""What an app's own server is told: for a voice the same as `customised_audio` shows, for speech the same as
`audio_task_state` shows and the task's id, both without the envelope."""

from __future__ import annotations

from hwamei.dialects.chanjing.results import audio_url, voice_shown
from hwamei.dialects.chanjing.wire.speech import TaskToldOut
from hwamei.dialects.chanjing.wire.values import check_url
from hwamei.domain.callback import Callback, CallbackOrder
from hwamei.domain.speech_task import SpeechTask
from hwamei.domain.training_job import TrainingJob
from hwamei.service.platform import Platform
from hwamei.web.calls import Call
from hwamei.web.dialect import RenderCallback

NAME = "chanjing"


def callback_order(call: Call, url: str | None) -> CallbackOrder | None:
    """Who is to be told, if anybody; remembers where this client reached us. Raises BadField."""
    if url is None or not url.strip():
        return None
    return CallbackOrder(check_url("callback", url), NAME, {"base_url": call.base_url})


def callback_renderer(platform: Platform) -> RenderCallback:
    """Renders what has ended."""

    def render(callback: Callback, subject: SpeechTask | TrainingJob) -> bytes:
        base_url = str(callback.order.extra.get("base_url", ""))
        if isinstance(subject, SpeechTask):
            told = TaskToldOut.of(subject, audio_url(platform, subject, base_url=base_url))
            return told.model_dump_json(by_alias=True).encode()
        app = platform.accounts.get(callback.app_id)
        voice = platform.voices.trace(app, subject.voice_id)
        return voice_shown(platform, app, voice, base_url=base_url).model_dump_json().encode()

    return render
