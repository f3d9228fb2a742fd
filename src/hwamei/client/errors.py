"""What a server answers when it does not do it, as errors of ours again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import httpx
from pydantic import ValidationError

from hwamei.dialects.native.wire.values import ErrorBody
from hwamei.domain.errors import Failed, HwameiError
from hwamei.domain.problem import code_of


class ServerUnreachable(Failed):
    """The server does not answer."""

    def __init__(self, *, url: str, problem: str) -> None:
        self.url, self.problem = url, problem
        super().__init__(f"{url} does not answer: {problem}; look whether `hwamei serve` runs there")


class ServerFault(Failed):
    """The server failed, or is none of ours."""

    def __init__(self, *, status: int, code: str, problem: str, request_id: str) -> None:
        self.status, self.code, self.problem, self.request_id = status, code, problem, request_id
        known = f" (request {request_id})" if request_id else ""
        super().__init__(f"the server failed with {status} {code}: {problem}{known}")


def error_in(answer: httpx.Response) -> HwameiError:
    """The error that an answer tells of; the answer has been read."""
    try:
        told = ErrorBody.model_validate_json(answer.content).error
    except ValidationError:
        return ServerFault(status=answer.status_code, code="unknown", problem=answer.reason_phrase, request_id="")
    error = error_of(told.code, told.message, told.fields)
    if error is None:
        return ServerFault(status=answer.status_code, code=told.code, problem=told.message, request_id=told.request_id)
    return error


def error_of(code: str, message: str, fields: Mapping[str, object]) -> HwameiError | None:
    """The domain's error with this code; None if it has none."""
    kind = next((kind for kind in _kinds(HwameiError) if code_of(kind) == code), None)
    if kind is None or kind.__module__ != HwameiError.__module__:
        return None
    error = kind.__new__(kind)
    error.args = (message,)
    vars(error).update(fields)
    return error


def _kinds(root: type[HwameiError]) -> Iterator[type[HwameiError]]:
    for kind in root.__subclasses__():
        yield kind
        yield from _kinds(kind)
