"""Tasks of several contents, each with a file of its own besides the merged one."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Annotated

import anyio
from anyio.to_thread import run_sync
from fastapi import APIRouter, Body, Query
from starlette.responses import Response

from hwamei.dialects.vocu.calling import TTS, VocuRoute, link_of
from hwamei.dialects.vocu.cards import VoiceCard
from hwamei.dialects.vocu.ids import spelt, uuid_of
from hwamei.dialects.vocu.memory import Regenerated, TaskNotes, notes_in, with_notes
from hwamei.dialects.vocu.people import Person, find_person
from hwamei.dialects.vocu.refusals import Declined
from hwamei.dialects.vocu.sign_in import Call, Calling
from hwamei.dialects.vocu.wire.speech import FORMAT, SAMPLE_RATE_HZ, readings_of, segment, with_readings
from hwamei.dialects.vocu.wire.tasks import (
    STATUSES,
    ContentBody,
    GenerateBody,
    RegenerateBody,
    characters_of,
    contents_of,
    in_detail,
    shown,
)
from hwamei.dialects.vocu.wire.values import Json, ok, whole_number
from hwamei.domain.app import App, Operation
from hwamei.domain.errors import NotFound, WrongState
from hwamei.domain.listing import MAX_OFFSET, MAX_PAGE_SIZE, PageRequest
from hwamei.domain.speech_task import Delivered, Segment, SpeechTask, TaskFilter, TaskState
from hwamei.service.speech_tasks import TaskOrder

router = APIRouter(prefix=f"{TTS}/generate", route_class=VocuRoute)

DELIVERED = Delivered(FORMAT, SAMPLE_RATE_HZ, each_segment=True)
SYNC_S = 90.0  # how long `sync` waits for a task to begin
_LOOK_AGAIN_S = 0.2
_TRUE = ("true", "1")


@router.post("")
async def create_task(body: GenerateBody, call: Calling) -> Response:
    """Order speech. With `sync` the answer comes when the task has begun."""
    task = await run_sync(_create, call, body)
    give_up_at_s = time.monotonic() + SYNC_S
    while body.sync and task.state is TaskState.QUEUED:
        if time.monotonic() > give_up_at_s:
            raise Declined(code="STREAM_TIMEOUT")
        await anyio.sleep(_LOOK_AGAIN_S)
        task = await run_sync(call.platform.tasks.get, call.app(), task.id)
    return ok(await run_sync(_in_detail, call, task))


@router.get("")
def list_tasks(
    call: Calling,
    limit: str = "",
    offset: str = "",
    status: str = "",
    project_id: Annotated[str, Query(alias="projectId")] = "",
) -> Response:
    """List tasks, the newest first. An address of sound is the same whether it is to be streamed or not."""
    app = call.may(Operation.READ)
    page = PageRequest(
        whole_number(limit, usual=20, low=1, high=MAX_PAGE_SIZE, field="limit"),
        whole_number(offset, usual=0, low=0, high=MAX_OFFSET, field="offset"),
    )
    if project_id:
        _check_project(project_id)
        return ok([])
    states = frozenset(state for state, name in STATUSES.items() if name == status)
    tasks = call.platform.tasks.list(app, TaskFilter(states), page).items
    known: dict[str, VoiceCard | None] = {}
    return ok([shown(task, app, link_of(call), _voices(call, app, task, known)) for task in tasks])


@router.get("/{task_id}")
def get_task(task_id: str, call: Calling, stream: str = "") -> Response:
    """Look at a task. Whoever wants a stream of one that has failed is told that there will be none: a client of this
    vendor's asks for ever otherwise."""
    app = call.may(Operation.READ)
    task = _found(call, app, task_id)
    if stream.lower() in _TRUE and STATUSES[task.state] == "failed":
        reason = "it was cancelled" if task.problem is None else task.problem.text
        raise Declined(code="STREAM_FETCH_FAILED", problem=f"Failed to fetch stream audio. The task failed: {reason}")
    return ok(_in_detail(call, task))


@router.delete("/{task_id}")
def delete_task(task_id: str, call: Calling) -> Response:
    """Delete a task that has ended, with its sound."""
    app = call.may(Operation.CHANGE)
    try:
        call.platform.tasks.delete(app, uuid_of(task_id, what="speech task"))
    except WrongState as error:
        raise Declined(code="GENERATE_DELETE_IN_PROGRESS") from error
    return ok()


@router.post("/{task_id}/regenerate")
def regenerate(task_id: str, call: Calling, body: Annotated[RegenerateBody | None, Body()] = None) -> Response:
    """Say some contents again, in another way; the task is pending again, under the same id."""
    app = call.may(Operation.CREATE_TASK)
    task = _found(call, app, task_id)
    contents = contents_of(task)
    numbers = (body or RegenerateBody()).numbers(len(contents))
    notes = notes_in(TaskNotes, task.extra) or _notes_of_others(call, app, task)
    again = Regenerated(contents=numbers, characters=characters_of(contents, numbers))
    extra = with_notes(task.extra, notes.model_copy(update={"regenerates": (*notes.regenerates, again)}))
    return ok(_in_detail(call, call.platform.tasks.retake(app, task, numbers, extra=extra)))


def _create(call: Call, body: GenerateBody) -> SpeechTask:
    app = call.may(Operation.CREATE_TASK)
    body.check()
    contents = body.all_contents()
    for content in contents:
        content.check()
    people = _people(call, app, contents)
    readings = readings_of(body.dictionary)
    segments = tuple(_segment(body, content, people, readings) for content in contents)
    notes = body.notes(contents, [person.card for person in people.values()])
    return call.platform.tasks.create(app, TaskOrder(segments, DELIVERED, extra=with_notes({}, notes)))


def _people(call: Call, app: App, contents: Sequence[ContentBody]) -> dict[str, Person]:
    """Who speaks, by the id that was sent, each once."""
    people: dict[str, Person] = {}
    for content in contents:
        assert content.voice_id is not None
        if content.voice_id not in people:
            people[content.voice_id] = find_person(call.platform, app, content.voice_id)
    return people


def _segment(
    body: GenerateBody, content: ContentBody, people: Mapping[str, Person], readings: Mapping[str, str]
) -> Segment:
    manner = body.manner_of(content)
    manner.check()
    assert content.voice_id is not None
    speaker = people[content.voice_id].speaker(manner.prompt_id)
    text = with_readings(content.text or "", readings)
    return segment(text, speaker, manner, language=content.language_wanted())


def _found(call: Call, app: App, task_id: str) -> SpeechTask:
    return call.platform.tasks.get(app, uuid_of(task_id, what="speech task"))


def _in_detail(call: Call, task: SpeechTask) -> Json:
    app = call.app()
    return in_detail(task, app, link_of(call), _voices(call, app, task, {}))


def _voices(call: Call, app: App, task: SpeechTask, known: dict[str, VoiceCard | None]) -> Sequence[VoiceCard]:
    """Who speaks in a task that this dialect did not make; voices that are gone are left out."""
    if notes_in(TaskNotes, task.extra) is not None:
        return ()
    ids = list(dict.fromkeys(spelt(each.voice) for each in task.segments))
    for voice_id in ids:
        if voice_id not in known:
            known[voice_id] = _card(call, app, voice_id)
    return [card for voice_id in ids if (card := known[voice_id]) is not None]


def _card(call: Call, app: App, voice_id: str) -> VoiceCard | None:
    try:
        return find_person(call.platform, app, voice_id).card
    except NotFound:
        return None


def _notes_of_others(call: Call, app: App, task: SpeechTask) -> TaskNotes:
    voices = tuple(_voices(call, app, task, {}))
    return TaskNotes(contents=tuple(contents_of(task)), voices=voices)


def _check_project(given: str) -> None:
    """There are no projects here. Raises Declined for what is not even an id."""
    try:
        uuid_of(given, what="project")
    except NotFound as error:
        problem = "Invalid parameter format. projectId is no UUID."
        raise Declined(code="VALIDATION_INVALID_FORMAT", problem=problem, field="projectId") from error
