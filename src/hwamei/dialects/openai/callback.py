"""What an app's own server is told. The vendor's protocol has no callbacks, so nothing here ever orders one."""

from __future__ import annotations

import json

from hwamei.domain.callback import Callback
from hwamei.domain.speech_task import SpeechTask
from hwamei.domain.training_job import TrainingJob

NAME = "openai"


def render_callback(callback: Callback, subject: SpeechTask | TrainingJob) -> bytes:
    """Which thing has ended, and how."""
    return json.dumps({"id": str(callback.subject_id), "status": subject.state}).encode()
