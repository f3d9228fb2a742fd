"""Speech tasks, as apps see them: accepted, looked at, cancelled, removed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

import structlog

from hwamei.codecs.formats import Format
from hwamei.domain.app import App
from hwamei.domain.callback import CallbackOrder
from hwamei.domain.errors import StoreUnavailable, Unknown, WrongState
from hwamei.domain.listing import Page, PageRequest
from hwamei.domain.speech_task import (
    AS_USUAL,
    USUAL_PRIORITY,
    Delivered,
    Segment,
    SpeechTask,
    TaskFilter,
    cancel_task,
    retake_task,
)
from hwamei.domain.usage import Measure
from hwamei.ports import Clock, Jobs, LexiconStore, TaskStore
from hwamei.service.casting import Casting
from hwamei.service.reading import lexicon_of
from hwamei.service.script import check_script
from hwamei.service.spending import Spending
from hwamei.subtitles.formats import SubtitleFormat

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class TaskOrder:
    """What is to be spoken and how it is to be handed over. `lexicon`: the name of one of the app's."""

    segments: tuple[Segment, ...]
    delivered: Delivered = AS_USUAL
    priority: int = USUAL_PRIORITY
    idempotency_key: str | None = None
    lexicon: str | None = None
    callback: CallbackOrder | None = None
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class SpeechTasks:
    """The tasks of apps. Safe from many threads."""

    store: TaskStore
    jobs: Jobs
    casting: Casting
    lexicons: LexiconStore
    spending: Spending
    clock: Clock
    new_id: Callable[[], UUID]

    def create(self, app: App, order: TaskOrder) -> SpeechTask:
        """A task that will be spoken, whatever is killed from here on; the earlier one for the same idempotency key.

        Raises OutOfRange, TextTooLong, TextEmpty, BadMarkup, Unknown, NotFound, VoiceNotReady, IdempotencyConflict,
        QuotaUsedUp, StoreUnavailable.
        """
        wanted = self._checked(app, order)
        cost = self.spending.cost(app, {Measure.CHARACTERS: wanted.characters, Measure.TASKS: 1})
        task = self.store.add(app.id, wanted, at_most=app.quota.waiting_tasks, cost=cost)
        if task.id == wanted.id:
            self._submit(app, task)
        return task

    def get(self, app: App, task_id: UUID) -> SpeechTask:
        """Raises NotFound."""
        return self.store.get(app.id, task_id)

    def list(self, app: App, which: TaskFilter, page: PageRequest) -> Page[SpeechTask]:
        """The newest first."""
        return self.store.list(app.id, which, page)

    def cancel(self, app: App, task_id: UUID) -> SpeechTask:
        """The task, cancelled; a running one stops within one utterance. Raises NotFound, WrongState."""
        while True:
            task = self.store.get(app.id, task_id)
            cancelled = cancel_task(task, self.clock())
            try:
                self.store.save(app.id, cancelled, was=task.state)
            except WrongState:  # it began or ended just now
                continue
            self.jobs.forget(cancelled)
            return cancelled

    def retake(self, app: App, task: SpeechTask, which: Collection[int], *, extra: Mapping[str, object]) -> SpeechTask:
        """The task, as it was looked at, waiting to be said again: the segments of these numbers (all if none) in
        another way, the others as before. It costs the characters of those. `extra` replaces what was remembered.

        Raises OutOfRange, NotFound or VoiceNotReady for a voice that is gone, WrongState if it has not ended or was
        changed meanwhile, QuotaUsedUp, StoreUnavailable.
        """
        again = replace(retake_task(task, which, self.clock()), extra=extra)
        self.casting.check(app.id, again.segments)
        said = [task.segments[number] for number in (frozenset(which) or range(len(task.segments)))]
        self.spending.spend(app, {Measure.CHARACTERS: sum(len(segment.order.text) for segment in said)})
        self.store.save(app.id, again, was=task.state)
        self._submit(app, again)
        return again

    def delete(self, app: App, task_id: UUID) -> None:
        """Remove a task that has ended, with its files. Raises NotFound, WrongState."""
        self.store.delete(app.id, task_id)

    def _submit(self, app: App, task: SpeechTask) -> None:
        try:
            self.jobs.submit_task(app, task)
        except StoreUnavailable as error:  # it is accepted: the next sweep submits it
            log.warning("task not submitted yet", task_id=str(task.id), problem=error.problem)

    def _checked(self, app: App, order: TaskOrder) -> SpeechTask:
        _check_delivered(order.delivered)
        now = self.clock()
        lexicon = None
        readings = lexicon_of(self.lexicons, app.id, order.lexicon)
        if order.lexicon is not None:
            lexicon = (order.lexicon, self.lexicons.get(app.id, order.lexicon).version)
        task = SpeechTask(
            id=self.new_id(),
            app_id=app.id,
            segments=order.segments,
            created_at=now,
            updated_at=now,
            delivered=order.delivered,
            priority=order.priority,
            idempotency_key=order.idempotency_key,
            request_sha256=_fingerprint(order),
            lexicon=lexicon,
            callback=order.callback,
            extra=order.extra,
        )
        check_script(order.segments, readings)
        self.casting.check(app.id, order.segments)
        return task


def _check_delivered(delivered: Delivered) -> None:
    """Raises Unknown, OutOfRange."""
    if delivered.format not in set(Format):
        raise Unknown(what="format", given=delivered.format, known=list(Format))
    if delivered.subtitles not in set(SubtitleFormat):
        raise Unknown(what="subtitle format", given=delivered.subtitles, known=list(SubtitleFormat))
    Format(delivered.format).check_sample_rate(delivered.sample_rate_hz)


def _fingerprint(order: TaskOrder) -> str:
    """The same for two orders that ask for the same."""
    asked = (order.segments, order.delivered, order.priority, order.lexicon, order.callback, order.extra)
    return hashlib.sha256(repr(asked).encode()).hexdigest()
