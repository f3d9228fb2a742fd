"""What all bodies and answers are made of."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict

Json = dict[str, Any]


class Body(BaseModel):
    """What clients send. Unknown fields are passed over: servers that speak this protocol have many of their own."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def _storable(text: str) -> str:
    """The text, if every database can keep it and every answer can hold it."""
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("U+0000 and halves of surrogate pairs are not allowed")
    return text


Text = Annotated[str, AfterValidator(_storable)]


def listed(items: list[Json]) -> Json:
    """A list that is all on one page."""
    ids = [item["id"] for item in items]
    return {
        "object": "list",
        "data": items,
        "first_id": ids[0] if ids else None,
        "last_id": ids[-1] if ids else None,
        "has_more": False,
    }


def seconds(at: datetime) -> int:
    """Since 1970."""
    return int(at.timestamp())
