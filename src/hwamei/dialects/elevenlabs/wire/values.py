"""What all bodies and answers are made of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from starlette.responses import JSONResponse

MAX_NAME_CHARACTERS = 200
MAX_DESCRIPTION_CHARACTERS = 4_000

Json = dict[str, Any]


class Body(BaseModel):
    """What clients send. Unknown fields are passed over, as the vendor does: clients of all its versions send some."""

    model_config = ConfigDict(extra="ignore", frozen=True)


OK = {"status": "ok"}


def ok() -> JSONResponse:
    """What is answered where there is nothing to say."""
    return JSONResponse(OK)


def unix(at: datetime) -> int:
    """Seconds since 1970."""
    return int(at.timestamp())
