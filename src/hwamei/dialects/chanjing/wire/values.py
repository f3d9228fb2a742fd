"""What all messages are made of, and how they are read."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hwamei.dialects.chanjing.errors import WrongFormat
from hwamei.domain.errors import BadField
from hwamei.domain.listing import MAX_PAGE_SIZE, PageRequest
from hwamei.web.texts import Text

MAX_PAGE = 1_000_000
MAX_URL_CHARACTERS = 4_000
LONGEST_SHOWN = 100  # characters of what was given, in a message back

Model = TypeVar("Model", bound=BaseModel)


class Sent(BaseModel):
    """A body. Numbers are no texts and texts no numbers; fields that are not known are passed over."""

    model_config = ConfigDict(strict=True, frozen=True)


class Asked(BaseModel):
    """A query."""

    model_config = ConfigDict(frozen=True)


class Shown(BaseModel):
    """What goes out."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)


Choice = Annotated[Text, Field(max_length=LONGEST_SHOWN)]
Id = Annotated[Text, Field(max_length=LONGEST_SHOWN)]
Page = Annotated[int, Field(ge=1, le=MAX_PAGE)]
PageSize = Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE)]


class PageInfo(Shown):
    """Where in a list we are."""

    page: int
    size: int
    total_count: int
    total_page: int

    @classmethod
    def of(cls, page: int, size: int, total: int) -> Self:
        """The page of this number, counted from 1."""
        return cls(page=page, size=size, total_count=total, total_page=ceil(total / size))


def page_request(page: int, size: int) -> PageRequest:
    """The page of this number, counted from 1. Raises OutOfRange."""
    return PageRequest(limit=size, offset=(page - 1) * size)


def parse_body(model: type[Model], body: bytes) -> Model:
    """The body. Raises WrongFormat for what is no JSON or of another kind, BadField for what is missing or does not
    fit."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise _refusal(error) from error


def parse_query(model: type[Model], query: Mapping[str, str]) -> Model:
    """The query; an empty value is none. Raises BadField."""
    try:
        return model.model_validate({name: value for name, value in query.items() if value})
    except ValidationError as error:
        raise _bad_field(_first(error)) from error


def check_url(name: str, given: str) -> str:
    """The address, if it may be one; whether it can be fetched is seen later. Raises BadField."""
    url = given.strip()
    if not url.lower().startswith(("http://", "https://")) or len(url) > MAX_URL_CHARACTERS:
        problem = f"give an address that begins with http:// or https://, of at most {MAX_URL_CHARACTERS} characters"
        raise BadField(name=name, given=url[:LONGEST_SHOWN], problem=problem)
    return url


def _refusal(error: ValidationError) -> WrongFormat | BadField:
    first = _first(error)
    if first["type"] == "json_invalid" or first["type"].endswith("_type"):
        return WrongFormat(name=_name(first), problem=first["msg"])
    return _bad_field(first)


def _bad_field(first: Mapping[str, Any]) -> BadField:
    given = "" if first["type"] == "missing" else str(first["input"])[:LONGEST_SHOWN]
    return BadField(name=_name(first), given=given, problem=first["msg"])


def _first(error: ValidationError) -> Mapping[str, Any]:
    return error.errors(include_url=False, include_context=False)[0]


def _name(first: Mapping[str, Any]) -> str:
    return ".".join(map(str, first["loc"])) or "body"
