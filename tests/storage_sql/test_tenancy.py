"""No verb of what belongs to an app can be called without the app, and none shows or touches another's things."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any, get_type_hints
from uuid import uuid4

import pytest
import sqlalchemy as sa

from hwamei.domain.app import App, AppId
from hwamei.domain.errors import NotFound
from hwamei.domain.listing import Page, PageRequest
from hwamei.domain.owned_voice import OwnedVoice, VoiceFilter, VoiceState
from hwamei.domain.speech_task import SpeechTask, TaskFilter, TaskState
from hwamei.domain.stored_file import StoredFile
from hwamei.domain.template import Template, TemplatePart
from hwamei.domain.training_job import JobFilter, JobState, LogEntry, TrainingJob
from hwamei.domain.usage import Cost, Measure, Usage
from hwamei.storage.sql.database import Database
from hwamei.storage.sql.files import SqlFiles
from hwamei.storage.sql.jobs import SqlJobs
from hwamei.storage.sql.lexicons import SqlLexicons
from hwamei.storage.sql.schema import metadata
from hwamei.storage.sql.shares import SqlShares
from hwamei.storage.sql.stores import Stores
from hwamei.storage.sql.tasks import SqlTasks
from hwamei.storage.sql.templates import SqlTemplates
from hwamei.storage.sql.usage import SqlUsage
from hwamei.storage.sql.voices import SqlVoices
from tests.storage_sql.things import NOON, a_blob, a_file, a_job, a_task, a_voice

OF_APPS = {
    "voices": SqlVoices,
    "jobs": SqlJobs,
    "tasks": SqlTasks,
    "files": SqlFiles,
    "lexicons": SqlLexicons,
    "usage": SqlUsage,
    "templates": SqlTemplates,
    "shares": SqlShares,
}
VERBS = sorted(
    (store, verb)
    for store, kind in OF_APPS.items()
    for verb, _ in inspect.getmembers(kind, inspect.isfunction)
    if not verb.startswith("_")
)
MONTH = "2026-11"


@dataclass(frozen=True)
class Mine:
    """What one app has of everything."""

    voice: OwnedVoice
    job: TrainingJob
    task: SpeechTask
    file: StoredFile
    template: Template


@pytest.fixture
def mine(stores: Stores, app: App) -> Mine:
    voice = a_voice(app)
    task = a_task(app, idempotency_key="once", state=TaskState.DONE)
    template = Template(uuid4(), app.id, "greeting", (TemplatePart("Good morning."),), NOON, NOON)
    things = Mine(voice, a_job(voice), task, a_file(app), template)
    stores.voices.add(app.id, voice, things.job)
    stores.jobs.log(app.id, things.job.id, LogEntry(NOON, "begun", {}))
    stores.tasks.add(app.id, things.task)
    stores.files.add(app.id, things.file)
    stores.lexicons.put(app.id, "names", "mine", at=NOON)
    stores.usage.add(app.id, MONTH, {Measure.TASKS: 1})
    stores.templates.add(app.id, template)
    return things


def _as_theirs(stores: Stores, them: AppId, mine: Mine) -> dict[tuple[str, str], Callable[[], object]]:
    """Every verb, tried by another app on my things: with my ids, and with what they claim to be theirs."""
    voice, job = replace(mine.voice, app_id=them), replace(mine.job, app_id=them)
    task, file = replace(mine.task, app_id=them), replace(mine.file, app_id=them)
    page = PageRequest(limit=100)
    return {
        ("voices", "add"): lambda: stores.voices.add(them, mine.voice, mine.job),
        ("voices", "get"): lambda: stores.voices.get(them, mine.voice.id),
        ("voices", "trace"): lambda: stores.voices.trace(them, mine.voice.id),
        ("voices", "list"): lambda: stores.voices.list(them, VoiceFilter(), page),
        ("voices", "change"): lambda: stores.voices.change(them, mine.voice.id, lambda _: voice),
        ("voices", "order"): lambda: stores.voices.order(them, voice, job, was=VoiceState.QUEUED),
        ("jobs", "get"): lambda: stores.jobs.get(them, mine.job.id),
        ("jobs", "list"): lambda: stores.jobs.list(them, JobFilter(voice_id=mine.voice.id), page),
        ("jobs", "save"): lambda: stores.jobs.save(them, job, was=JobState.WAITING, voice=voice, at=NOON),
        ("jobs", "remember"): lambda: stores.jobs.remember(them, mine.job.id, {"theirs": True}),
        ("jobs", "progress"): lambda: stores.jobs.progress(them, mine.job.id, 50.0, at=NOON),
        ("jobs", "log"): lambda: stores.jobs.log(them, mine.job.id, LogEntry(NOON, "theirs", {})),
        ("jobs", "read_log"): lambda: stores.jobs.read_log(them, mine.job.id),
        ("tasks", "add"): lambda: stores.tasks.add(them, mine.task),
        ("tasks", "get"): lambda: stores.tasks.get(them, mine.task.id),
        ("tasks", "list"): lambda: stores.tasks.list(them, TaskFilter(), page),
        ("tasks", "save"): lambda: stores.tasks.save(them, task, was=TaskState.DONE, files=[mine.file]),
        ("tasks", "progress"): lambda: stores.tasks.progress(them, mine.task.id, 50.0, 1.0, at=NOON),
        ("tasks", "delete"): lambda: stores.tasks.delete(them, mine.task.id),
        ("files", "add"): lambda: stores.files.add(them, file),
        ("files", "get"): lambda: stores.files.get(them, mine.file.id),
        ("files", "fill"): lambda: stores.files.fill(them, mine.file.id, a_blob(), media_type="audio/mp4"),
        ("files", "save"): lambda: stores.files.save(them, file),
        ("files", "delete"): lambda: stores.files.delete(them, mine.file.id),
        ("lexicons", "put"): lambda: _put_lexicon(stores, them),
        ("lexicons", "get"): lambda: stores.lexicons.get(them, "names"),
        ("lexicons", "list"): lambda: stores.lexicons.list(them),
        ("lexicons", "delete"): lambda: stores.lexicons.delete(them, "names"),
        ("templates", "add"): lambda: stores.templates.add(them, mine.template),
        ("templates", "get"): lambda: stores.templates.get(them, mine.template.id),
        ("templates", "list"): lambda: stores.templates.list(them, page),
        ("templates", "save"): lambda: stores.templates.save(them, replace(mine.template, app_id=them)),
        ("templates", "delete"): lambda: stores.templates.delete(them, mine.template.id),
        ("shares", "offer"): lambda: stores.shares.offer(them, mine.voice.id, share_id=uuid4(), at=NOON),
        ("shares", "take"): lambda: stores.shares.take(them, uuid4(), at=NOON),
        ("shares", "list"): lambda: stores.shares.list(them),
        ("shares", "get"): lambda: stores.shares.get(them, mine.voice.id),
        ("shares", "give_back"): lambda: stores.shares.give_back(them, mine.voice.id),
        ("usage", "add"): lambda: stores.usage.add(them, MONTH, {Measure.TASKS: 5}),
        ("usage", "spend"): lambda: stores.usage.spend(them, Cost(MONTH, {Measure.TASKS: 5}, {}, 0.0)),
        ("usage", "get"): lambda: stores.usage.get(them, MONTH),
    }


@pytest.mark.parametrize(("store", "verb"), VERBS)
def test_no_verb_can_be_called_without_an_app(store: str, verb: str) -> None:
    called = getattr(OF_APPS[store], verb)
    first = list(inspect.signature(called).parameters.values())[1]
    assert first.name == "app_id"
    assert first.default is inspect.Parameter.empty
    assert get_type_hints(called)["app_id"] is AppId


def test_every_verb_is_tried(stores: Stores, other: App, mine: Mine) -> None:
    assert sorted(_as_theirs(stores, other.id, mine)) == VERBS


@pytest.mark.parametrize("verb", VERBS, ids=".".join)
def test_anothers_things_are_as_unknown_and_stay_as_they_are(
    stores: Stores, app: App, other: App, mine: Mine, database: Database, verb: tuple[str, str]
) -> None:
    before = _everything_of(database, app.id)
    try:
        seen = _as_theirs(stores, other.id, mine)[verb]()
    except NotFound as answer:
        seen = answer
    assert _is_nothing(seen)
    assert app.id not in str(seen)  # no word of whose it is
    assert _everything_of(database, app.id) == before


def _put_lexicon(stores: Stores, them: AppId) -> None:
    """A name is each app's own, so this one is kept."""
    assert stores.lexicons.put(them, "names", "theirs", at=NOON).version == 1


def _is_nothing(seen: object) -> bool:
    match seen:
        case Page(items=items, total=total):
            return (items, total) == ((), 0)
        case Usage(amounts=amounts):
            return not any(amounts.values())
        case NotFound():
            return True
        case Collection():
            return not seen
        case _:
            return seen is None


def _everything_of(database: Database, app_id: AppId) -> dict[str, list[Any]]:
    """All rows of all tables that have an app, for one."""
    tables = [table for table in metadata.sorted_tables if "app_id" in table.c]
    with database.reading() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(sa.select(table).where(table.c.app_id == app_id))))
            for table in tables
        }
