"""What is sent, checked before it is: wrong values are told in the domain's words."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from hwamei.domain.errors import BadField

Model = TypeVar("Model", bound=BaseModel)


def filled(model: type[Model], values: dict[str, Any]) -> Model:
    """The message with these values. Raises BadField."""
    try:
        return model(**values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        given = first["input"]
        shown = str(given)[:100] if isinstance(given, str | int | float) else type(given).__name__
        raise BadField(name=name, given=shown, problem=first["msg"]) from error
