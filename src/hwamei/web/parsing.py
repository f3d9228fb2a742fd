"""Bodies that a route reads itself, as pydantic models, with the same errors as those that FastAPI reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)


def parse_json(model: type[Model], body: bytes) -> Model:
    """The model. Raises RequestValidationError."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise _of_the_body(error) from error


def parse_fields(model: type[Model], fields: Mapping[str, str]) -> Model:
    """The model, from a form's fields; an empty one is not there. Raises RequestValidationError."""
    try:
        return model.model_validate_strings({name: value for name, value in fields.items() if value})
    except ValidationError as error:
        raise _of_the_body(error) from error


def _of_the_body(error: ValidationError) -> RequestValidationError:
    problems = error.errors(include_url=False, include_context=False)
    return RequestValidationError([{**problem, "loc": ("body", *problem["loc"])} for problem in problems])
