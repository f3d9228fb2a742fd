"""Failures in the vendor's words: error class → HTTP status, type, code, and which parameter it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from fastapi.responses import JSONResponse, Response

from hwamei.dialects.openai.calling import spelt
from hwamei.dialects.openai.refusals import Declined, ModelNotFound, VoiceNotKnown
from hwamei.dialects.openai.wire.values import Json
from hwamei.domain import errors as domain
from hwamei.domain.errors import BadField, HwameiError, QuotaUsedUp, RateLimited, VoiceNotReady
from hwamei.web import refusals as web
from hwamei.web.failures import Failure

SAMPLE = "audio_sample"
TRAINED_SOON_S = 2  # when to ask again for a voice that is being made
_STILL_MADE = ("draft", "queued", "training")


@dataclass(frozen=True, slots=True)
class Answer:
    """How a failure is told. `message` None: ours."""

    status: HTTPStatus = HTTPStatus.BAD_REQUEST
    type: str = "invalid_request_error"
    code: str | None = None
    param: str | None = None
    message: str | None = None


def _failed(code: str | None = None, message: str | None = None) -> Answer:
    usual = "The server had an error while processing your request."
    return Answer(HTTPStatus.INTERNAL_SERVER_ERROR, "server_error", code, message=message or usual)


def _unavailable(code: str) -> Answer:
    message = "The engine is currently overloaded or out of order, please try again later."
    return Answer(HTTPStatus.SERVICE_UNAVAILABLE, "server_error", code, message=message)


def _of_field(error: BadField) -> Answer:
    param = error.name.partition(".")[0] or None
    if error.problem == "Field required":
        return Answer(code="missing_required_parameter", param=param, message=f"Missing required parameter: '{param}'.")
    return Answer(code="invalid_value", param=param)


def _of_voice(error: VoiceNotReady) -> Answer:
    if error.state in _STILL_MADE:
        return Answer(HTTPStatus.CONFLICT, code="voice_not_ready", param="voice")
    return Answer(code="voice_failed", param="voice")


def _of_quota(error: QuotaUsedUp) -> Answer:
    return Answer(HTTPStatus.TOO_MANY_REQUESTS, "insufficient_quota", "insufficient_quota")


def _of_protocol(error: Declined) -> Answer:
    return Answer(code=error.code, param=error.param)


Telling = Callable[[HwameiError], Answer]

_LIMITED = Answer(HTTPStatus.TOO_MANY_REQUESTS, "requests", "rate_limit_exceeded")
_UNREADABLE = Answer(code="invalid_audio", param=SAMPLE)
_INPUT = Answer(code="invalid_value", param="input")

ANSWERS: Mapping[type[HwameiError], Answer | Telling] = {
    domain.Refused: Answer(),
    domain.Failed: _failed(),
    Declined: cast("Telling", _of_protocol),
    ModelNotFound: Answer(HTTPStatus.NOT_FOUND, code="model_not_found", param="model"),
    VoiceNotKnown: Answer(code="invalid_value", param="voice"),
    domain.OutOfRange: Answer(code="invalid_value"),
    domain.Unknown: Answer(code="invalid_value"),
    domain.BadSetting: _failed(),
    domain.TextEmpty: _INPUT,
    domain.TextTooLong: Answer(code="string_above_max_length", param="input"),
    domain.BadMarkup: _INPUT,
    domain.BadLexicon: Answer(code="invalid_value"),
    domain.BadSubtitles: Answer(code="invalid_value"),
    domain.BadLabel: Answer(code="invalid_value"),
    domain.BadField: cast("Telling", _of_field),
    domain.VoiceNotFound: Answer(HTTPStatus.NOT_FOUND, code="voice_not_found"),
    domain.VoiceNameTaken: Answer(HTTPStatus.CONFLICT, code="conflict", param="name"),
    domain.BadVoiceName: Answer(code="invalid_value", param="name"),
    domain.BadVoiceFile: _UNREADABLE,
    domain.ReferenceRefused: _UNREADABLE,
    domain.BadAudio: _UNREADABLE,
    domain.BadArchive: _UNREADABLE,
    domain.BadSentence: _UNREADABLE,
    domain.NotFound: Answer(HTTPStatus.NOT_FOUND, code="not_found"),
    domain.WrongState: Answer(HTTPStatus.CONFLICT, code="conflict"),
    domain.NotDone: Answer(HTTPStatus.CONFLICT, code="conflict"),
    domain.VoiceNotReady: cast("Telling", _of_voice),
    domain.IdempotencyConflict: Answer(HTTPStatus.CONFLICT, code="conflict"),
    domain.NotSignedIn: Answer(
        HTTPStatus.UNAUTHORIZED,
        code="invalid_api_key",
        message="Incorrect API key provided. Send the api_key of an app as `Authorization: Bearer <api_key>`.",
    ),
    domain.AppDisabled: Answer(HTTPStatus.FORBIDDEN, code="account_deactivated"),
    domain.AppTaken: Answer(HTTPStatus.CONFLICT, code="conflict"),
    domain.RateLimited: _LIMITED,
    domain.QuotaUsedUp: cast("Telling", _of_quota),
    domain.TooBusy: _LIMITED,
    domain.TooBig: Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, code="request_too_large"),
    domain.UrlRefused: Answer(code="invalid_value"),
    domain.NotFetched: Answer(code="invalid_value"),
    domain.EngineFailed: _failed("engine_failed"),
    domain.EngineHung: _unavailable("engine_overloaded"),
    domain.EngineDown: _unavailable("engine_unavailable"),
    domain.ModelMissing: _unavailable("engine_unavailable"),
    domain.ModelDamaged: _unavailable("engine_unavailable"),
    domain.ModelNotFetched: _unavailable("engine_unavailable"),
    domain.StoreUnavailable: _unavailable("storage_unavailable"),
    web.NoSuchCall: Answer(HTTPStatus.NOT_FOUND, code="unknown_url"),
    web.WrongMethod: Answer(HTTPStatus.METHOD_NOT_ALLOWED, code="method_not_supported"),
    web.NotJson: Answer(message="We could not parse the JSON body of your request."),
    web.BodyTooSlow: Answer(HTTPStatus.REQUEST_TIMEOUT, code="request_timeout"),
    web.BodyCutOff: Answer(code="incomplete_body"),
    web.RangeNotSatisfiable: Answer(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, code="invalid_range"),
    web.Unexpected: _failed(),
}
"""How each error is told, or what finds it by the error's fields. An error that is not here is told as the nearest
class above it."""


def answer_to(error: HwameiError) -> Answer:
    """How the error is told."""
    found = next(ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS)
    return found if isinstance(found, Answer) else found(error)


def error_member(failure: Failure) -> Json:
    """The member `error` of the body."""
    answer = answer_to(failure.error)
    return {
        "message": answer.message or failure.message,
        "type": answer.type,
        "param": _sayable(answer.param),
        "code": answer.code,
    }


def render_failure(failure: Failure) -> Response:
    """`{"error": {"message", "type", "param", "code"}}`."""
    answer = answer_to(failure.error)
    return JSONResponse({"error": error_member(failure)}, answer.status, {**failure.headers, **_headers(failure.error)})


def _headers(error: HwameiError) -> dict[str, str]:
    """What the vendor's clients read about coming again."""
    match error:
        case VoiceNotReady(state=state) if state in _STILL_MADE:
            return {"Retry-After": str(TRAINED_SOON_S)}
        case QuotaUsedUp():
            return {"x-should-retry": "false"}  # waiting does not help
        case RateLimited():
            return {
                "x-ratelimit-limit-requests": str(error.allowed),
                "x-ratelimit-remaining-requests": "0",
                "x-ratelimit-reset-requests": spelt(error.retry_after_s),
            }
        case _:
            return {}


def _sayable(param: str | None) -> str | None:
    """Without halves of surrogate pairs, which JSON may bring and UTF-8 cannot carry."""
    return None if param is None else param.encode("utf-8", "replace").decode()
