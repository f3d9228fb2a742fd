"""Speech: asynchronous jobs, auditions, and whether a voice can speak."""

from __future__ import annotations

from fastapi import APIRouter

from hwamei.dialects.huawei.callback import callback_order
from hwamei.dialects.huawei.errors import speech_failure_of
from hwamei.dialects.huawei.ids import id_of
from hwamei.dialects.huawei.readings import lexicon_for
from hwamei.dialects.huawei.routes import SPEECH
from hwamei.dialects.huawei.shown import asset_out, shown_voice
from hwamei.dialects.huawei.sign_in import HuaweiRoute
from hwamei.dialects.huawei.wire.assets import AssetOut, State
from hwamei.dialects.huawei.wire.speech import (
    STATES,
    AsyncBody,
    AsyncOut,
    AuditionBody,
    AuditionFile,
    AuditionOut,
    Kind,
    Made,
    kind_of,
    links_of,
)
from hwamei.domain.app import App, Operation
from hwamei.domain.errors import NotFound, VoiceNotReady
from hwamei.domain.problem import Problem
from hwamei.domain.speech_task import Segment, SpeechTask, TaskState
from hwamei.service.speech_tasks import TaskOrder
from hwamei.service.subtitling import subtitles_file
from hwamei.web.calls import Call, Calling

FINE = ("0", "")
_CANCELLED = Problem("cancelled", "the job was cancelled", callers=True)

router = APIRouter(prefix=SPEECH, route_class=HuaweiRoute)


@router.post("/async-jobs")
def create_job(body: AsyncBody, call: Calling) -> Made:
    """Order a sound file."""
    app = call.may(Operation.CREATE_TASK)
    body.refuse_impossible()
    segment = _for_active_voice(call, app, body.segment(body.voice_asset_id), body.voice_asset_id)
    order = TaskOrder(
        segments=(segment,),
        delivered=body.delivered,
        priority=body.task_priority,
        lexicon=lexicon_for(call, app, segment.voice, wanted=body.is_vocabulary_config_enable),
        callback=callback_order(call, None if body.callback_config is None else body.callback_config.callback_url),
        extra=body.extra,
    )
    return Made.of(call.platform.tasks.create(app, order))


@router.get("/async-jobs/{job_id}")
def show_job(job_id: str, call: Calling) -> AsyncOut:
    """Look at an order of a sound file."""
    app = call.may(Operation.READ)
    task = _task(call, app, job_id, Kind.ASYNC_JOB)
    code, message = _outcome(task)
    shown = AsyncOut(state=STATES[task.state], code=code, message=message)
    if task.state is not TaskState.DONE:
        return shown
    links = links_of(task, call.platform.files, call.base_url)
    changes: dict[str, object] = {"audio_file_url": links.audio, "audio_srt_file_url": links.subtitles}
    if links.wants_timestamps:
        file = subtitles_file(call.platform.files, app, task, "json")
        changes["audio_info_file_url"] = call.platform.files.link(file, base_url=call.base_url)
    return shown.model_copy(update=changes)


@router.post("/audition")
def create_audition(body: AuditionBody, call: Calling) -> Made:
    """Order something to hear."""
    app = call.may(Operation.CREATE_TASK)
    segment = _for_active_voice(call, app, body.segment(body.emotion), body.emotion)
    lexicon = lexicon_for(call, app, segment.voice, wanted=body.is_vocabulary_config_enable)
    order = TaskOrder(segments=(segment,), delivered=body.delivered, lexicon=lexicon, extra=body.extra)
    return Made.of(call.platform.tasks.create(app, order))


@router.get("/audition-file/{job_id}")
def show_audition(job_id: str, call: Calling) -> AuditionOut:
    """What there is to hear of an audition."""
    app = call.may(Operation.READ)
    task = _task(call, app, job_id, Kind.AUDITION)
    code, message = _outcome(task)
    files = []
    if task.state is TaskState.DONE:
        files = [AuditionFile(download_url=links_of(task, call.platform.files, call.base_url).audio)]
    return AuditionOut(is_file_complete=task.state.ended, code=code, message=message, files=files)


@router.post("/check-voice-asset/{voice_asset_id}")
def check_asset(voice_asset_id: str, call: Calling) -> AssetOut:
    """The voice, if it can speak."""
    app = call.may(Operation.READ)
    voice = shown_voice(call, app, voice_asset_id)
    if voice.state is not State.ACTIVED:
        raise VoiceNotReady(voice=voice_asset_id, state=voice.state)
    return asset_out(call, voice)


def _for_active_voice(call: Call, app: App, segment: Segment, asset_id: str) -> Segment:
    """The segment, unless its voice was switched off or deleted here; whether it can speak is the service's to say."""
    voice = shown_voice(call, app, asset_id)
    if voice.state in (State.UNACTIVED, State.DELETING):
        raise VoiceNotReady(voice=asset_id, state=voice.state)
    return segment


def _task(call: Call, app: App, job_id: str, kind: Kind) -> SpeechTask:
    task = call.platform.tasks.get(app, id_of(job_id, "speech task"))
    if kind_of(task) != kind:
        raise NotFound(what="speech task", given=job_id[:100])
    return task


def _outcome(task: SpeechTask) -> tuple[str, str]:
    if task.state not in (TaskState.FAILED, TaskState.CANCELLED):
        return FINE
    return speech_failure_of(task.problem or _CANCELLED)
