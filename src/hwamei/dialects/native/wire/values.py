"""What all messages are made of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from hwamei.domain.errors import RefusalReason

MAX_URL_CHARACTERS = 4_000


class Wire(BaseModel):
    """A message, or a part of one. Unknown fields are refused: they are mostly misspelt ones."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def _storable(text: str) -> str:
    """The text, if every database can keep it."""
    if "\0" in text:
        raise ValueError("the character U+0000 is not allowed")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("half of a surrogate pair is not allowed")
    return text


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("the moment is too far away") from error


Text = Annotated[str, AfterValidator(_storable)]
Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""RFC 3339, with its offset from UTC."""
HttpUrl = Annotated[Text, StringConstraints(max_length=MAX_URL_CHARACTERS, pattern=r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s]+$")]

Item = TypeVar("Item")


class Listed(Wire, Generic[Item]):
    """A part of a list, the newest first."""

    items: list[Item]
    total: int
    """How many there are in the whole list, with the same filters."""
    limit: int
    offset: int


class ProblemOut(Wire):
    """Why something failed."""

    code: str
    """For programs: the error's name in snake case."""
    message: str
    callers: bool
    """Whether changing the request helps."""
    reason: RefusalReason | None = None
    """Why a recording cannot make a voice, where that is what went wrong."""


class ErrorOut(Wire):
    """What is wrong with a request."""

    code: str
    """For programs: `not_found`."""
    message: str
    """For people: what was given, what is allowed, what to do."""
    fields: dict[str, object]
    """What the message speaks of."""
    request_id: str


class ErrorBody(Wire):
    """The body of every answer that is not 2xx."""

    error: ErrorOut


class CallbackUrl(Wire):
    """Where to tell that something has ended."""

    callback_url: HttpUrl | None = Field(
        default=None,
        description="Is sent a POST when it has ended, signed in the header Hwamei-Signature; retried for 24 hours.",
    )
