"""What all messages are made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
)

from hwamei.domain.listing import MAX_OFFSET, Between, PageRequest
from hwamei.web.texts import Text

MAX_INT = 2**31 - 1
MAX_PAGE = 100

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_SECOND = timedelta(seconds=1)


class In(BaseModel):
    """What a client sends. Fields that we do not know are passed over, as the vendor does."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Out(BaseModel):
    """What we answer. What has no value is left out, as the vendor does."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_serializer(mode="wrap")
    def _without_nothing(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        shown: dict[str, Any] = handler(self)
        return {name: value for name, value in shown.items() if value is not None}


def _nothing_for_empty(given: object) -> object:
    return None if given == "" else given


def _moment(given: object) -> object:
    if not isinstance(given, str) or not _MOMENT.fullmatch(given):
        raise ValueError("give a time in UTC as 2025-01-10T08:43:17Z")
    return datetime.strptime(given, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


Moment = Annotated[datetime, BeforeValidator(_moment)]
UserId = Annotated[str, StringConstraints(pattern=r"^[\x20-\x7e]{1,256}$")]
"""A customer's own name for one of its users; Chinese is not allowed."""


# Texts of up to so many characters; an empty one says nothing.
Text16 = Annotated[Annotated[Text, Field(max_length=16)] | None, BeforeValidator(_nothing_for_empty)]
Text32 = Annotated[Annotated[Text, Field(max_length=32)] | None, BeforeValidator(_nothing_for_empty)]
Text64 = Annotated[Annotated[Text, Field(max_length=64)] | None, BeforeValidator(_nothing_for_empty)]
Text128 = Annotated[Annotated[Text, Field(max_length=128)] | None, BeforeValidator(_nothing_for_empty)]
Text256 = Annotated[Annotated[Text, Field(max_length=256)] | None, BeforeValidator(_nothing_for_empty)]
Text4096 = Annotated[Annotated[Text, Field(max_length=4096)] | None, BeforeValidator(_nothing_for_empty)]


class Paging(In):
    """Which part of a list."""

    offset: Annotated[int, Field(ge=0, le=MAX_INT)] = 0
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 10

    @property
    def page(self) -> PageRequest:
        """In the domain's words; nothing is found behind the furthest offset, as no list is so long."""
        return PageRequest(self.limit, min(self.offset, MAX_OFFSET))


def between(since: datetime | None, until: datetime | None) -> Between:
    """The moments whose whole seconds, as they are shown, are not before the one and not after the other."""
    return Between(since, None if until is None else until + _SECOND)


def seconds(moment: datetime) -> int:
    """Seconds since 1970."""
    return int(moment.timestamp())


def written(moment: datetime) -> str:
    """2025-01-10T08:43:17Z"""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def mapping(value: object) -> Mapping[str, Any]:
    """The value, if it is a mapping; otherwise an empty one."""
    return value if isinstance(value, Mapping) else {}
