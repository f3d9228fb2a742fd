"""Bodies and frames as models; a field that must be there and is not is told apart from one that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from fastapi.exceptions import RequestValidationError

from hwamei.dialects.teleai.errors import ParameterMissing
from hwamei.dialects.teleai.wire.values import Asked
from hwamei.web.failures import error_of
from hwamei.web.parsing import parse_json

Model = TypeVar("Model", bound=Asked)


def parsed(model: type[Model], body: bytes) -> Model:
    """The model. Raises ParameterMissing, NotJson, BadField."""
    try:
        return parse_json(model, body)
    except RequestValidationError as error:
        for problem in error.errors():
            if _is_missing(model, problem):
                raise ParameterMissing(name=str(problem["loc"][1])) from error
        raise error_of(error, method="", path="") from error


def _is_missing(model: type[Asked], problem: Mapping[str, Any]) -> bool:
    where = problem["loc"]
    field = model.model_fields.get(str(where[1])) if len(where) > 1 else None
    nothing = problem["type"] == "missing" or problem["input"] in (None, "")
    return nothing and field is not None and field.is_required()
