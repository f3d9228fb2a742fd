"""The voices of apps."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import sqlalchemy as sa

from hwamei.domain.app import AppId
from hwamei.domain.errors import NotFound, QuotaUsedUp
from hwamei.domain.listing import Page, PageRequest
from hwamei.domain.owned_voice import OwnedVoice, VoiceFilter, VoiceState
from hwamei.domain.training_job import JOB_MOVES, JobState, TrainingJob
from hwamei.storage.sql.database import Database
from hwamei.storage.sql.holding import find, hold, hold_app, hold_if_there, insert, refuse_unless, replace
from hwamei.storage.sql.job_labels import label
from hwamei.storage.sql.job_rows import job_columns
from hwamei.storage.sql.pages import Wanted, read_page
from hwamei.storage.sql.schema import voices
from hwamei.storage.sql.tally import Kind, Tally, count
from hwamei.storage.sql.voice_changes import insert_voice, replace_voice
from hwamei.storage.sql.voice_rows import GONE, folded, voice_of

_NOT_DELETED = frozenset(VoiceState) - {VoiceState.DELETED}
_COUNTED = frozenset(VoiceState) - GONE
_LONGEST_SEARCH = 4_000  # characters; no folded name is longer, and a database may refuse a longer pattern


class SqlVoices:
    """OwnedVoices in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, app_id: AppId, voice: OwnedVoice, job: TrainingJob, *, at_most: int | None = None) -> None:
        """Keep a new voice and its first job. Raises QuotaUsedUp where the app has `at_most` voices already, or the
        voice so many styles; NotFound for a style of no voice."""
        _refuse_foreign(app_id, voice, job)
        with self._database.writing() as connection:
            hold_app(connection, app_id)
            counted = _count_voices if voice.style_of is None else _count_styles
            what, there = counted(connection, voice)
            if at_most is not None and there >= at_most:
                raise QuotaUsedUp(what=what, used=there, allowed=at_most, retry_after_s=None)
            tally = Tally(app_id)
            insert_voice(connection, voice, tally)
            insert(connection, Kind.JOBS, job_columns(job), tally)
            label(connection, job)
            tally.write(connection)

    def get(self, app_id: AppId, voice_id: UUID) -> OwnedVoice:
        """A voice that is not deleted. Raises NotFound."""
        return _there(self.trace(app_id, voice_id))

    def trace(self, app_id: AppId, voice_id: UUID) -> OwnedVoice:
        """A voice, or what is left of one that was deleted. Raises NotFound for one that never was."""
        with self._database.reading() as connection:
            return voice_of(find(connection, Kind.VOICES, app_id, voice_id))

    def list(self, app_id: AppId, which: VoiceFilter, page: PageRequest) -> Page[OwnedVoice]:
        """The newest first."""
        also: tuple[sa.ColumnElement[bool], ...] = ()
        if which.name_contains:
            part = folded(which.name_contains)[:_LONGEST_SEARCH]
            also = (voices.c.folded_name.contains(part, autoescape=True),)
        if which.styles_of:
            also += (voices.c.style_of.in_(sorted(which.styles_of)),)
        kind = Kind.STYLES if which.styles_of else Kind.VOICES
        wanted = Wanted(app_id, kind, frozenset(which.states or _NOT_DELETED), which.created, also)
        with self._database.snapshot() as connection:
            rows, total = read_page(connection, wanted, page)
        return Page(tuple(voice_of(row) for row in rows), total)

    def change(
        self, app_id: AppId, voice_id: UUID, change: Callable[[OwnedVoice], OwnedVoice]
    ) -> tuple[OwnedVoice, OwnedVoice]:
        """A voice that is not deleted, before and after a change. Raises NotFound, and what `change` raises."""
        with self._database.writing() as connection:
            held = hold(connection, Kind.VOICES, app_id, voice_id)
            before = _there(voice_of(find(connection, Kind.VOICES, app_id, voice_id)))
            after = change(before)
            _refuse_foreign(app_id, after)
            tally = Tally(app_id)
            replace_voice(connection, held, after, tally)
            tally.write(connection)
        return before, after

    def order(self, app_id: AppId, voice: OwnedVoice, job: TrainingJob, *, was: VoiceState) -> None:
        """Save a voice that is to be trained anew together with its new or retried job. Raises WrongState, NotFound."""
        _refuse_foreign(app_id, voice, job)
        with self._database.writing() as connection:
            held = hold(connection, Kind.VOICES, app_id, voice.id)
            refuse_unless(held, may=held.state == was, wanted=voice.state)
            tally = Tally(app_id)
            replace_voice(connection, held, voice, tally)
            _put_job(connection, job, tally)
            tally.write(connection)


def _there(voice: OwnedVoice) -> OwnedVoice:
    """Raises NotFound for one that is deleted."""
    if voice.state is VoiceState.DELETED:
        raise NotFound(what="voice", given=str(voice.id))
    return voice


def _count_voices(connection: sa.Connection, voice: OwnedVoice) -> tuple[str, int]:
    return "voices", count(connection, voice.app_id, Kind.VOICES, _COUNTED)


def _count_styles(connection: sa.Connection, style: OwnedVoice) -> tuple[str, int]:
    """Of the voice, which is held so that it does not go meanwhile. Raises NotFound."""
    assert style.style_of is not None
    held = hold(connection, Kind.VOICES, style.app_id, style.style_of)
    if held.kind is Kind.STYLES or held.state in GONE:
        raise NotFound(what="voice", given=str(style.style_of))
    there = sa.select(sa.func.count()).where(voices.c.style_of == style.style_of, voices.c.state.not_in(sorted(GONE)))
    return "styles of the voice", int(connection.execute(there).scalar_one())


def _put_job(connection: sa.Connection, job: TrainingJob, tally: Tally) -> None:
    """A new job, or one that may be tried again. Raises WrongState."""
    held = hold_if_there(connection, Kind.JOBS, job.app_id, job.id)
    if held is None:
        insert(connection, Kind.JOBS, job_columns(job), tally)
    else:
        refuse_unless(held, may=job.state in JOB_MOVES[JobState(held.state)], wanted=job.state)
        replace(connection, held, job_columns(job), tally)
    label(connection, job)


def _refuse_foreign(app_id: AppId, voice: OwnedVoice, job: TrainingJob | None = None) -> None:
    """What is another app's is not there. Raises NotFound."""
    if voice.app_id != app_id:
        raise NotFound(what="voice", given=str(voice.id))
    if job is not None and job.app_id != app_id:
        raise NotFound(what="training job", given=str(job.id))
