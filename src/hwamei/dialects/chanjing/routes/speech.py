"""Speech tasks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from hwamei.dialects.chanjing.callback import callback_order
from hwamei.dialects.chanjing.calls import admitted, success
from hwamei.dialects.chanjing.errors import NobodyToSpeak
from hwamei.dialects.chanjing.ids import speaker_of, task_id_of
from hwamei.dialects.chanjing.results import audio_url
from hwamei.dialects.chanjing.sign_in import Calling, sent
from hwamei.dialects.chanjing.wire.speech import DELIVERED, TaskBody, TaskCreated, TaskIdBody, TaskOut
from hwamei.domain.app import Operation
from hwamei.domain.errors import NotFound
from hwamei.service.speech_tasks import TaskOrder
from hwamei.web.calls import SignedRoute

router = APIRouter(route_class=SignedRoute)


@router.post("/create_audio_task")
def create(body: Annotated[TaskBody, sent(TaskBody)], call: Calling) -> Response:
    """Order speech."""
    app = admitted(call, "create_audio_task", Operation.CREATE_TASK)
    callback = callback_order(call, body.callback)
    try:
        voice = speaker_of(body.audio_man, call.platform.voices.presets())
        order = TaskOrder((body.segment(voice),), DELIVERED, callback=callback)
        task = call.platform.tasks.create(app, order)
    except NotFound as error:
        raise NobodyToSpeak(given=body.audio_man) from error
    return success(call, TaskCreated(task_id=task.id.hex))


@router.post("/audio_task_state")
def state(body: Annotated[TaskIdBody, sent(TaskIdBody)], call: Calling) -> Response:
    """Look at a task."""
    app = admitted(call, "audio_task_state", Operation.READ)
    task = call.platform.tasks.get(app, task_id_of(body.task_id))
    return success(call, TaskOut.of(task, audio_url(call.platform, task, base_url=call.base_url)))
