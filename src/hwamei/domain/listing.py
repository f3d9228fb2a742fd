"""Pages of a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from hwamei.domain.errors import OutOfRange

MAX_PAGE_SIZE = 1_000
MAX_OFFSET = 1_000_000

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which part of a list, the newest first. Raises OutOfRange."""

    limit: int = 20
    offset: int = 0

    def __post_init__(self) -> None:
        OutOfRange.check("limit", self.limit, 1, MAX_PAGE_SIZE)
        OutOfRange.check("offset", self.offset, 0, MAX_OFFSET)


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """A part of a list. `total`: how many there are in the whole list, with the same filters."""

    items: tuple[Item, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Between:
    """Moments from `since` (included) to `until` (not included); None: open."""

    since: datetime | None = None
    until: datetime | None = None


ANY_TIME = Between()


class Sorted(StrEnum):
    """By which of its moments a list is sorted."""

    CREATED = "created_at"
    UPDATED = "updated_at"


@dataclass(frozen=True, slots=True)
class Order:
    """In which order a list is: the latest first unless it is `ascending`."""

    by: Sorted = Sorted.CREATED
    ascending: bool = False


NEWEST_FIRST = Order()
