"""Training jobs: the work that turns recordings into a voice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from hwamei.domain.app import AppId
from hwamei.domain.callback import CallbackOrder
from hwamei.domain.errors import WrongState
from hwamei.domain.listing import ANY_TIME, Between
from hwamei.domain.problem import Problem
from hwamei.domain.voice import Level


class JobState(StrEnum):
    """Where a job stands. A draft waits for recordings and for the word to begin."""

    DRAFT = "draft"
    WAITING = "waiting"
    TRAINING = "training"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing will happen to the job unless it is tried again."""
        return self in (JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED)


JOB_MOVES: Mapping[JobState, frozenset[JobState]] = {
    JobState.DRAFT: frozenset({JobState.WAITING, JobState.CANCELLED}),
    JobState.WAITING: frozenset({JobState.TRAINING, JobState.FAILED, JobState.CANCELLED}),
    JobState.TRAINING: frozenset({JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED}),
    JobState.SUCCEEDED: frozenset(),
    JobState.FAILED: frozenset({JobState.WAITING}),  # tried again
    JobState.CANCELLED: frozenset({JobState.WAITING}),
}


@dataclass(frozen=True, slots=True)
class TrainingJob:
    """A job at one moment. `progress`: 0..100; `attempts`: how often it was begun; the same seed gives the same voice.

    `engine`: that is to make the voiceprint, None: the voice's (jobs of an older version have none of their own).
    `run`: how often it was ordered, first order included; it tells the work of a retry from the work before. `extra`:
    what a dialect wants remembered; what stands under `labels` there are short texts that its jobs are found by.
    """

    id: UUID
    app_id: AppId
    voice_id: UUID
    level: Level
    created_at: datetime
    updated_at: datetime
    seed: int = 0
    run: int = 1
    state: JobState = JobState.WAITING
    progress: float = 0.0
    attempts: int = 0
    callback: CallbackOrder | None = None
    extra: Mapping[str, object] = field(default_factory=dict)
    problem: Problem | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    engine: str | None = None

    @property
    def labels(self) -> Mapping[str, str]:
        """The texts by which the job is found, by their names."""
        labels = self.extra.get("labels")
        return {str(name): str(value) for name, value in labels.items()} if isinstance(labels, Mapping) else {}


def commit_job(job: TrainingJob, now: datetime) -> TrainingJob:
    """A draft that has its recordings, waiting to be done. Raises WrongState."""
    if job.state is not JobState.DRAFT:
        raise _wrong(job, JobState.WAITING)
    return _moved(job, JobState.WAITING, now)


def start_job(job: TrainingJob, now: datetime) -> TrainingJob:
    """The job as it begins. Raises WrongState."""
    return replace(_moved(job, JobState.TRAINING, now), started_at=now, attempts=job.attempts + 1)


def succeed_job(job: TrainingJob, now: datetime) -> TrainingJob:
    """The job when its voice is ready. Raises WrongState."""
    return replace(_moved(job, JobState.SUCCEEDED, now), progress=100.0, ended_at=now)


def fail_job(job: TrainingJob, problem: Problem, now: datetime) -> TrainingJob:
    """The job with what went wrong. Raises WrongState."""
    return replace(_moved(job, JobState.FAILED, now), problem=problem, ended_at=now)


def cancel_job(job: TrainingJob, now: datetime) -> TrainingJob:
    """The job, which nobody wants any more. Raises WrongState."""
    return replace(_moved(job, JobState.CANCELLED, now), ended_at=now)


def retry_job(job: TrainingJob, now: datetime) -> TrainingJob:
    """A failed or cancelled job, waiting again. Raises WrongState."""
    if not job.state.ended:
        raise _wrong(job, JobState.WAITING)
    again = _moved(job, JobState.WAITING, now)
    return replace(again, run=job.run + 1, progress=0.0, problem=None, started_at=None, ended_at=None)


def _moved(job: TrainingJob, to: JobState, now: datetime) -> TrainingJob:
    if to not in JOB_MOVES[job.state]:
        raise _wrong(job, to)
    return replace(job, state=to, updated_at=now)


def _wrong(job: TrainingJob, to: JobState) -> WrongState:
    return WrongState(what="training job", given=str(job.id), state=job.state, wanted=to)


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which jobs: in one of the states (all if empty), of one voice, made in a time and last touched in a time, with
    all of these labels.

    `mendable`: of those that failed only the ones that their caller can mend, or only the others; None: all.
    """

    states: frozenset[JobState] = frozenset()
    voice_id: UUID | None = None
    created: Between = ANY_TIME
    updated: Between = ANY_TIME
    labels: Mapping[str, str] = field(default_factory=dict)
    job_id: UUID | None = None
    mendable: bool | None = None


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of a job's log: an event and what belongs to it. Neither texts nor keys."""

    at: datetime
    event: str
    fields: Mapping[str, object]
