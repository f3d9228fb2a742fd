"""What all bodies and answers are made of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict
from starlette.responses import JSONResponse

from hwamei.dialects.vocu.cards import FileCard, PresetCard
from hwamei.dialects.vocu.refusals import Declined
from hwamei.web.texts import Text

MAX_NAME_CHARACTERS = 200
MAX_DESCRIPTION_CHARACTERS = 4_000

Json = dict[str, Any]
LinkTo = Callable[[FileCard | PresetCard], str]
"""The address of a sound or picture for whoever is answered."""


_CAMEL = {
    # The vendor writes some names so and others with underscores.
    name: name.title().replace("_", "")[:1].lower() + name.title().replace("_", "")[1:]
    for name in (
        *("is_test", "meta_voice_id", "model_version", "project_id", "prompt_id", "share_id", "speech_rate"),
        *("splitter_id", "vocal_filter", "voice_id"),
    )
}


class Body(BaseModel):
    """What clients send. Unknown fields are passed over, as the vendor does: clients of all its versions send some."""

    model_config = ConfigDict(
        extra="ignore", frozen=True, alias_generator=lambda name: _CAMEL.get(name, name), populate_by_name=True
    )


def none_if_empty(given: object) -> object:
    """Forms and some clients send empty texts for what they leave out."""
    return None if given == "" else given


def _flag(given: object) -> object:
    """Forms and addresses have flags as texts; an empty one says nothing."""
    return False if given in ("", None) else given


Optional = Annotated[Text | None, BeforeValidator(none_if_empty)]
Flag = Annotated[bool, BeforeValidator(_flag)]


def ok(data: object = None, **more: object) -> JSONResponse:
    """`{"status": 200, "message": "OK", "data": …}`; without data where there is none."""
    body: Json = {"status": 200, "message": "OK"}
    if data is not None:
        body["data"] = data
    return JSONResponse(body | more)


def moment(at: datetime) -> str:
    """`2026-01-05T08:00:03.120Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def required(value: str | None, field: str) -> str:
    """The value. Raises Declined where it is missing or empty."""
    if value is None or not value.strip():
        raise Declined(code="VALIDATION_MISSING_FIELD", problem=f"Required field is missing: {field}.", field=field)
    return value


def whole_number(given: str | None, *, usual: int, low: int, high: int, field: str) -> int:
    """Of an address; empty is as usual. Raises Declined."""
    if not given:
        return usual
    if not (given.isascii() and given.lstrip("-").isdigit() and len(given) < 12 and low <= int(given) <= high):
        problem = f"Invalid parameter format. {field} {given[:20]!r} is no whole number of {low} to {high}."
        raise Declined(code="VALIDATION_INVALID_FORMAT", problem=problem, field=field)
    return int(given)
