"""Speech tasks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any
from uuid import UUID

from pydantic import Field

from hwamei.dialects.chanjing.errors import EmojiInText
from hwamei.dialects.chanjing.ids import result_id, subtitle_key
from hwamei.dialects.chanjing.wire.problems import STOPPED, in_chinese
from hwamei.dialects.chanjing.wire.values import Id, Sent, Shown
from hwamei.domain.errors import OutOfRange, TextEmpty, TextTooLong
from hwamei.domain.speech import PITCH_RANGE_SEMITONES, Delivery, SpeechOrder
from hwamei.domain.speech_task import Delivered, Segment, SpeechTask, TaskState
from hwamei.service.script import emoji_in
from hwamei.web.texts import Text

MAX_TEXT_CHARACTERS = 4_000
PITCH_RANGE = (0.1, 3.0)  # times the natural pitch, as the vendor's Python client says; its documents only know 1
DELIVERED = Delivered("wav", 48_000, "srt")  # a file of the vendor's has 96,103 bytes a second: 16 bits at 48 kHz
GENERATING, ENDED = 1, 9

_ENDS = "，。！？；：、…,.!?;: "  # of a clause; subtitles are shown without


class TextBody(Sent):
    """What is to be said. `plain_text`: the same again, from programs that mark the other one up."""

    text: Text | None = None
    plain_text: Text | None = None


class TaskBody(Sent):
    """A text to be spoken. Volume, dialect and the sizes of subtitles change nothing."""

    audio_man: Id
    speed: float
    pitch: float = 1.0
    text: TextBody | None = None
    callback: Text | None = None
    aigc_watermark: bool | None = None
    volume: float | None = None
    dialect: float | None = None
    font_size: float | None = None
    width: float | None = None
    height: float | None = None

    def segment(self, voice: UUID | str) -> Segment:
        """In the domain's words. Raises TextEmpty, TextTooLong, EmojiInText, OutOfRange."""
        text = (self.text and self.text.text) or ""
        _check_text(text)
        delivery = Delivery(self.speed, _semitones(self.pitch))
        return Segment(SpeechOrder(text, None, delivery, cue=bool(self.aigc_watermark)), voice)


class TaskIdBody(Sent):
    """One task."""

    task_id: Id


class TaskCreated(Shown):
    """A task that will be spoken."""

    task_id: str


class Full(Shown):
    """The whole sound. `duration`: seconds."""

    url: str = ""
    path: str = ""
    duration: float = 0


class Subtitle(Shown):
    """A clause, and when it is heard, in seconds."""

    key: str
    start_time: float
    end_time: float
    subtitle: str


class TaskOut(Shown):
    """A task."""

    id: str
    type: str = "tts"
    status: int
    text: list[str]
    full: Full
    slice: None = None
    err_msg: str = Field(serialization_alias="errMsg")
    err_reason: str = Field(serialization_alias="errReason")
    subtitles: list[Subtitle]

    @classmethod
    def of(cls, task: SpeechTask, audio_url: str) -> TaskOut:
        """The task as it is shown; a failed one has ended too, and says why."""
        problem = STOPPED if task.state is TaskState.CANCELLED else task.problem
        return cls(**_shown(task, audio_url), err_msg=in_chinese(problem), err_reason=problem.code if problem else "")


class TaskToldOut(TaskOut):
    """A task, as a callback tells of it: with its own id too, for what was made cannot be asked after."""

    task_id: str

    @classmethod
    def of(cls, task: SpeechTask, audio_url: str) -> TaskToldOut:
        """The task as it is told."""
        shown = TaskOut.of(task, audio_url)
        return cls(**dict(shown), task_id=task.id.hex)


def audio_name(task: SpeechTask) -> str:
    """What the file with a task's sound is called."""
    return f"{task.id.hex}.{task.delivered.format}"


def _shown(task: SpeechTask, audio_url: str) -> dict[str, Any]:
    result = task.result
    made = result and Full(url=audio_url, path=audio_name(task), duration=_seconds(result.duration_s))
    return {
        "id": result_id(task.id),
        "status": ENDED if task.state.ended else GENERATING,
        "text": [segment.order.text for segment in task.segments],
        "full": made or Full(),
        "subtitles": [] if result is None else _subtitles(task.id, result.cues),
    }


def _subtitles(task_id: UUID, cues: Sequence[Mapping[str, Any]]) -> list[Subtitle]:
    """Each lasts until the next one begins, as the vendor's do."""
    ends = [*(after["start_ms"] for _, after in pairwise(cues)), *(cue["end_ms"] for cue in cues[-1:])]
    return [
        Subtitle(
            key=subtitle_key(task_id, number),
            start_time=_seconds(cue["start_ms"] / 1000),
            end_time=_seconds(end_ms / 1000),
            subtitle=str(cue["text"]).rstrip(_ENDS),
        )
        for number, (cue, end_ms) in enumerate(zip(cues, ends, strict=True))
    ]


def _seconds(time_s: float) -> float:
    return round(time_s, 2)


def _check_text(text: str) -> None:
    if not text.strip():
        raise TextEmpty
    if len(text) > MAX_TEXT_CHARACTERS:
        raise TextTooLong(given=len(text), allowed=MAX_TEXT_CHARACTERS)
    emoji = emoji_in(text)
    if emoji is not None:
        raise EmojiInText(given=emoji)


def _semitones(pitch: float) -> float:
    """The nearest that can be spoken. Raises OutOfRange."""
    OutOfRange.check("pitch", pitch, *PITCH_RANGE)
    low, high = PITCH_RANGE_SEMITONES
    return min(max(12 * math.log2(pitch), low), high)
