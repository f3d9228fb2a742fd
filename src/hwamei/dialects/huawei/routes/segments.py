"""Sentences that are sent one by one: whether a recording can be of its sentence."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Query

from hwamei.dialects.huawei.own_jobs import own_job
from hwamei.dialects.huawei.recordings import sent_pair
from hwamei.dialects.huawei.routes import USER
from hwamei.dialects.huawei.sign_in import HuaweiRoute
from hwamei.dialects.huawei.wire.audit import CONFIRMED
from hwamei.dialects.huawei.wire.jobs import LANGUAGES, CreateType, Remembered
from hwamei.dialects.huawei.wire.training_data import ConfirmedIndexes, ConfirmedOut
from hwamei.domain.app import App, Operation
from hwamei.domain.errors import BadField
from hwamei.domain.training_job import JobState, TrainingJob
from hwamei.service.sentences import judge, read_text
from hwamei.service.training_data import checked_pair
from hwamei.web.calls import Call, Calling

router = APIRouter(prefix=USER, route_class=HuaweiRoute)


@router.post("/training-segment")
def confirm(call: Calling, job_id: str, index: Annotated[int, Query(ge=0, le=1024)]) -> ConfirmedOut:
    """Judge a recording that was sent against its sentence; see README.md for what is judged."""
    app = call.may(Operation.CHANGE)
    job, kept = own_job(call, app, job_id)
    if kept.create_type is not CreateType.SEGMENT or index >= (kept.job_type.sentences or 0):
        raise BadField(name="index", given=str(index), problem="this job has no sentence with this number")
    language = LANGUAGES[kept.language]
    with TemporaryDirectory(prefix="hwamei-") as folder:
        pair = sent_pair(call, app, job, index, Path(folder))
        checked_pair(pair, language)
        text = read_text(pair.text, pair.text_name)
        judgement = judge(pair.audio, text, name=pair.audio_name, language=language)
    if judgement.fits:
        call.platform.training.note(app, job.id, CONFIRMED, index=index, content=_content(call, app, job, index))
    return ConfirmedOut(confirm_result=judgement.fits, unmatched_index_hit=list(judgement.unsaid))


@router.get("/training-segment")
def show_confirmed(call: Calling, job_id: str) -> ConfirmedIndexes:
    """The sentences that were confirmed and have not been sent anew since."""
    app = call.may(Operation.READ)
    job, kept = own_job(call, app, job_id)
    return ConfirmedIndexes(confirmed_index=_confirmed(call, app, job, kept))


def _confirmed(call: Call, app: App, job: TrainingJob, kept: Remembered) -> list[int]:
    noted = {
        entry.fields["index"]: entry.fields["content"]
        for entry in call.platform.training.log(app, job.id)
        if entry.event == CONFIRMED
    }
    numbers = [number for number in range(kept.job_type.sentences or 0) if number in noted]
    if job.state is not JobState.DRAFT:
        return numbers
    return [number for number in numbers if noted[number] == _content(call, app, job, number)]


def _content(call: Call, app: App, job: TrainingJob, number: int) -> str:
    """What was confirmed, so that something else that is sent later is not."""
    sent = (call.platform.drafts.content(app, job, f"{number}.{kind}") for kind in ("wav", "txt"))
    return " ".join("" if file is None or file.blob is None else file.blob.sha256 for file in sent)
