"""Speech tasks, and speech at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from hwamei.client.bodies import filled
from hwamei.client.lists import every, present
from hwamei.client.transport import Transport
from hwamei.client.waiting import Patience, unheeded
from hwamei.dialects.native.wire.speech import SegmentBody, SpeakBody, TaskBody, TaskOut, TaskSummary
from hwamei.dialects.native.wire.values import Listed
from hwamei.domain.errors import NotDone
from hwamei.ports import Progress

LABEL_HEADER = "Hwamei-AIGC-Label"


@dataclass(frozen=True, eq=False)
class SpeechStream:
    """Sound on its way. `label_json`: the mark of AI-made sound, which a pcm stream cannot carry itself."""

    media_type: str
    label_json: str
    chunks: Iterator[bytes]


class TasksClient:
    """The app's speech tasks. Safe from several threads."""

    def __init__(self, transport: Transport, patience: Patience) -> None:
        self._transport, self._patience = transport, patience

    def create(
        self,
        text: str | Sequence[SegmentBody],
        *,
        voice: str | UUID | None = None,
        idempotency_key: str | None = None,
        delivery: dict[str, Any] | None = None,
        **options: Any,
    ) -> TaskOut:
        """A task that will be spoken: a text in one voice, or segments. Of a text: `delivery` has language, speed,
        pitch_semitones, cue. Options: format, sample_rate_hz, subtitles, priority, lexicon, callback_url.

        Raises what the text, the voice or a limit is refused for.
        """
        if isinstance(text, str):
            segments = [filled(SegmentBody, {"text": text, "voice": str(voice), **(delivery or {})})]
        else:
            segments = list(text)
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else None
        body = filled(TaskBody, {"segments": segments, **options})
        return self._transport.change(TaskOut, "POST", "/speech-tasks", body, headers=headers)

    def get(self, task_id: UUID | str) -> TaskOut:
        """Raises NotFound."""
        return self._transport.get(TaskOut, f"/speech-tasks/{task_id}")

    def list(self, **query: Any) -> Listed[TaskSummary]:
        """A part of the list: state, since, until, limit, offset."""
        return self._transport.get(Listed[TaskSummary], "/speech-tasks", present(query))

    def all(self, **query: Any) -> Iterator[TaskSummary]:
        """All of them, the newest first, with the same filters."""
        yield from every(lambda limit, offset: self.list(limit=limit, offset=offset, **query))

    def cancel(self, task_id: UUID | str) -> TaskOut:
        """Raises NotFound, WrongState."""
        return self._transport.change(TaskOut, "POST", f"/speech-tasks/{task_id}/cancel")

    def delete(self, task_id: UUID | str) -> None:
        """Raises NotFound, WrongState."""
        self._transport.send("DELETE", f"/speech-tasks/{task_id}")

    def subtitles(self, task_id: UUID | str, *, format: str = "srt") -> str:
        """The content of a subtitle file. Raises NotFound, NotDone, Unknown."""
        return self._transport.send("GET", f"/speech-tasks/{task_id}/subtitles", params={"format": format}).text

    def save(self, task: TaskOut, target: Path | str) -> None:
        """Write the sound of a task that is done into a file. Raises NotDone, NotFound, OSError."""
        if task.result is None:
            raise NotDone(what="speech task", given=str(task.id), state=task.state)
        self._transport.download(task.result.audio_url, Path(target))

    def wait(self, task_id: UUID | str, *, progress: Progress = unheeded, timeout_s: float | None = None) -> TaskOut:
        """The task when it has ended, well or not. Raises NotFound, TimeoutError."""
        return self._patience.until(
            lambda: self.get(task_id),
            ended=lambda task: task.state.ended,
            percent=lambda task: task.progress,
            progress=progress,
            timeout_s=timeout_s,
        )


@contextmanager
def speak(transport: Transport, body: SpeakBody) -> Iterator[SpeechStream]:
    """The text as sound while it is being spoken; leaving the context before its end stops the engine."""
    sent = body.model_dump(mode="json", exclude_none=True)
    with transport.streamed("POST", "/speech", json=sent) as answer:
        media_type = answer.headers["content-type"]
        yield SpeechStream(media_type, answer.headers.get(LABEL_HEADER, ""), answer.iter_bytes())
