"""Training jobs: created, committed, looked at, listed, deleted."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Query

from hwamei.dialects.huawei.errors import failure_of, row_of
from hwamei.dialects.huawei.ids import spelled
from hwamei.dialects.huawei.own_jobs import UserIdHeader, own_job
from hwamei.dialects.huawei.recordings import LETTER, addresses_of, gathered, slot_names
from hwamei.dialects.huawei.routes import USER
from hwamei.dialects.huawei.sign_in import HuaweiRoute
from hwamei.dialects.huawei.wire.audit import REFUSED
from hwamei.dialects.huawei.wire.jobs import (
    LANGUAGES,
    BatchBody,
    CommitBody,
    CreateBody,
    CreateType,
    JobOut,
    JobQuery,
    Jobs,
    JobType,
    Remembered,
    unlisted,
)
from hwamei.dialects.huawei.wire.training_data import AddressesOut, CreatedOut
from hwamei.domain.app import App, Operation
from hwamei.domain.errors import BadArchive, BadAudio, BadField, BadSentence, NotFound, TooBig
from hwamei.domain.owned_voice import Consent
from hwamei.domain.problem import Problem
from hwamei.domain.stored_file import Purpose, StoredFile
from hwamei.domain.training_job import JobState, TrainingJob
from hwamei.service.voice_orders import VoiceOrder
from hwamei.web.calls import Call, Calling

_CANCELLED = Problem("cancelled", "the job was cancelled, or its recordings were not committed in time", callers=True)

router = APIRouter(prefix=USER, route_class=HuaweiRoute)


@router.post("/basic-jobs")
def create_basic(body: CreateBody, call: Calling, user_id: UserIdHeader = None) -> CreatedOut:
    """Order a voice of 20 sentences."""
    return _create(call, body, JobType.BASIC, user_id)


@router.post("/middle-jobs")
def create_middle(body: CreateBody, call: Calling, user_id: UserIdHeader = None) -> CreatedOut:
    """Order a voice of 100 sentences."""
    return _create(call, body, JobType.MIDDLE, user_id)


@router.post("/advance-jobs")
def create_advance(body: CreateBody, call: Calling, user_id: UserIdHeader = None) -> CreatedOut:
    """Order a voice of one long recording."""
    return _create(call, body, JobType.ADVANCE, user_id)


@router.post("/third-party-jobs")
def create_third_party(body: CreateBody, call: Calling, user_id: UserIdHeader = None) -> CreatedOut:
    """The same; it is trained here all the same."""
    return _create(call, body, JobType.THIRD_PARTY, user_id)


@router.get("/jobs")
def list_jobs(query: Annotated[JobQuery, Query()], call: Calling, user_id: UserIdHeader = None) -> Jobs:
    """List jobs."""
    app = call.may(Operation.READ)
    which = query.which(user_id)
    if which is None:
        return Jobs(count=0, jobs=[])
    page = call.platform.training.list(app, which, query.page, query.order)
    return Jobs(count=page.total, jobs=[_shown(call, job) for job in page.items])


@router.get("/jobs/{job_id}")
def show_job(job_id: str, call: Calling, user_id: UserIdHeader = None) -> JobOut:
    """Look at a job."""
    app = call.may(Operation.READ)
    return _shown(call, own_job(call, app, job_id, user_id)[0])


@router.post("/jobs/{job_id}")
def commit_job(job_id: str, call: Calling, body: CommitBody | None = None, user_id: UserIdHeader = None) -> None:
    """Check what was sent, and train with it. After a failure other recordings may be sent and committed again."""
    app = call.may(Operation.CREATE_VOICE)
    job, kept = own_job(call, app, job_id, user_id)
    _commit(call, app, job, kept.changed(body))


@router.delete("/jobs/{job_id}")
def delete_job(job_id: str, call: Calling, user_id: UserIdHeader = None) -> None:
    """Take a job off the list. A voice that it has made stays; one that it has not is given up."""
    app = call.may(Operation.CHANGE)
    job, kept = own_job(call, app, job_id, user_id)
    with suppress(NotFound):
        voice = call.platform.voices.get(app, job.voice_id)
        if voice.job_id == job.id and voice.voiceprint is None:
            call.platform.voices.delete(app, voice.id)
    call.platform.drafts.discard(app, job, slot_names(kept))
    call.platform.training.remember(app, job.id, unlisted(job))


@router.get("/jobs/{job_id}/uploading-address-url")
def show_addresses(job_id: str, call: Calling) -> AddressesOut:
    """Where recordings are to be sent, afresh."""
    app = call.may(Operation.UPLOAD)
    job, kept = own_job(call, app, job_id)
    return addresses_of(call, app, job, kept)


@router.put("/batch")
def set_batch(body: BatchBody, call: Calling, user_id: UserIdHeader = None) -> None:
    """Give several jobs the name of a batch: all or, where one is not there, none."""
    app = call.may(Operation.CHANGE)
    found = [own_job(call, app, job_id, user_id) for job_id in body.job_ids]
    for job, kept in found:
        changed = kept.model_copy(update={"batch_name": body.batch_name})
        call.platform.training.remember(app, job.id, changed.extra)


def _create(call: Call, body: CreateBody, job_type: JobType, user_id: str | None) -> CreatedOut:
    app = call.may(Operation.CREATE_VOICE)
    if body.create_type is CreateType.SEGMENT and job_type.sentences is None:
        raise BadField(name="create_type", given="SEGMENT", problem=f"for {job_type} one archive is sent: PACKAGE")
    kept = Remembered.ordered(body, job_type, user_id)
    job = call.platform.drafts.create(app, _order(kept))
    return CreatedOut.of(spelled(job.id), addresses_of(call, app, job, kept))


def _order(kept: Remembered, consent: Consent | None = None) -> VoiceOrder:
    return VoiceOrder(
        name=kept.voice_name,
        reference=(),
        language=LANGUAGES[kept.language],
        preview_text=kept.custom_text,
        consent=consent,
        extra=kept.extra,
    )


def _commit(call: Call, app: App, job: TrainingJob, kept: Remembered) -> None:
    drafts, training = call.platform.drafts, call.platform.training
    drafts.refuse_unless_open(job)
    try:
        with gathered(call, app, job, kept) as recordings:
            consent = _consent(call, app, job, kept)
            kept = kept.model_copy(update={"consent_file_id": consent and consent.file_id})
            drafts.commit(app, job, _order(kept, consent), recordings)
    except (BadArchive, BadAudio, BadSentence, TooBig) as error:
        training.note(app, job.id, REFUSED, code=row_of(error).code, problem=str(error)[:1000], name=_name(error))
        raise
    drafts.discard(app, job, slot_names(kept))


def _consent(call: Call, app: App, job: TrainingJob, kept: Remembered) -> Consent | None:
    """The letter that was sent, or the one of an earlier commit."""
    file_id = call.platform.drafts.keep_consent(app, job, LETTER)
    if file_id is None:
        return call.platform.voices.get(app, job.voice_id).consent
    speaker = kept.app_user_id or kept.voice_name
    return Consent(speaker, "a letter of authorisation", call.platform.clock(), file_id)


def _name(error: BadArchive | BadAudio | BadSentence | TooBig) -> str:
    """Of the file that is wrong."""
    match error:
        case BadArchive(member=name) | BadAudio(source=name) | BadSentence(name=name) | TooBig(what=name):
            return name[:200]


def _shown(call: Call, job: TrainingJob) -> JobOut:
    failed = None
    if job.state is JobState.CANCELLED:
        failed = failure_of(_CANCELLED)
    elif job.problem is not None:
        failed = failure_of(job.problem)
    return JobOut.of(job, failed=failed, authorization_url=_authorization_url(call, job))


def _authorization_url(call: Call, job: TrainingJob) -> str | None:
    file_id = Remembered.of(job).consent_file_id
    if file_id is None:
        return None
    file = StoredFile(file_id, job.app_id, Purpose.CONSENT, LETTER, "", job.created_at)
    return call.platform.files.link(file, base_url=call.base_url)
