"""Errors as HTTP, in one place: class → status. Dialects put the same failure into their own words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from hwamei.domain import errors as domain
from hwamei.domain.errors import BadField, EngineDown, Failed, HwameiError, TooBig, TooBusy
from hwamei.domain.problem import code_of
from hwamei.web import refusals as web
from hwamei.web.refusals import NoSuchCall, NotJson, RangeNotSatisfiable, Unexpected, WrongMethod
from hwamei.web.streams import headers_of_streams

STATUSES: Mapping[type[HwameiError], HTTPStatus] = {
    domain.Refused: HTTPStatus.BAD_REQUEST,
    domain.Failed: HTTPStatus.INTERNAL_SERVER_ERROR,
    web.NotJson: HTTPStatus.BAD_REQUEST,
    web.BodyCutOff: HTTPStatus.BAD_REQUEST,
    domain.NotSignedIn: HTTPStatus.UNAUTHORIZED,
    domain.AppDisabled: HTTPStatus.FORBIDDEN,
    web.NoSuchCall: HTTPStatus.NOT_FOUND,
    domain.NotFound: HTTPStatus.NOT_FOUND,
    domain.VoiceNotFound: HTTPStatus.NOT_FOUND,
    web.WrongMethod: HTTPStatus.METHOD_NOT_ALLOWED,
    web.BodyTooSlow: HTTPStatus.REQUEST_TIMEOUT,
    domain.WrongState: HTTPStatus.CONFLICT,
    domain.NotDone: HTTPStatus.CONFLICT,
    domain.VoiceNotReady: HTTPStatus.CONFLICT,
    domain.IdempotencyConflict: HTTPStatus.CONFLICT,
    domain.VoiceNameTaken: HTTPStatus.CONFLICT,
    domain.AppTaken: HTTPStatus.CONFLICT,
    domain.TooBig: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    web.RangeNotSatisfiable: HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
    domain.OutOfRange: HTTPStatus.UNPROCESSABLE_ENTITY,
    domain.Unknown: HTTPStatus.UNPROCESSABLE_ENTITY,
    domain.TextEmpty: HTTPStatus.UNPROCESSABLE_ENTITY,
    domain.TextTooLong: HTTPStatus.UNPROCESSABLE_ENTITY,
    domain.BadMarkup: HTTPStatus.UNPROCESSABLE_ENTITY,
    domain.BadLexicon: HTTPStatus.UNPROCESSABLE_ENTITY,
    domain.BadSubtitles: HTTPStatus.UNPROCESSABLE_ENTITY,
    domain.BadVoiceName: HTTPStatus.UNPROCESSABLE_ENTITY,
    domain.BadVoiceFile: HTTPStatus.UNPROCESSABLE_ENTITY,
    domain.ReferenceRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    domain.BadAudio: HTTPStatus.UNPROCESSABLE_ENTITY,
    domain.BadArchive: HTTPStatus.UNPROCESSABLE_ENTITY,
    domain.BadSentence: HTTPStatus.UNPROCESSABLE_ENTITY,
    domain.BadLabel: HTTPStatus.UNPROCESSABLE_ENTITY,
    domain.BadField: HTTPStatus.UNPROCESSABLE_ENTITY,
    domain.UrlRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    domain.NotFetched: HTTPStatus.UNPROCESSABLE_ENTITY,
    domain.RateLimited: HTTPStatus.TOO_MANY_REQUESTS,
    domain.QuotaUsedUp: HTTPStatus.TOO_MANY_REQUESTS,
    domain.TooBusy: HTTPStatus.TOO_MANY_REQUESTS,
    domain.EngineFailed: HTTPStatus.INTERNAL_SERVER_ERROR,
    domain.BadSetting: HTTPStatus.INTERNAL_SERVER_ERROR,
    web.Unexpected: HTTPStatus.INTERNAL_SERVER_ERROR,
    domain.EngineHung: HTTPStatus.SERVICE_UNAVAILABLE,
    domain.EngineDown: HTTPStatus.SERVICE_UNAVAILABLE,
    domain.ModelMissing: HTTPStatus.SERVICE_UNAVAILABLE,
    domain.ModelDamaged: HTTPStatus.SERVICE_UNAVAILABLE,
    domain.ModelNotFetched: HTTPStatus.SERVICE_UNAVAILABLE,
    domain.StoreUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""The status of each error; an error that is not here has that of the nearest class above it."""

LATER_S = 60.0  # when to come back where nobody knows: something must be removed or mended first
SOON_S = 5.0  # when a store or an engine may be back
LONGEST_SHOWN = 100  # characters of what a caller gave, in a message back to them


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong with a request, for a dialect to put into its own words. `path`: what was asked for."""

    error: HwameiError
    request_id: str
    path: str = ""

    @property
    def status(self) -> HTTPStatus:
        """The HTTP status for who has no other."""
        return next(STATUSES[kind] for kind in type(self.error).__mro__ if kind in STATUSES)

    @property
    def code(self) -> str:
        """For programs: `voice_not_found`."""
        return code_of(type(self.error))

    @property
    def message(self) -> str:
        """For people. Of what failed on our side only what it is: paths and addresses of ours are nobody's business."""
        if isinstance(self.error, Failed) and not isinstance(self.error, EngineDown):
            return (type(self.error).__doc__ or self.code).splitlines()[0]
        return _sayable(str(self.error))

    @property
    def fields(self) -> Mapping[str, object]:
        """The fields of the error, as JSON takes them."""
        if isinstance(self.error, Failed) and not isinstance(self.error, EngineDown):
            return {}
        return {name: _plain(value) for name, value in vars(self.error).items() if not name.startswith("_")}

    @property
    def retry_after_s(self) -> float | None:
        """When to come back, if that helps."""
        usual_s = {HTTPStatus.SERVICE_UNAVAILABLE: SOON_S, HTTPStatus.TOO_MANY_REQUESTS: LATER_S}.get(self.status)
        if usual_s is None:
            return None
        after_s = getattr(self.error, "retry_after_s", None)
        return usual_s if after_s is None else float(after_s)

    @property
    def headers(self) -> dict[str, str]:
        """What HTTP itself wants said."""
        headers = {}
        if self.retry_after_s is not None:
            headers["Retry-After"] = str(max(1, math.ceil(self.retry_after_s)))
        if self.status is HTTPStatus.UNAUTHORIZED:
            headers["WWW-Authenticate"] = "Bearer"
        if isinstance(self.error, WrongMethod) and self.error.allowed:
            headers["Allow"] = ", ".join(self.error.allowed)
        if isinstance(self.error, TooBusy) and self.error.at_once is not None:
            headers |= headers_of_streams(self.error.at_once, self.error.at_once)
        if isinstance(self.error, RangeNotSatisfiable):
            headers["Content-Range"] = f"bytes */{self.error.size_bytes}"
        return headers


def in_our_words(failure: Failure) -> Response:
    """The failure as the native dialect and everything without a dialect say it."""
    error = {
        "code": failure.code,
        "message": failure.message,
        "fields": failure.fields,
        "request_id": failure.request_id,
    }
    return JSONResponse({"error": error}, failure.status, failure.headers)


def error_of(error: Exception, *, method: str, path: str) -> HwameiError:
    """The error as one of ours; what the framework says is put into our terms."""
    if isinstance(error, HwameiError):
        return error
    if isinstance(error, RequestValidationError):
        return _first_problem(error)
    if isinstance(error, HTTPException):
        return _of_the_framework(error, method=method, path=path)
    return Unexpected()


def _first_problem(error: RequestValidationError) -> HwameiError:
    first = error.errors()[0]
    where, problem = first["loc"], str(first["msg"])
    if first["type"] == "json_invalid":
        position = where[-1] if isinstance(where[-1], int) else 0
        return NotJson(position=position, problem=str(first.get("ctx", {}).get("error", problem)))
    name = ".".join(str(part) for part in where[1:]) or str(where[0])
    return BadField(name=name, given=_short(first.get("input")), problem=problem)


def _short(given: object) -> str:
    """What was given, if it can be shown in a line."""
    if isinstance(given, str | int | float | bool):
        return str(given)[:LONGEST_SHOWN]
    return f"({type(given).__name__})"


def _of_the_framework(error: HTTPException, *, method: str, path: str) -> HwameiError:
    if isinstance(error.__cause__, HwameiError):  # raised while FastAPI read the body, which it hides
        return error.__cause__
    match error.status_code:
        case HTTPStatus.NOT_FOUND:
            return NoSuchCall(path=path[:LONGEST_SHOWN])
        case HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = (error.headers or {}).get("Allow", "")
            return WrongMethod(given=method[:LONGEST_SHOWN], allowed=[each for each in allowed.split(", ") if each])
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return TooBig(what="a part of the form", allowed=0)
        case _:  # neither UTF-8, nor nested so that it can be read
            return NotJson(position=0, problem="it cannot be read")


def _plain(value: object) -> object:
    match value:
        case bool() | int() | None:
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case tuple() | list() | frozenset() | set():
            return [_plain(each) for each in value]
        case _:
            return _sayable(str(value))


def _sayable(text: str) -> str:
    """The text without halves of surrogate pairs, which JSON may bring and UTF-8 cannot carry."""
    return text.encode("utf-8", "replace").decode("utf-8")
