"""Calling a route's function without all that FastAPI can do for one: see docs/why/018."""

from __future__ import annotations

from asyncio import to_thread
from inspect import iscoroutinefunction
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import request_params_to_args
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import Response

_SPECIAL = ("websocket_param_name", "http_connection_param_name", "response_param_name", "background_tasks_param_name")


def is_plain(dependant: Dependant) -> bool:
    """Whether a function takes only parameters of path, query and headers, the request, and what async functions make
    of the request."""
    made_of_request = all(
        iscoroutinefunction(each.call) and _takes_no_special(each) and not _has_parameters(each)
        for each in dependant.dependencies
    )
    return made_of_request and _takes_no_special(dependant) and not (dependant.body_params or dependant.cookie_params)


async def answer_plainly(dependant: Dependant, request: Request) -> Response:
    """What the function answers, in a worker thread. Raises RequestValidationError, as FastAPI would."""
    values: dict[str, Any] = {}
    problems: list[Any] = []
    for fields, where in (
        (dependant.path_params, "path_params"),
        (dependant.query_params, "query_params"),
        (dependant.header_params, "headers"),
    ):
        if fields:
            parsed, wrong = request_params_to_args(fields, getattr(request, where))
            values |= parsed
            problems += wrong
    if problems:
        raise RequestValidationError(problems)
    for each in dependant.dependencies:
        values[each.name or ""] = await _made(each, request)
    if dependant.request_param_name:
        values[dependant.request_param_name] = request
    answer: Response = await to_thread(_function(dependant), **values)  # half as dear as anyio's way to a thread
    return answer


async def _made(dependant: Dependant, request: Request) -> Any:
    taken = {dependant.request_param_name: request} if dependant.request_param_name else {}
    return await _function(dependant)(**taken)


def _function(dependant: Dependant) -> Any:
    assert dependant.call is not None
    return dependant.call


def _takes_no_special(dependant: Dependant) -> bool:
    return not any(getattr(dependant, name) for name in _SPECIAL)


def _has_parameters(dependant: Dependant) -> bool:
    return any(
        (
            dependant.path_params,
            dependant.query_params,
            dependant.header_params,
            dependant.cookie_params,
            dependant.body_params,
            dependant.dependencies,
        )
    )
