"""Speech tasks, and speech at once."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query
from starlette.responses import Response

from hwamei.dialects.native.callback import callback_order
from hwamei.dialects.native.documented import EVENTS, refusals
from hwamei.dialects.native.results import result_of
from hwamei.dialects.native.routes import PREFIX
from hwamei.dialects.native.wire.queries import TaskQuery
from hwamei.dialects.native.wire.speech import SpeakBody, TaskBody, TaskOut, TaskSummary
from hwamei.dialects.native.wire.values import Listed
from hwamei.domain.app import Operation
from hwamei.domain.errors import (
    BadMarkup,
    EngineDown,
    EngineFailed,
    EngineHung,
    IdempotencyConflict,
    NotDone,
    NotFound,
    QuotaUsedUp,
    TextEmpty,
    TextTooLong,
    TooBusy,
    Unknown,
    VoiceNotReady,
    WrongState,
)
from hwamei.domain.speech_task import Delivered, SpeechTask
from hwamei.service.speech_tasks import TaskOrder
from hwamei.service.subtitling import subtitles_of
from hwamei.web.calls import Call, Calling, SignedRoute
from hwamei.web.chunks import ChunkResponse
from hwamei.web.events import EventResponse, Seen
from hwamei.web.streams import ENGINE_HEADER, LIMIT_HEADER, RUNNING_HEADER, stream_headers

LABEL_HEADER = "Hwamei-AIGC-Label"
TEXTS = (TextEmpty, TextTooLong, BadMarkup, Unknown, NotFound, VoiceNotReady, QuotaUsedUp)

router = APIRouter(prefix=PREFIX, tags=["speech"], route_class=SignedRoute)


@router.post(
    "/speech",
    response_class=Response,
    responses=refusals(*TEXTS, TooBusy, EngineFailed, EngineHung, EngineDown, body=True)
    | {
        200: {
            "description": "The sound, while it is being spoken.",
            "content": {"audio/*": {"schema": {"type": "string", "format": "binary"}}},
            "headers": {
                LABEL_HEADER: {"schema": {"type": "string"}, "description": "The mark of AI-made sound, as JSON."},
                LIMIT_HEADER: {"schema": {"type": "integer"}, "description": "How many streams may run at once."},
                ENGINE_HEADER: {"schema": {"type": "string"}, "description": "The engines that speak, in their order."},
                RUNNING_HEADER: {"schema": {"type": "integer"}, "description": "How many do, this one included."},
            },
        }
    },
)
def speak(body: SpeakBody, call: Calling) -> Response:
    """Speak at once. Nothing is kept, and nothing waits: if all engines are busy, the answer says when to come back."""
    app = call.may(Operation.SPEAK_NOW)
    spoken = call.platform.now.speak(
        app, (body.segment(),), format=body.format, sample_rate_hz=body.sample_rate_hz, lexicon=body.lexicon
    )
    headers = {
        "Content-Type": spoken.media_type,
        LABEL_HEADER: spoken.label_json,
        "Cache-Control": "no-store",
        **stream_headers(spoken),
    }
    return ChunkResponse(next(spoken.chunks), spoken.chunks, headers=headers)


@router.post("/speech-tasks", status_code=202, responses=refusals(*TEXTS, IdempotencyConflict, body=True))
def create_task(
    body: TaskBody,
    call: Calling,
    idempotency_key: Annotated[str | None, Header(pattern=r"^[\x21-\x7e]{1,200}$")] = None,
) -> TaskOut:
    """Order speech. With the same Idempotency-Key the same task comes back, however often it is sent."""
    app = call.may(Operation.CREATE_TASK)
    order = TaskOrder(
        segments=tuple(segment.segment() for segment in body.segments),
        delivered=Delivered(body.format, body.sample_rate_hz, body.subtitles),
        priority=body.priority,
        idempotency_key=idempotency_key,
        lexicon=body.lexicon,
        callback=callback_order(call, body.callback_url),
    )
    return _shown(call, call.platform.tasks.create(app, order))


@router.get("/speech-tasks", responses=refusals())
def list_tasks(query: Annotated[TaskQuery, Query()], call: Calling) -> Listed[TaskSummary]:
    """List the app's speech tasks, the newest first, without their texts."""
    app = call.may(Operation.READ)
    page = call.platform.tasks.list(app, query.which, query.page)
    items = [TaskSummary.of(task, result_of(task, call.platform.files, call.base_url)) for task in page.items]
    return Listed[TaskSummary](items=items, total=page.total, limit=query.limit, offset=query.offset)


@router.get("/speech-tasks/{task_id}", responses=refusals(NotFound))
def get_task(task_id: UUID, call: Calling) -> TaskOut:
    """Look at a speech task."""
    app = call.may(Operation.READ)
    return _shown(call, call.platform.tasks.get(app, task_id))


@router.get("/speech-tasks/{task_id}/events", response_class=Response, responses=refusals(NotFound) | EVENTS)
def follow_task(task_id: UUID, call: Calling) -> Response:
    """Be told how far a speech task is, as it goes on, without its texts."""
    app = call.may(Operation.READ)

    def look() -> Seen:
        call.platform.accounts.enabled(app.id)
        task = call.platform.tasks.get(app, task_id)
        shown = TaskSummary.of(task, result_of(task, call.platform.files, call.base_url))
        return Seen(shown.model_dump_json(), task.state.ended)

    return EventResponse(look(), look)


@router.post("/speech-tasks/{task_id}/cancel", responses=refusals(NotFound, WrongState))
def cancel_task(task_id: UUID, call: Calling) -> TaskOut:
    """Stop a speech task that has not ended; one that runs stops within one utterance."""
    app = call.may(Operation.CHANGE)
    return _shown(call, call.platform.tasks.cancel(app, task_id))


@router.delete("/speech-tasks/{task_id}", status_code=204, responses=refusals(NotFound, WrongState))
def delete_task(task_id: UUID, call: Calling) -> None:
    """Delete a speech task that has ended, with its files."""
    app = call.may(Operation.CHANGE)
    call.platform.tasks.delete(app, task_id)


@router.get(
    "/speech-tasks/{task_id}/subtitles",
    response_class=Response,
    responses=refusals(NotFound, NotDone, Unknown)
    | {200: {"description": "The subtitles.", "content": {"text/*": {"schema": {"type": "string"}}}}},
)
def get_subtitles(
    task_id: UUID, call: Calling, format: Annotated[str, Query(description="srt, vtt or json.")] = "srt"
) -> Response:
    """The subtitles of a task that is done."""
    app = call.may(Operation.READ)
    content, media_type = subtitles_of(call.platform.tasks.get(app, task_id), format)
    return Response(content.encode(), media_type=media_type)


def _shown(call: Call, task: SpeechTask) -> TaskOut:
    return TaskOut.of(task, result_of(task, call.platform.files, call.base_url))
