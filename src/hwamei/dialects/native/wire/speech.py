"""Speech tasks, and speech at once."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from hwamei.dialects.native.wire.values import CallbackUrl, Moment, ProblemOut, Text, Wire
from hwamei.dialects.native.wire.voices import shown_problem
from hwamei.domain.language import Language
from hwamei.domain.speech import PITCH_RANGE_SEMITONES, SPEED_RANGE, Delivery, SpeechOrder
from hwamei.domain.speech_task import (
    MAX_PAUSE_MS,
    MAX_SEGMENTS,
    PRIORITY_RANGE,
    USUAL_PRIORITY,
    Segment,
    SpeechTask,
    TaskState,
)

MAX_NAME_CHARACTERS = 200

VoiceName = Annotated[Text, Field(min_length=1, max_length=MAX_NAME_CHARACTERS)]
LexiconName = Annotated[str, Field(pattern=r"^[\w.-]{1,64}$")]
SampleRate = Annotated[int, Field(ge=8_000, le=48_000)]


class SegmentBody(Wire):
    """A text and how it is to be said."""

    text: Text
    voice: VoiceName
    """The id of a voice of the app, or the name of one that the engine brings along."""
    language: Language | None = None
    """How figures and the like are read where the words do not tell."""
    speed: Annotated[float, Field(ge=SPEED_RANGE[0], le=SPEED_RANGE[1])] = 1.0
    pitch_semitones: Annotated[float, Field(ge=PITCH_RANGE_SEMITONES[0], le=PITCH_RANGE_SEMITONES[1])] = 0.0
    cue: bool = False
    """Begin with an audible mark of AI-made speech."""
    pause_after_ms: Annotated[int, Field(ge=0, le=MAX_PAUSE_MS)] = 0

    def segment(self) -> Segment:
        """In the domain's words. Raises TextEmpty, TextTooLong, OutOfRange."""
        order = SpeechOrder(self.text, self.language, Delivery(self.speed, self.pitch_semitones), self.cue)
        return Segment(order, voice_named(self.voice), self.pause_after_ms)


class SegmentOut(Wire):
    """A text and how it is said."""

    text: str
    voice: str
    language: Language | None
    speed: float
    pitch_semitones: float
    cue: bool
    pause_after_ms: int

    @classmethod
    def of(cls, segment: Segment) -> Self:
        """The segment as it is shown."""
        order = segment.order
        return cls(
            text=order.text,
            voice=str(segment.voice),
            language=order.language,
            speed=order.delivery.speed,
            pitch_semitones=order.delivery.pitch_semitones,
            cue=order.cue,
            pause_after_ms=segment.pause_after_ms,
        )


class SpeakBody(SegmentBody):
    """Speech for somebody who is waiting."""

    format: Annotated[str, Field(examples=["mp3"])] = "wav"
    """wav, mp3, flac, opus (in Ogg), aac (ADTS) or pcm (16 bits, little-endian, mono)."""
    sample_rate_hz: SampleRate = 24_000
    lexicon: LexiconName | None = None


class TaskBody(CallbackUrl):
    """Texts to be spoken one after the other, into one file."""

    segments: Annotated[list[SegmentBody], Field(min_length=1, max_length=MAX_SEGMENTS)]
    format: Annotated[str, Field(examples=["mp3"])] = "wav"
    """wav, mp3, flac, opus, m4a, aac or pcm."""
    sample_rate_hz: SampleRate = 24_000
    subtitles: Annotated[str, Field(examples=["srt"])] = "srt"
    """Of the subtitle file: srt, vtt or json."""
    priority: Annotated[int, Field(ge=PRIORITY_RANGE[0], le=PRIORITY_RANGE[1])] = USUAL_PRIORITY
    """9 goes first."""
    lexicon: LexiconName | None = None
    """A reading dictionary of the app; its newest version."""


class LexiconUsed(Wire):
    """The version of a lexicon that a task is spoken with."""

    name: str
    version: int


class ResultOut(Wire):
    """What a task made. The addresses expire; a later look at the task gives fresh ones."""

    duration_s: float
    loudness_lufs: float
    audio_file_id: UUID
    audio_url: str
    subtitles_file_id: UUID
    subtitles_url: str
    label: dict[str, str]
    """The mark of AI-made sound, by the keys of GB 45438-2025. It is in the file too, unless that is bare samples."""
    engines: list[str]
    """That spoke, in the order of their first words: of a voice whose own was down, the one that stood in."""


class TaskSummary(Wire):
    """A speech task, as lists show it: without its texts."""

    id: UUID
    state: TaskState
    progress: float
    """0 to 100, by spoken text."""
    finished_s: float
    """Seconds of sound that are there."""
    characters: int
    priority: int
    attempts: int
    format: str
    sample_rate_hz: int
    subtitles: str
    lexicon: LexiconUsed | None
    idempotency_key: str | None
    callback_url: str | None
    result: ResultOut | None
    problem: ProblemOut | None
    created_at: Moment
    updated_at: Moment
    started_at: Moment | None
    ended_at: Moment | None

    @classmethod
    def of(cls, task: SpeechTask, result: ResultOut | None) -> Self:
        """The task as it is shown, with the addresses of its result."""
        return cls(**_shown(task), result=result)


class TaskOut(TaskSummary):
    """A speech task."""

    segments: list[SegmentOut]

    @classmethod
    def of(cls, task: SpeechTask, result: ResultOut | None) -> Self:
        """The task as it is shown, with the addresses of its result."""
        segments = [SegmentOut.of(segment) for segment in task.segments]
        return cls(**_shown(task), result=result, segments=segments)


def _shown(task: SpeechTask) -> dict[str, object]:
    return {
        "id": task.id,
        "state": task.state,
        "progress": round(task.progress, 1),
        "finished_s": round(task.finished_s, 3),
        "characters": task.characters,
        "priority": task.priority,
        "attempts": task.attempts,
        "format": task.delivered.format,
        "sample_rate_hz": task.delivered.sample_rate_hz,
        "subtitles": task.delivered.subtitles,
        "lexicon": task.lexicon and LexiconUsed(name=task.lexicon[0], version=task.lexicon[1]),
        "idempotency_key": task.idempotency_key,
        "callback_url": task.callback and task.callback.url,
        "problem": shown_problem(task.problem),
        "created_at": task.created_at,
        "updated_at": task.updated_at,
        "started_at": task.started_at,
        "ended_at": task.ended_at,
    }


def voice_named(given: str) -> UUID | str:
    """The id, in any of its spellings; a name if it is none."""
    try:
        return UUID(given)
    except ValueError:
        return given
