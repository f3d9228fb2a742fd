"""Training jobs, as apps see them: looked at, cancelled, tried again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from hwamei.domain.app import App
from hwamei.domain.errors import WrongState
from hwamei.domain.listing import NEWEST_FIRST, Order, Page, PageRequest
from hwamei.domain.owned_voice import VoiceState, move_voice
from hwamei.domain.problem import Problem
from hwamei.domain.training_job import JobFilter, JobState, LogEntry, TrainingJob, cancel_job, retry_job
from hwamei.ports import Clock, Jobs, JobStore, OwnedVoices

CANCELLED = Problem("cancelled", "the training was cancelled; order it again to train the voice", callers=True)


@dataclass(frozen=True)
class TrainingJobs:
    """The jobs of apps. Safe from many threads."""

    store: JobStore
    voices: OwnedVoices
    jobs: Jobs
    clock: Clock

    def get(self, app: App, job_id: UUID) -> TrainingJob:
        """Raises NotFound."""
        return self.store.get(app.id, job_id)

    def list(self, app: App, which: JobFilter, page: PageRequest, order: Order = NEWEST_FIRST) -> Page[TrainingJob]:
        """In that order."""
        return self.store.list(app.id, which, page, order)

    def log(self, app: App, job_id: UUID) -> Sequence[LogEntry]:
        """What happened, the oldest first. Raises NotFound."""
        return self.store.read_log(app.id, job_id)

    def note(self, app: App, job_id: UUID, event: str, **fields: object) -> None:
        """Add a line to what happened. Raises NotFound."""
        self.store.log(app.id, job_id, LogEntry(self.clock(), event, fields))

    def remember(self, app: App, job_id: UUID, extra: Mapping[str, object]) -> None:
        """Replace what a dialect remembers of a job, and the labels that it is found by. Raises NotFound."""
        self.store.remember(app.id, job_id, extra)

    def cancel(self, app: App, job_id: UUID) -> TrainingJob:
        """The job, cancelled; its voice speaks as it did before, or not at all. Raises NotFound, WrongState."""
        while True:
            job, now = self.store.get(app.id, job_id), self.clock()
            cancelled = cancel_job(job, now)
            voice = self.voices.get(app.id, job.voice_id)
            ended = move_voice(voice, VoiceState.FAILED, now, problem=CANCELLED)
            if voice.voiceprint is not None:
                ended = replace(ended, state=VoiceState.READY, problem=None, engine=voice.voiceprint.engine)
            try:
                self.store.save(app.id, cancelled, was=job.state, voice=ended, at=now)
            except WrongState:
                continue
            self.jobs.forget(cancelled)
            return cancelled

    def retry(self, app: App, job_id: UUID) -> TrainingJob:
        """A failed or cancelled job, waiting again. Raises NotFound, WrongState."""
        job, now = self.store.get(app.id, job_id), self.clock()
        again = retry_job(job, now)
        voice = self.voices.get(app.id, job.voice_id)
        if not voice.reference:
            raise WrongState(what="training job", given=str(job_id), state="without recordings", wanted=again.state)
        if voice.job_id != job_id:
            replaced = f"{job_id}, which a later one replaced,"
            raise WrongState(what="training job", given=replaced, state=job.state, wanted=JobState.WAITING)
        queued = replace(move_voice(voice, VoiceState.QUEUED, now), engine=again.engine or voice.engine)
        self.voices.order(app.id, queued, again, was=voice.state)
        self.jobs.submit_job(app, again)
        return again
