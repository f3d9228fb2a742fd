"""Lists that come page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from hwamei.dialects.native.wire.values import Listed

PAGE = 100

Item = TypeVar("Item")


def every(page: Callable[[int, int], Listed[Item]]) -> Iterator[Item]:
    """All items; `page` gets a limit and an offset."""
    offset = 0
    while True:
        part = page(PAGE, offset)
        yield from part.items
        offset += PAGE
        if offset >= part.total or not part.items:
            return


def present(query: Mapping[str, object]) -> dict[str, object]:
    """What is asked for, without what is not."""
    return {name: _plain(value) for name, value in query.items() if value is not None}


def _plain(value: object) -> object:
    return [str(each) for each in value] if isinstance(value, list | tuple | set | frozenset) else str(value)
