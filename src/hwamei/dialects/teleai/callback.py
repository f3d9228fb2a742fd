"""What an app's own server is told: nothing. The vendor's protocol has no callbacks."""

from __future__ import annotations

from hwamei.domain.callback import Callback
from hwamei.domain.speech_task import SpeechTask
from hwamei.domain.training_job import TrainingJob

NAME = "teleai"


def render_callback(callback: Callback, subject: SpeechTask | TrainingJob) -> bytes:
    """Raises LookupError: no call of this dialect orders a callback, so there is none to render."""
    raise LookupError(f"callback {callback.id} was ordered in the name of {NAME}, which has none")
