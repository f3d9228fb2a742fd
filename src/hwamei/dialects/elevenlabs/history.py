"""Finished speech tasks as a list, in either direction, from any place on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from uuid import UUID

from hwamei.dialects.elevenlabs.ids import spelt, uuid_of
from hwamei.dialects.elevenlabs.refusals import Declined
from hwamei.dialects.elevenlabs.wire.history import SOURCE, HistoryQuery, Names, says
from hwamei.dialects.elevenlabs.wire.models import USUAL_MODEL
from hwamei.domain.app import App
from hwamei.domain.errors import NotFound
from hwamei.domain.listing import Between, PageRequest
from hwamei.domain.speech_task import SpeechTask, TaskFilter, TaskState
from hwamei.web.calls import Call

MAX_LOOKED_AT = 10_000  # tasks that a search looks at before it answers what it has
_AT_ONCE = 500
_LAST_UNIX = 253_402_300_799  # the end of 9999: later there are no dates
_ONE_STEP = timedelta(microseconds=1)  # of the clock in the database
_DONE = frozenset({TaskState.DONE})


@dataclass(frozen=True)
class Part:
    """A part of the history. `scanned_until`: when the last task that was looked at was made, where not all were."""

    items: Sequence[SpeechTask]
    has_more: bool
    scanned_until: int | None = None


def item(call: Call, app: App, given: str) -> SpeechTask:
    """A finished task. Raises NotFound, also for one that is not finished."""
    task_id = uuid_of(given, what="history item")
    task = call.platform.tasks.get(app, task_id)
    if task.result is None or task.state is not TaskState.DONE:
        raise NotFound(what="history item", given=given[:100])
    return task


def part(call: Call, app: App, query: HistoryQuery) -> Part:
    """What is asked for. Raises NotFound for a place to start that is not there."""
    if query.source not in (None, SOURCE) or query.model_id not in (None, USUAL_MODEL):
        return Part((), has_more=False)
    seen: list[SpeechTask] = []
    found: list[SpeechTask] = []
    for task in islice(_in_order(call, app, query), MAX_LOOKED_AT):
        if len(found) == query.page_size and _matches(call, app, task, query):
            return Part(found, has_more=True)
        seen.append(task)
        if len(found) < query.page_size and _matches(call, app, task, query):
            found.append(task)
    if len(seen) < MAX_LOOKED_AT:
        return Part(found, has_more=False)
    return Part(found, has_more=True, scanned_until=int(seen[-1].created_at.timestamp()))


def names_of(call: Call, app: App, tasks: Sequence[SpeechTask]) -> Names:
    """What the voices of the tasks are called; a voice that is gone keeps its name."""
    names: dict[str, str] = {}
    for voice in {segment.voice for task in tasks for segment in task.segments}:
        names[spelt(voice)] = _name(call, app, voice)
    return names


def _name(call: Call, app: App, voice: UUID | str) -> str:
    if isinstance(voice, str):
        return voice
    try:
        return call.platform.voices.trace(app, voice).name
    except NotFound:
        return ""


def _matches(call: Call, app: App, task: SpeechTask, query: HistoryQuery) -> bool:
    voices = {spelt(segment.voice) for segment in task.segments}
    if query.voice_id is not None and query.voice_id.replace("-", "") not in voices:
        return False
    return query.search is None or says(task, names_of(call, app, [task]), query.search)


def _in_order(call: Call, app: App, query: HistoryQuery) -> Iterator[SpeechTask]:
    """The tasks behind the one that is named."""
    after = None if query.start_after_history_item_id is None else item(call, app, query.start_after_history_item_id)
    which = TaskFilter(_DONE, _between(query, after))
    tasks = _newest_first(call, app, which) if query.sort_direction == "desc" else _oldest_first(call, app, which)
    if after is not None:
        for task in tasks:  # those of the same moment that were listed before it, and it
            if task.id == after.id:
                break
    yield from tasks


def _between(query: HistoryQuery, after: SpeechTask | None) -> Between:
    since, until = _moment(query.date_after_unix), _moment(query.date_before_unix)
    if after is not None and query.sort_direction == "desc":
        behind = after.created_at + _ONE_STEP
        until = behind if until is None else min(until, behind)
    elif after is not None:
        since = after.created_at if since is None else max(since, after.created_at)
    return Between(since, until)


def _moment(unix: int | None) -> datetime | None:
    if unix is None:
        return None
    if not 0 <= unix <= _LAST_UNIX:
        problem = f"{unix} is no moment; send seconds since 1970."
        raise Declined(code="invalid_parameters", problem=problem, param="date_before_unix")
    return datetime.fromtimestamp(unix, UTC)


def _newest_first(call: Call, app: App, which: TaskFilter) -> Iterator[SpeechTask]:
    offset = 0
    while True:
        items = call.platform.tasks.list(app, which, PageRequest(_AT_ONCE, offset)).items
        yield from items
        offset += len(items)
        if len(items) < _AT_ONCE:
            return


def _oldest_first(call: Call, app: App, which: TaskFilter) -> Iterator[SpeechTask]:
    left = call.platform.tasks.list(app, which, PageRequest(1)).total
    while left > 0:
        begin = max(0, left - _AT_ONCE)
        items = call.platform.tasks.list(app, which, PageRequest(left - begin, begin)).items
        yield from reversed(items)
        left = begin
