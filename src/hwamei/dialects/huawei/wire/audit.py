"""What became of a job, out of its log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from hwamei.dialects.huawei.wire.values import Out, seconds
from hwamei.domain.training_job import LogEntry, TrainingJob
from hwamei.service.drafts import COMMITTED, CREATED

REFUSED, CONFIRMED = "recordings refused", "sentence confirmed"
"""What this dialect notes in the log of a job; the rest is the service's and the worker's."""


class Action(StrEnum):
    """What was done. Nobody audits here, so ADMIN_AUDIT_PASS never is."""

    CREATE_JOB = "CREATE_JOB"
    COMMIT_JOB = "COMMIT_JOB"
    SYSTEM_AUDIT_PASS = "SYSTEM_AUDIT_PASS"
    AUDIT_NOT_PASS = "AUDIT_NOT_PASS"
    TRAINING_FINISH = "TRAINING_FINISH"
    COMPLETE_JOB = "COMPLETE_JOB"


class Operator(StrEnum):
    """Who did it."""

    USER = "USER"
    SYSTEM = "SYSTEM"


class ExternalInfo(Out):
    """Why something did not work."""

    algorithm_failure_reason: str


class Operation(Out):
    """One thing that was done."""

    time: int
    action: Action
    operator: Operator
    external_info: ExternalInfo | None = None


class Operations(Out):
    """A part of what was done; `count` is of the whole."""

    count: int
    operations: list[Operation]


class AuditError(Out):
    """What is wrong with a recording or its sentence."""

    audio_name: str | None
    text_name: str | None
    error_code: str
    error_message: str


class SystemAudit(Out):
    """What the last check found."""

    audit_time: int
    errors: list[AuditError]


class AuditOut(Out):
    """What the last check found; nothing while there was none."""

    system_audit_result: SystemAudit | None


_ACTIONS: Mapping[str, tuple[Action, Operator]] = {
    CREATED: (Action.CREATE_JOB, Operator.USER),
    COMMITTED: (Action.COMMIT_JOB, Operator.USER),
    REFUSED: (Action.AUDIT_NOT_PASS, Operator.SYSTEM),
    "recordings checked": (Action.SYSTEM_AUDIT_PASS, Operator.SYSTEM),
    "voice ready": (Action.COMPLETE_JOB, Operator.SYSTEM),
}


def operations_of(job: TrainingJob, log: Sequence[LogEntry], *, callers: frozenset[str]) -> list[Operation]:
    """What was done, the oldest first. `callers`: the codes of problems with what was sent."""
    return [operation for entry in log if (operation := _operation(job, entry, callers)) is not None]


def _operation(job: TrainingJob, entry: LogEntry, callers: frozenset[str]) -> Operation | None:
    if entry.event == "failed":
        code = str(entry.fields.get("code", ""))
        action = Action.AUDIT_NOT_PASS if code in callers else Action.TRAINING_FINISH
        return _at(entry, action, Operator.SYSTEM, code)
    if entry.event == f"{job.level} voiceprint made":
        return _at(entry, Action.TRAINING_FINISH, Operator.SYSTEM)
    if entry.event not in _ACTIONS:
        return None
    action, operator = _ACTIONS[entry.event]
    return _at(entry, action, operator, str(entry.fields.get("problem", "")))


def _at(entry: LogEntry, action: Action, operator: Operator, reason: str = "") -> Operation:
    info = ExternalInfo(algorithm_failure_reason=reason) if reason else None
    return Operation(time=seconds(entry.at), action=action, operator=operator, external_info=info)
