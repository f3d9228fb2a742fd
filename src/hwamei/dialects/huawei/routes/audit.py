"""What became of a job: the audit and the log of what was done."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from hwamei.dialects.huawei.errors import callers_codes, failure_of
from hwamei.dialects.huawei.own_jobs import own_job
from hwamei.dialects.huawei.routes import USER
from hwamei.dialects.huawei.sign_in import HuaweiRoute
from hwamei.dialects.huawei.wire.audit import (
    REFUSED,
    AuditError,
    AuditOut,
    Operations,
    SystemAudit,
    operations_of,
)
from hwamei.dialects.huawei.wire.values import Paging, seconds
from hwamei.domain.app import Operation
from hwamei.domain.training_job import LogEntry, TrainingJob
from hwamei.service.drafts import COMMITTED
from hwamei.web.calls import Calling

_AUDITS = (COMMITTED, REFUSED, "recordings checked", "failed")

router = APIRouter(prefix=USER + "/jobs/{job_id}", route_class=HuaweiRoute)


@router.get("/audit-result")
def show_audit(job_id: str, call: Calling) -> AuditOut:
    """What the last check of the recordings found."""
    app = call.may(Operation.READ)
    job, _ = own_job(call, app, job_id)
    audits = [entry for entry in call.platform.training.log(app, job.id) if _is_audit(entry)]
    if not audits:
        return AuditOut(system_audit_result=None)
    last = audits[-1]
    return AuditOut(system_audit_result=SystemAudit(audit_time=seconds(last.at), errors=_errors(job, last)))


@router.get("/op-logs")
def list_operations(job_id: str, query: Annotated[Paging, Query()], call: Calling) -> Operations:
    """What was done, the oldest first."""
    app = call.may(Operation.READ)
    job, _ = own_job(call, app, job_id)
    found = operations_of(job, call.platform.training.log(app, job.id), callers=callers_codes())
    return Operations(count=len(found), operations=found[query.offset : query.offset + query.limit])


def _is_audit(entry: LogEntry) -> bool:
    return entry.event in _AUDITS and (entry.event != "failed" or entry.fields.get("code") in callers_codes())


def _errors(job: TrainingJob, entry: LogEntry) -> list[AuditError]:
    if entry.event == REFUSED:
        name = str(entry.fields.get("name", ""))
        stem, _, kind = name.rpartition(".")
        return [
            AuditError(
                audio_name=name if kind == "wav" else f"{stem}.wav" if kind == "txt" else None,
                text_name=f"{stem}.txt" if kind in ("wav", "txt") else None,
                error_code=str(entry.fields.get("code", "")),
                error_message=str(entry.fields.get("problem", ""))[:1024],
            )
        ]
    if entry.event == "failed" and job.problem is not None:
        code, reason = failure_of(job.problem)
        return [AuditError(audio_name=None, text_name=None, error_code=code, error_message=reason)]
    return []
