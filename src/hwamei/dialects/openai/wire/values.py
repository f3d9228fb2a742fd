"""What all bodies and answers are made of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

Json = dict[str, Any]


class Body(BaseModel):
    """What clients send. Unknown fields are passed over: servers that speak this protocol have many of their own."""

    model_config = ConfigDict(extra="ignore", frozen=True)


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
