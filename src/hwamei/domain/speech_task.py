"""Speech tasks: texts that are spoken when there is time for them, and kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from hwamei.domain.app import AppId
from hwamei.domain.callback import CallbackOrder
from hwamei.domain.errors import OutOfRange, TextTooLong, WrongState
from hwamei.domain.listing import ANY_TIME, Between
from hwamei.domain.problem import Problem
from hwamei.domain.speech import MAX_TEXT_CHARACTERS, Delivery, SpeechOrder, another_take

MAX_SEGMENTS = 1_000
MAX_PAUSE_MS = 60_000  # after a segment; a longer silence is no speech
PRIORITY_RANGE = (0, 9)  # 9 goes first
USUAL_PRIORITY = 4
LOUDER_RANGE_DB = (-20.0, 20.0)  # beyond that it is not heard, or the limiter takes it back


class TaskState(StrEnum):
    """Where a task stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing will happen to the task unless it is said again."""
        return self in (TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED)


TASK_MOVES: Mapping[TaskState, frozenset[TaskState]] = {
    TaskState.QUEUED: frozenset({TaskState.RUNNING, TaskState.FAILED, TaskState.CANCELLED}),
    TaskState.RUNNING: frozenset({TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED}),
    TaskState.DONE: frozenset({TaskState.QUEUED}),  # said again
    TaskState.FAILED: frozenset({TaskState.QUEUED}),
    TaskState.CANCELLED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Segment:
    """A text and the voice that says it: the id of one of the app's voices, or the name of one of the engine's own.

    `take`: which of many ways to say it, see `another_take`.
    """

    order: SpeechOrder
    voice: UUID | str
    pause_after_ms: int = 0
    take: int = 0

    def __post_init__(self) -> None:
        OutOfRange.check("pause_after_ms", self.pause_after_ms, 0, MAX_PAUSE_MS)

    @property
    def delivery(self) -> Delivery:
        """How this take is said."""
        return another_take(self.order.delivery, self.take)


@dataclass(frozen=True, slots=True)
class Delivered:
    """How a task wants its file. `format` and `subtitles` are suffixes: `wav`, `mp3`, …; `srt`, `vtt`, `json`.

    `louder_db`: than usual; `each_segment`: every segment also in a file of its own.
    """

    format: str = "wav"
    sample_rate_hz: int = 24_000
    subtitles: str = "srt"
    louder_db: float = 0.0
    each_segment: bool = False

    def __post_init__(self) -> None:
        OutOfRange.check("louder_db", self.louder_db, *LOUDER_RANGE_DB)


AS_USUAL = Delivered()


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What a task made. Times in seconds; `cues`: the subtitles as plain data: start_ms, end_ms, text, words.

    `label`: the mark of AI-made sound by the keys of GB 45438-2025; bare samples cannot carry it themselves.
    `engines`: that spoke, in the order of their first words; none are known of a result of an older version.
    `segment_file_ids`: the sound of each segment, if that was wanted; of an only segment, the whole is that.
    """

    audio_file_id: UUID
    subtitles_file_id: UUID
    duration_s: float
    loudness_lufs: float
    cues: tuple[Mapping[str, object], ...]
    label: Mapping[str, str] = field(default_factory=dict)
    segment_file_ids: tuple[UUID, ...] = ()
    engines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SpeechTask:
    """A task at one moment. `progress`: 0..100 by spoken text; `finished_s`: seconds of sound that are there.

    `lexicon`: name and version of the app's reading dictionary. `extra`: what a dialect wants remembered. `run`: how
    often it was ordered; it tells the work of another take from the work before. Until that is done, `result` is the
    earlier one.
    """

    id: UUID
    app_id: AppId
    segments: tuple[Segment, ...]
    created_at: datetime
    updated_at: datetime
    delivered: Delivered = AS_USUAL
    state: TaskState = TaskState.QUEUED
    progress: float = 0.0
    finished_s: float = 0.0
    priority: int = USUAL_PRIORITY
    attempts: int = 0
    run: int = 1
    idempotency_key: str | None = None
    request_sha256: str | None = None
    lexicon: tuple[str, int] | None = None
    callback: CallbackOrder | None = None
    extra: Mapping[str, object] = field(default_factory=dict)
    result: TaskResult | None = None
    problem: Problem | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None

    def __post_init__(self) -> None:
        OutOfRange.check("segments", len(self.segments), 1, MAX_SEGMENTS)
        OutOfRange.check("priority", self.priority, *PRIORITY_RANGE)
        if self.characters > MAX_TEXT_CHARACTERS:
            raise TextTooLong(given=self.characters, allowed=MAX_TEXT_CHARACTERS)

    @property
    def characters(self) -> int:
        """What the task costs: the characters of its texts."""
        return sum(len(segment.order.text) for segment in self.segments)


def start_task(task: SpeechTask, now: datetime) -> SpeechTask:
    """The task as it begins to run. Raises WrongState."""
    return replace(_moved(task, TaskState.RUNNING, now), started_at=now, attempts=task.attempts + 1)


def finish_task(task: SpeechTask, result: TaskResult, now: datetime) -> SpeechTask:
    """The task with what it made. Raises WrongState."""
    done = _moved(task, TaskState.DONE, now)
    return replace(done, result=result, progress=100.0, finished_s=result.duration_s, ended_at=now)


def fail_task(task: SpeechTask, problem: Problem, now: datetime) -> SpeechTask:
    """The task with what went wrong. Raises WrongState."""
    return replace(_moved(task, TaskState.FAILED, now), problem=problem, ended_at=now)


def cancel_task(task: SpeechTask, now: datetime) -> SpeechTask:
    """The task, which nobody wants any more. Raises WrongState."""
    return replace(_moved(task, TaskState.CANCELLED, now), ended_at=now)


def retake_task(task: SpeechTask, which: Collection[int], now: datetime) -> SpeechTask:
    """The task waiting to be said again, the segments of these numbers (from 0; all if none are named) otherwise than
    before. Raises OutOfRange, WrongState."""
    for number in which:
        OutOfRange.check("segment", number, 0, len(task.segments) - 1)
    wanted = frozenset(which) or range(len(task.segments))
    segments = tuple(
        replace(segment, take=segment.take + 1) if number in wanted else segment
        for number, segment in enumerate(task.segments)
    )
    again = replace(_moved(task, TaskState.QUEUED, now), segments=segments, run=task.run + 1)
    return replace(again, progress=0.0, finished_s=0.0, problem=None, started_at=None, ended_at=None)


def _moved(task: SpeechTask, to: TaskState, now: datetime) -> SpeechTask:
    if to not in TASK_MOVES[task.state]:
        raise WrongState(what="speech task", given=str(task.id), state=task.state, wanted=to)
    return replace(task, state=to, updated_at=now)


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks: in one of the states (all if empty), made in a time."""

    states: frozenset[TaskState] = frozenset()
    created: Between = ANY_TIME
