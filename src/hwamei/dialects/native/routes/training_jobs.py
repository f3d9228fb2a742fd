"""Training jobs."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from hwamei.dialects.native.documented import EVENTS, refusals
from hwamei.dialects.native.routes import PREFIX
from hwamei.dialects.native.wire.queries import JobQuery
from hwamei.dialects.native.wire.values import Listed
from hwamei.dialects.native.wire.voices import JobLog, JobOut, LogLine
from hwamei.domain.app import Operation
from hwamei.domain.errors import NotFound, WrongState
from hwamei.web.calls import Calling, SignedRoute
from hwamei.web.events import EventResponse, Seen

router = APIRouter(prefix=f"{PREFIX}/training-jobs", tags=["training jobs"], route_class=SignedRoute)


@router.get("", responses=refusals())
def list_jobs(query: Annotated[JobQuery, Query()], call: Calling) -> Listed[JobOut]:
    """List the app's training jobs, the newest first."""
    app = call.may(Operation.READ)
    page = call.platform.training.list(app, query.which, query.page)
    items = [JobOut.of(job) for job in page.items]
    return Listed[JobOut](items=items, total=page.total, limit=query.limit, offset=query.offset)


@router.get("/{job_id}", responses=refusals(NotFound))
def get_job(job_id: UUID, call: Calling) -> JobOut:
    """Look at a training job."""
    app = call.may(Operation.READ)
    return JobOut.of(call.platform.training.get(app, job_id))


@router.get("/{job_id}/log", responses=refusals(NotFound))
def get_job_log(job_id: UUID, call: Calling) -> JobLog:
    """What has happened in a training job."""
    app = call.may(Operation.READ)
    return JobLog(lines=[LogLine.of(entry) for entry in call.platform.training.log(app, job_id)])


@router.get("/{job_id}/events", response_class=Response, responses=refusals(NotFound) | EVENTS)
def follow_job(job_id: UUID, call: Calling) -> Response:
    """Be told how far a training job is, as it goes on."""
    app = call.may(Operation.READ)

    def look() -> Seen:
        call.platform.accounts.enabled(app.id)
        job = call.platform.training.get(app, job_id)
        return Seen(JobOut.of(job).model_dump_json(), job.state.ended)

    return EventResponse(look(), look)


@router.post("/{job_id}/cancel", responses=refusals(NotFound, WrongState))
def cancel_job(job_id: UUID, call: Calling) -> JobOut:
    """Stop a training job that has not ended."""
    app = call.may(Operation.CHANGE)
    return JobOut.of(call.platform.training.cancel(app, job_id))


@router.post("/{job_id}/retry", responses=refusals(NotFound, WrongState))
def retry_job(job_id: UUID, call: Calling) -> JobOut:
    """Try a failed or cancelled training job again."""
    app = call.may(Operation.CHANGE)
    return JobOut.of(call.platform.training.retry(app, job_id))
