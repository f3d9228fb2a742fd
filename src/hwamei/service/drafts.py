"""Voices that are ordered before their recordings are there: created, filled file by file, and committed.

A draft is a voice and its training job in a state of their own, so it is kept, listed and counted like any other. What
is sent for it lies in files whose ids follow from the job's; they and the draft itself go after a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID, uuid5

from hwamei.domain.app import App
from hwamei.domain.errors import HwameiError, NotFound, WrongState
from hwamei.domain.owned_voice import OwnedVoice, ReferenceSource, VoiceState, move_voice
from hwamei.domain.stored_file import Purpose, StoredFile
from hwamei.domain.training_job import JobState, LogEntry, TrainingJob, commit_job, retry_job
from hwamei.domain.voice import check_voice_name
from hwamei.ports import Clock, JobStore, OwnedVoices
from hwamei.service.files import Files
from hwamei.service.voice_orders import VoiceOrder, Voices

DRAFTS_KEPT = timedelta(days=7)
CREATED, COMMITTED = "created", "committed"
"""What the log of a job says of its draft."""


@dataclass(frozen=True, slots=True)
class DraftRecording:
    """One recording that a draft is to be made from. `text`: what is said in it, where that is known."""

    path: Path
    name: str
    text: str | None = None


@dataclass(frozen=True)
class Drafts:
    """The drafts of apps. Safe from many threads."""

    voices: OwnedVoices
    jobs: JobStore
    files: Files
    orders: Voices
    clock: Clock
    new_id: Callable[[], UUID]

    def create(self, app: App, order: VoiceOrder) -> TrainingJob:
        """The job of a new draft; what its order names as recordings is left out. Raises BadVoiceName, QuotaUsedUp."""
        check_voice_name(order.name)
        now, job_id = self.clock(), self.new_id()
        engine = self.orders.engines.choose(app, order.engine)
        job = TrainingJob(
            id=job_id,
            app_id=app.id,
            voice_id=self.new_id(),
            level=order.level,
            created_at=now,
            updated_at=now,
            seed=order.seed,
            state=JobState.DRAFT,
            callback=order.callback,
            extra=order.extra,
            engine=engine,
        )
        draft = OwnedVoice(
            id=job.voice_id,
            app_id=app.id,
            name=order.name,
            level=order.level,
            engine=engine,
            created_at=now,
            updated_at=now,
            state=VoiceState.DRAFT,
            job_id=job_id,
            expires_at=now + DRAFTS_KEPT,
        )
        self.voices.add(app.id, _as_ordered(draft, order), job, at_most=app.quota.voices)
        self._note(job, CREATED)
        return job

    def slots(self, app: App, job: TrainingJob, names: Sequence[str]) -> Mapping[str, StoredFile]:
        """A file for each name, to be sent, or to be sent again, to its upload address. Raises WrongState where the
        job takes no recordings any more."""
        self.refuse_unless_open(job)
        found = {name: self._sent(app, slot_id(job.id, name)) for name in names}
        missing = {slot_id(job.id, name): name for name, file in found.items() if file is None}
        reserved = {file.name: file for file in self.files.reserve_drafts(app, missing)}
        return {name: file or reserved[name] for name, file in found.items()}

    def content(self, app: App, job: TrainingJob, name: str) -> StoredFile | None:
        """What was sent for this name; None while nothing was."""
        file = self._sent(app, slot_id(job.id, name))
        return None if file is None or file.blob is None else file

    def commit(
        self, app: App, job: TrainingJob, order: VoiceOrder, recordings: Sequence[DraftRecording]
    ) -> TrainingJob:
        """The job, waiting to be done with these recordings; a failed one is tried again with them. Nothing is kept
        where it raises, nor the file of the consent: WrongState, BadVoiceName, BadField, TooBig, NotFound."""
        self.refuse_unless_open(job)
        kept: list[StoredFile] = []
        try:
            keep = partial(self.files.keep, app, purpose=Purpose.REFERENCE)
            kept.extend(keep(each.path, name=each.name) for each in recordings)
            texts = (each.text for each in recordings)
            sources = tuple(ReferenceSource(None, file.id, text) for file, text in zip(kept, texts, strict=True))
            ready = replace(order, reference=sources)
            self.orders.check(app, ready)
            return self._ordered(app, job, ready)
        except HwameiError:
            for file in kept:
                self.files.delete(app, file.id)
            self._forget_consent(app, job, order)
            raise

    def discard(self, app: App, job: TrainingJob, names: Sequence[str]) -> None:
        """Forget what was sent. May be called twice."""
        for name in names:
            with suppress(NotFound):
                self.files.delete(app, slot_id(job.id, name))

    def keep_consent(self, app: App, job: TrainingJob, name: str) -> UUID | None:
        """What was sent under this name, as a file that stays as long as the voice that is committed with it; None
        where nothing was sent."""
        sent = self.content(app, job, name)
        if sent is None:
            return None
        kept = replace(sent, id=self.new_id(), purpose=Purpose.CONSENT, expires_at=None)
        self.files.store.add(app.id, kept)
        return kept.id

    def _forget_consent(self, app: App, job: TrainingJob, order: VoiceOrder) -> None:
        """Unless the voice has it from an earlier time."""
        given, had = order.consent, self.voices.get(app.id, job.voice_id).consent
        if given is not None and given.file_id is not None and given != had:
            with suppress(NotFound):
                self.files.delete(app, given.file_id)

    def _ordered(self, app: App, job: TrainingJob, order: VoiceOrder) -> TrainingJob:
        now = self.clock()
        voice = self.voices.get(app.id, job.voice_id)
        if voice.job_id != job.id:
            raise WrongState(what="training job", given=str(job.id), state="an earlier one", wanted=JobState.WAITING)
        moved = commit_job(job, now) if job.state is JobState.DRAFT else retry_job(job, now)
        engine = self.orders.engines.choose(app, order.engine or moved.engine)
        ready = replace(
            moved, level=order.level, seed=order.seed, callback=order.callback, extra=order.extra, engine=engine
        )
        queued = move_voice(voice, VoiceState.QUEUED, now)
        queued = replace(queued, expires_at=None, facts=None, engine=engine)
        self.voices.order(app.id, _as_ordered(queued, order), ready, was=voice.state)
        self._note(ready, COMMITTED)
        self.orders.submit(app, ready)
        return ready

    def refuse_unless_open(self, job: TrainingJob) -> None:
        """Raises WrongState where a job takes no recordings any more."""
        if job.state not in (JobState.DRAFT, JobState.FAILED):
            raise WrongState(what="training job", given=str(job.id), state=job.state, wanted=JobState.WAITING)

    def _note(self, job: TrainingJob, event: str) -> None:
        self.jobs.log(job.app_id, job.id, LogEntry(self.clock(), event, {}))

    def _sent(self, app: App, file_id: UUID) -> StoredFile | None:
        """The file, with its content or without; None if there is none."""
        try:
            return self.files.get(app, file_id)
        except NotFound:
            return None


def slot_id(job_id: UUID, name: str) -> UUID:
    """The file that is sent under a name for a job's voice."""
    return uuid5(job_id, f"sent as {name}")


def _as_ordered(voice: OwnedVoice, order: VoiceOrder) -> OwnedVoice:
    return replace(
        voice,
        name=order.name,
        level=order.level,
        reference=order.reference,
        language=order.language,
        preview_text=order.preview_text,
        consent=order.consent,
        extra=order.extra,
    )
