"""Failures in the vendor's words: error class → code, and code → HTTP status, the older name of the code, message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import NamedTuple, cast

from fastapi.responses import JSONResponse, Response

from hwamei.dialects.elevenlabs.refusals import Declined, NotValid
from hwamei.domain import errors as domain
from hwamei.domain.errors import (
    BadField,
    HwameiError,
    NotFound,
    QuotaUsedUp,
    ReferenceRefused,
    RefusalReason,
    TextTooLong,
    TooBusy,
    VoiceNotReady,
)
from hwamei.service.engine_pool import Turns
from hwamei.service.platform import Platform
from hwamei.web import refusals as web
from hwamei.web.failures import Failure

REQUEST_ID_HEADER = "request-id"
CURRENT_HEADER, MAXIMUM_HEADER = "current-concurrent-requests", "maximum-concurrent-requests"


class Code(NamedTuple):
    """What goes with a code. `status`: the older name of it, where that differs; `message`: empty for ours."""

    http: HTTPStatus
    message: str = ""
    status: str = ""


CODES: Mapping[str, Code] = {
    "invalid_parameters": Code(HTTPStatus.BAD_REQUEST),
    "unsupported_parameter": Code(HTTPStatus.BAD_REQUEST),  # a code of ours
    "unsupported_language": Code(HTTPStatus.BAD_REQUEST),
    "model_not_found": Code(HTTPStatus.BAD_REQUEST, status="invalid_uid"),
    "empty_text": Code(HTTPStatus.BAD_REQUEST, "Input text is empty.", "input_text_empty"),
    "text_too_long": Code(HTTPStatus.BAD_REQUEST, status="max_character_limit_exceeded"),
    "invalid_markup": Code(HTTPStatus.BAD_REQUEST),
    "invalid_rule": Code(HTTPStatus.BAD_REQUEST),
    "invalid_audio": Code(HTTPStatus.BAD_REQUEST),
    "audio_too_short": Code(HTTPStatus.BAD_REQUEST),
    "voice_limit_reached": Code(HTTPStatus.BAD_REQUEST),
    "voice_failed": Code(HTTPStatus.BAD_REQUEST, status="voice_not_fine_tuned"),
    "needs_authorization": Code(HTTPStatus.UNAUTHORIZED),
    "invalid_api_key": Code(HTTPStatus.UNAUTHORIZED, "Invalid API key"),
    "quota_exceeded": Code(HTTPStatus.UNAUTHORIZED),
    "account_disabled": Code(HTTPStatus.FORBIDDEN),
    "voice_not_editable": Code(HTTPStatus.FORBIDDEN),
    "not_found": Code(HTTPStatus.NOT_FOUND),
    "voice_not_found": Code(HTTPStatus.NOT_FOUND),
    "history_item_not_found": Code(HTTPStatus.NOT_FOUND),
    "pronunciation_dictionary_not_found": Code(HTTPStatus.NOT_FOUND),
    "sample_not_found": Code(HTTPStatus.NOT_FOUND),
    "conflict": Code(HTTPStatus.CONFLICT),
    "request_timeout": Code(HTTPStatus.REQUEST_TIMEOUT),
    "upload_file_size_exceeded": Code(HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    "range_not_satisfiable": Code(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE),
    "voice_not_ready": Code(HTTPStatus.TOO_EARLY),
    "rate_limit_exceeded": Code(HTTPStatus.TOO_MANY_REQUESTS),
    "concurrent_limit_exceeded": Code(HTTPStatus.TOO_MANY_REQUESTS, status="too_many_concurrent_requests"),
    "system_busy": Code(HTTPStatus.TOO_MANY_REQUESTS),
    "internal_server_error": Code(HTTPStatus.INTERNAL_SERVER_ERROR),
    "service_unavailable": Code(HTTPStatus.SERVICE_UNAVAILABLE),
}

_TYPES = {
    HTTPStatus.UNAUTHORIZED: "authentication_error",
    HTTPStatus.FORBIDDEN: "authorization_error",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.CONFLICT: "conflict",
    HTTPStatus.TOO_MANY_REQUESTS: "rate_limit_error",
    HTTPStatus.INTERNAL_SERVER_ERROR: "internal_error",
    HTTPStatus.SERVICE_UNAVAILABLE: "service_unavailable",
}
_USUAL_TYPE = "validation_error"

_NOT_FOUND = {
    "voice": "voice_not_found",
    "speech task": "history_item_not_found",
    "history item": "history_item_not_found",
    "lexicon": "pronunciation_dictionary_not_found",
    "sample": "sample_not_found",
}


def _of_not_found(error: NotFound) -> str:
    return _NOT_FOUND.get(error.what, "not_found")


def _of_quota(error: QuotaUsedUp) -> str:
    codes = {"characters": "quota_exceeded", "voices": "voice_limit_reached"}
    return codes.get(error.what, "concurrent_limit_exceeded")


def _of_busy(error: TooBusy) -> str:
    return "concurrent_limit_exceeded" if error.what == "the engine" else "system_busy"


def _of_voice(error: VoiceNotReady) -> str:
    return "voice_not_ready" if error.state in ("draft", "queued", "training") else "voice_failed"


def _of_sound(error: ReferenceRefused) -> str:
    return "audio_too_short" if error.reason is RefusalReason.TOO_SHORT else "invalid_audio"


def _of_protocol(error: Declined) -> str:
    return error.code


Naming = Callable[[HwameiError], str]

ANSWERS: Mapping[type[HwameiError], str | Naming] = {
    domain.Refused: "invalid_parameters",
    domain.Failed: "internal_server_error",
    Declined: cast("Naming", _of_protocol),
    NotValid: "invalid_parameters",
    domain.OutOfRange: "invalid_parameters",
    domain.Unknown: "invalid_parameters",
    domain.BadSetting: "internal_server_error",
    domain.TextEmpty: "empty_text",
    domain.TextTooLong: "text_too_long",
    domain.BadMarkup: "invalid_markup",
    domain.BadLexicon: "invalid_rule",
    domain.BadSubtitles: "invalid_parameters",
    domain.BadLabel: "invalid_parameters",
    domain.BadField: "invalid_parameters",
    domain.VoiceNotFound: "voice_not_found",
    domain.VoiceNameTaken: "conflict",
    domain.BadVoiceName: "invalid_parameters",
    domain.BadVoiceFile: "invalid_audio",
    domain.ReferenceRefused: cast("Naming", _of_sound),
    domain.BadAudio: "invalid_audio",
    domain.BadArchive: "invalid_audio",
    domain.BadSentence: "invalid_audio",
    domain.NotFound: cast("Naming", _of_not_found),
    domain.WrongState: "conflict",
    domain.NotDone: "conflict",
    domain.VoiceNotReady: cast("Naming", _of_voice),
    domain.IdempotencyConflict: "conflict",
    domain.NotSignedIn: "invalid_api_key",
    domain.AppDisabled: "account_disabled",
    domain.AppTaken: "conflict",
    domain.RateLimited: "rate_limit_exceeded",
    domain.QuotaUsedUp: cast("Naming", _of_quota),
    domain.TooBusy: cast("Naming", _of_busy),
    domain.TooBig: "upload_file_size_exceeded",
    domain.UrlRefused: "invalid_parameters",
    domain.NotFetched: "invalid_parameters",
    domain.EngineFailed: "internal_server_error",
    domain.EngineHung: "service_unavailable",
    domain.EngineDown: "service_unavailable",
    domain.ModelMissing: "service_unavailable",
    domain.ModelDamaged: "service_unavailable",
    domain.ModelNotFetched: "service_unavailable",
    domain.StoreUnavailable: "service_unavailable",
    web.NoSuchCall: "not_found",
    web.WrongMethod: "invalid_parameters",
    web.NotJson: "invalid_parameters",
    web.BodyTooSlow: "request_timeout",
    web.BodyCutOff: "invalid_parameters",
    web.RangeNotSatisfiable: "range_not_satisfiable",
    web.Unexpected: "internal_server_error",
}
"""The code of each error, or what finds it by the error's fields. An error that is not here has that of the nearest
class above it."""

_AS_THE_FRAMEWORK = {web.NoSuchCall: "Not Found", web.WrongMethod: "Method Not Allowed"}


def code_of(error: HwameiError) -> str:
    """The vendor's code."""
    found = next(ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS)
    return found if isinstance(found, str) else found(error)


def told(failure: Failure) -> dict[str, object]:
    """The `detail`: the code, by its older name too, and what helps to mend the request."""
    code = code_of(failure.error)
    known = CODES[code]
    detail: dict[str, object] = {
        "type": _TYPES.get(known.http, _USUAL_TYPE),
        "code": code,
        "message": _message(failure) or known.message or failure.message,
        "status": known.status or code,
        "request_id": failure.request_id,
    }
    param = _param(failure.error)
    return detail | {"param": param} if param else detail


def render_failure(failure: Failure, platform: Platform) -> Response:
    """`{"detail": …}`; what has not the right shape is told as the vendor's framework does."""
    headers = failure.headers | {REQUEST_ID_HEADER: failure.request_id}
    if isinstance(failure.error, NotValid):
        return JSONResponse({"detail": failure.error.problems}, HTTPStatus.UNPROCESSABLE_ENTITY, headers)
    if type(failure.error) in _AS_THE_FRAMEWORK:
        return JSONResponse({"detail": _AS_THE_FRAMEWORK[type(failure.error)]}, failure.status, headers)
    if isinstance(failure.error, TooBusy):
        at_once = failure.error.at_once
        headers |= concurrency(platform.engines.turns if at_once is None else Turns(at_once, at_once))
    if isinstance(failure.error, VoiceNotReady):
        headers["Retry-After"] = str(COME_BACK_S)
    return JSONResponse({"detail": told(failure)}, CODES[code_of(failure.error)].http, headers)


COME_BACK_S = 5  # for a voice that is being made


def concurrency(turns: Turns) -> dict[str, str]:
    """How many speak at once, and how many may: of this server, whoever they speak for."""
    return {CURRENT_HEADER: str(turns.taken), MAXIMUM_HEADER: str(turns.of)}


def _message(failure: Failure) -> str:
    """What the vendor says with the fields of the error; empty where it has nothing of its own."""
    match failure.error:
        case NotFound(what="voice", given=given):
            return f"A voice with voice_id '{given}' was not found."
        case TextTooLong(given=given, allowed=allowed):
            return (
                f"This request's text has {given} characters and exceeds the character limit of {allowed} characters."
            )
        case QuotaUsedUp(what="characters", used=used, allowed=allowed):
            left = max(0, allowed - used)
            return f"This request exceeds your quota of {allowed}. You have {left} credits remaining."
        case QuotaUsedUp(what="voices", used=used, allowed=allowed):
            return f"You have reached your maximum amount of custom voices ({used} / {allowed})."
        case _:
            return ""


def _param(error: HwameiError) -> str:
    match error:
        case Declined(param=param):
            return param
        case BadField(name=name):
            return name
        case NotFound(what="voice"):
            return "voice_id"
        case _:
            return ""
