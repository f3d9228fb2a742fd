"""What an app's own server is told."""

from __future__ import annotations

import json

from hwamei.dialects.native.results import result_of
from hwamei.dialects.native.wire.speech import TaskOut
from hwamei.dialects.native.wire.voices import JobOut
from hwamei.domain.callback import Callback, CallbackOrder
from hwamei.domain.speech_task import SpeechTask
from hwamei.domain.training_job import TrainingJob
from hwamei.service.platform import Platform
from hwamei.web.calls import Call
from hwamei.web.dialect import RenderCallback

NAME = "native"


def callback_order(call: Call, url: str | None) -> CallbackOrder | None:
    """Who is to be told; remembers where this client reached us, for the addresses in the message."""
    return CallbackOrder(url, NAME, {"base_url": call.base_url}) if url else None


def callback_renderer(platform: Platform) -> RenderCallback:
    """`{"type": "speech_task.done", "id": …, "task": {…}}`, `{"type": "training_job.failed", "id": …, "job": {…}}`."""

    def render(callback: Callback, subject: SpeechTask | TrainingJob) -> bytes:
        told: dict[str, object] = {"type": f"{callback.subject}.{subject.state}", "id": str(callback.id)}
        if isinstance(subject, SpeechTask):
            base_url = str(callback.order.extra.get("base_url", ""))
            shown = TaskOut.of(subject, result_of(subject, platform.files, base_url))
            told["task"] = shown.model_dump(mode="json")
        else:
            told["job"] = JobOut.of(subject).model_dump(mode="json")
        return json.dumps(told, ensure_ascii=False).encode()

    return render
