"""Finding the jobs of a caller."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header

from hwamei.dialects.huawei.ids import id_of
from hwamei.dialects.huawei.wire.jobs import Remembered, is_listed
from hwamei.dialects.huawei.wire.values import UserId
from hwamei.domain.app import App
from hwamei.domain.errors import NotFound
from hwamei.domain.training_job import TrainingJob
from hwamei.web.calls import Call

UserIdHeader = Annotated[UserId | None, Header(alias="X-App-UserId")]


def own_job(call: Call, app: App, job_id: str, user_id: str | None = None) -> tuple[TrainingJob, Remembered]:
    """The job, made here and not deleted; for a user who is named, only one of theirs. Raises NotFound."""
    job = call.platform.training.get(app, id_of(job_id, "training job"))
    if not is_listed(job):
        raise NotFound(what="training job", given=job_id)
    kept = Remembered.of(job)
    if user_id is not None and kept.app_user_id != user_id:
        raise NotFound(what="training job", given=job_id)
    return job, kept
