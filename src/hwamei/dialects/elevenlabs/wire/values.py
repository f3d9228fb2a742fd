"""What all bodies and answers are made of."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict
from starlette.responses import JSONResponse

MAX_NAME_CHARACTERS = 200
MAX_DESCRIPTION_CHARACTERS = 4_000

Json = dict[str, Any]


class Body(BaseModel):
    """What clients send. Unknown fields are passed over, as the vendor does: clients of all its versions send some."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def _storable(text: str) -> str:
    """The text, if every database can keep it and every answer can hold it."""
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("U+0000 and halves of surrogate pairs are not allowed")
    return text


Text = Annotated[str, AfterValidator(_storable)]

OK = {"status": "ok"}


def ok() -> JSONResponse:
    """What is answered where there is nothing to say."""
    return JSONResponse(OK)


def unix(at: datetime) -> int:
    """Seconds since 1970."""
    return int(at.timestamp())
