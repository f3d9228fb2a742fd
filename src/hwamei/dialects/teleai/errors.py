"""Errors in the vendor's words: one table from the class of an error to HTTP status, code and message.

What the gateway in front of the vendor's services says is a body of its own; what a service says has the shape of its
answers. Codes from 10301 on, except 10305, are documented; 10305 and the gateway's are ours, made to fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from starlette.responses import JSONResponse, Response

from hwamei.dialects.teleai.signature import SCHEME
from hwamei.dialects.teleai.wire.timbre import ResultOut, TimbreOut
from hwamei.domain import errors as domain
from hwamei.domain.errors import Failed, HwameiError, NotFound, Refused
from hwamei.web import refusals as web
from hwamei.web.failures import Failure

TRACE_HEADER = "Trace-Id"


class ParameterMissing(Refused):
    """A field that must be there is not, or is empty."""

    def __init__(self, *, name: str) -> None:
        self.name = name
        super().__init__(f"{name} is missing or empty; send it")


class DeletionFailed(Refused):
    """There is nothing to delete."""

    def __init__(self, *, given: str) -> None:
        self.given = given
        super().__init__(f"no timbre has the speaker_id {given!r}; it may have been deleted before")


class RegistrationUnfinished(Failed):
    """The voice was not ready in time, or could not be made through no fault of the recording; nothing is kept."""

    def __init__(self, *, waited_s: float) -> None:
        self.waited_s = waited_s
        super().__init__(f"the voice was not ready after {waited_s:.0f} s and was given up")


@dataclass(frozen=True, slots=True)
class Told:
    """How an error is told. A service's own errors come with HTTP 200."""

    code: int
    message: str
    status: HTTPStatus = HTTPStatus.OK

    @property
    def by_gateway(self) -> bool:
        """Whether the gateway says it, not the service behind it."""
        return self.code < 10_000


MISSING = Told(10301, "Required parameter miss")
TOO_MANY = Told(10302, "Too many requests")
UNREADABLE = Told(10304, "Parse request body fail")
NO_SPEAKER = Told(10305, "Speaker not found")
TIMED_OUT = Told(10503, "Server connection time out")
DATABASE = Told(10903, "Database error")
NOT_SIGNED = Told(4001, "签名认证失败", HTTPStatus.UNAUTHORIZED)
CROWDED = Told(4002, "并发超限", HTTPStatus.TOO_MANY_REQUESTS)
NOT_ENABLED = Told(4003, "服务未开通", HTTPStatus.FORBIDDEN)
NO_CALL = Told(4004, "接口不存在", HTTPStatus.NOT_FOUND)
DOWN = Told(4005, "服务异常", HTTPStatus.BAD_GATEWAY)

TABLE: Mapping[type[HwameiError], Told] = {
    Refused: UNREADABLE,
    Failed: DOWN,
    ParameterMissing: MISSING,
    DeletionFailed: DATABASE,
    RegistrationUnfinished: TIMED_OUT,
    web.NotJson: UNREADABLE,
    web.BodyCutOff: Told(UNREADABLE.code, UNREADABLE.message, HTTPStatus.BAD_REQUEST),
    web.BodyTooSlow: Told(TIMED_OUT.code, TIMED_OUT.message, HTTPStatus.REQUEST_TIMEOUT),
    web.NoSuchCall: NO_CALL,
    web.WrongMethod: Told(NO_CALL.code, NO_CALL.message, HTTPStatus.METHOD_NOT_ALLOWED),
    web.RangeNotSatisfiable: UNREADABLE,
    web.Unexpected: DOWN,
    domain.NotSignedIn: NOT_SIGNED,
    domain.AppDisabled: NOT_ENABLED,
    domain.RateLimited: CROWDED,
    domain.QuotaUsedUp: TOO_MANY,
    domain.TooBusy: TOO_MANY,
    domain.TooBig: Told(UNREADABLE.code, UNREADABLE.message, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    domain.TextEmpty: MISSING,
    domain.TextTooLong: UNREADABLE,
    domain.BadMarkup: UNREADABLE,
    domain.BadLexicon: UNREADABLE,
    domain.BadSubtitles: UNREADABLE,
    domain.BadField: UNREADABLE,
    domain.BadLabel: UNREADABLE,
    domain.BadAudio: UNREADABLE,
    domain.BadArchive: UNREADABLE,
    domain.BadSentence: UNREADABLE,
    domain.BadVoiceName: UNREADABLE,
    domain.BadVoiceFile: UNREADABLE,
    domain.ReferenceRefused: UNREADABLE,
    domain.OutOfRange: UNREADABLE,
    domain.Unknown: UNREADABLE,
    domain.UrlRefused: UNREADABLE,
    domain.NotFetched: UNREADABLE,
    domain.IdempotencyConflict: UNREADABLE,
    domain.AppTaken: UNREADABLE,
    domain.VoiceNameTaken: UNREADABLE,
    domain.WrongState: UNREADABLE,
    domain.NotDone: UNREADABLE,
    domain.NotFound: NO_SPEAKER,
    domain.VoiceNotFound: NO_SPEAKER,
    domain.VoiceNotReady: NO_SPEAKER,
    domain.BadSetting: DOWN,
    domain.ModelMissing: DOWN,
    domain.ModelDamaged: DOWN,
    domain.ModelNotFetched: DOWN,
    domain.EngineFailed: DOWN,
    domain.EngineHung: TIMED_OUT,
    domain.EngineDown: DOWN,
    domain.StoreUnavailable: DATABASE,
}
"""How each error is told; one that is not here, like the nearest class above it."""


def told(error: HwameiError) -> Told:
    """How it is told."""
    return next(TABLE[kind] for kind in type(error).__mro__ if kind in TABLE)


def render_failure(failure: Failure) -> Response:
    """The failure as the gateway or the service says it."""
    said = told(failure.error)
    headers = {TRACE_HEADER: failure.request_id}
    if said is NOT_SIGNED:
        headers["WWW-Authenticate"] = SCHEME
    if said.by_gateway:
        body: dict[str, object] = {"code": said.code, "message": said.message, "traceId": failure.request_id}
    else:
        cause = ResultOut(cause=failure.message, is_eligible=False)
        body = TimbreOut(
            code=said.code, message=said.message, speaker_id=_speaker_of(failure.error), result=cause
        ).model_dump()
    return JSONResponse(body, said.status, headers)


def _speaker_of(error: HwameiError) -> str:
    """The timbre that the error is about, as the caller named it."""
    return error.given if isinstance(error, DeletionFailed | NotFound) else ""
