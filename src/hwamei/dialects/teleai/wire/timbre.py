"""The request to delete a timbre, and the answer that all calls of `timbre` share. Documented by the vendor."""

from __future__ import annotations

from pydantic import BaseModel

from hwamei.dialects.teleai.wire.values import Asked, Required

SUCCESS_CODE, SUCCESS = 10000, "Success"


class DeleteBody(Asked):
    """Which timbre to delete."""

    speaker_id: Required


class ResultOut(BaseModel):
    """Of a registration: whether the recording will do, and why not. Of all else: the reason when it failed, and
    nothing when it did not."""

    cause: str = ""
    is_eligible: bool = True


class TimbreOut(BaseModel):
    """How a call went."""

    code: int = SUCCESS_CODE
    message: str = SUCCESS
    speaker_id: str
    result: ResultOut = ResultOut()
