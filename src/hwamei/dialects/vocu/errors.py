"""Failures in the vendor's words: error class → code, and code → HTTP status and message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import cast
from uuid import UUID

from fastapi.responses import JSONResponse, Response

from hwamei.dialects.vocu.refusals import Declined
from hwamei.domain import errors as domain
from hwamei.domain.errors import (
    BadField,
    HwameiError,
    NotFound,
    QuotaUsedUp,
    ReferenceRefused,
    RefusalReason,
    TooBig,
    VoiceNotReady,
    WrongState,
)
from hwamei.web import refusals as web
from hwamei.web.failures import Failure

REQUEST_ID_HEADER = "X-Vocu-App-Request-Id"

CODES: Mapping[str, tuple[HTTPStatus, str]] = {
    "VALIDATION_BAD_PARAMS": (HTTPStatus.BAD_REQUEST, "Bad parameters. Please check your request."),
    "VALIDATION_CONFLICT": (HTTPStatus.BAD_REQUEST, "Parameter conflict detected."),
    "VALIDATION_MISSING_FIELD": (HTTPStatus.BAD_REQUEST, "Required field is missing."),
    "VALIDATION_INVALID_FORMAT": (HTTPStatus.BAD_REQUEST, "Invalid parameter format."),
    "VALIDATION_INVALID_VALUE": (HTTPStatus.BAD_REQUEST, "Invalid parameter value."),
    "VALIDATION_TOO_LONG": (HTTPStatus.BAD_REQUEST, "Parameter value exceeds length limit."),
    "TTS_TEXT_EMPTY": (HTTPStatus.BAD_REQUEST, "Text cannot be empty."),
    "TTS_CONTENTS_INVALID": (HTTPStatus.BAD_REQUEST, "Invalid contents array."),
    "TTS_SPLITTER_INVALID": (HTTPStatus.BAD_REQUEST, "Invalid splitter configuration."),
    "TTS_INPUT_AUDIO_INVALID": (HTTPStatus.BAD_REQUEST, "Invalid input audio URL."),
    "VOICE_CREATE_FAILED": (HTTPStatus.BAD_REQUEST, "Voice creation failed. Please create the voice again."),
    "VOICE_MODEL_VERSION_INVALID": (HTTPStatus.BAD_REQUEST, "Invalid model version."),
    "VOICE_PROMPT_MISSING": (HTTPStatus.BAD_REQUEST, "Prompt audio is missing."),
    "VOICE_PROBE_FAILED": (HTTPStatus.BAD_REQUEST, "Audio probe failed."),
    "MINIMUM_DURATION_NOT_MET": (
        HTTPStatus.BAD_REQUEST,
        "Prompt audio is shorter than the minimum duration of 3 seconds.",
    ),
    "VOCAL_NOT_DETECTED": (HTTPStatus.BAD_REQUEST, "No speech was detected. Please re-record with a clear voice."),
    "VOICE_LORA_ARTIFACT_MISSING": (HTTPStatus.BAD_REQUEST, "LoRA artifact file is missing."),
    "UPLOAD_AUDIO_INVALID": (HTTPStatus.BAD_REQUEST, "Audio file is invalid or could not be processed."),
    "STREAM_FETCH_FAILED": (HTTPStatus.BAD_REQUEST, "Failed to fetch stream audio."),
    "STREAM_TIMEOUT": (HTTPStatus.BAD_REQUEST, "Stream timed out."),
    "AUTH_UNAUTHORIZED": (HTTPStatus.UNAUTHORIZED, "Unauthorized."),
    "AUTH_FORBIDDEN": (HTTPStatus.FORBIDDEN, "Access forbidden."),
    "BILLING_INSUFFICIENT_CREDIT": (HTTPStatus.FORBIDDEN, "Insufficient credit."),
    "BILLING_QUOTA_EXCEEDED": (HTTPStatus.FORBIDDEN, "Quota exceeded."),
    "GENERATE_DELETE_IN_PROGRESS": (HTTPStatus.FORBIDDEN, "Cannot delete while processing."),
    "VOICE_NOT_FOUND": (HTTPStatus.NOT_FOUND, "Voice not found."),
    "GENERATE_NOT_FOUND": (HTTPStatus.NOT_FOUND, "Generation record not found."),
    "RESOURCE_NOT_FOUND": (HTTPStatus.NOT_FOUND, "Resource not found."),
    "PROJECT_NOT_FOUND": (HTTPStatus.NOT_FOUND, "Project not found."),
    "SPLITTER_NOT_FOUND": (HTTPStatus.NOT_FOUND, "Splitter not found."),
    "METHOD_NOT_ALLOWED": (HTTPStatus.METHOD_NOT_ALLOWED, "Method not allowed."),  # a code of ours
    "VOICE_CREATING": (HTTPStatus.CONFLICT, "This voice is still being created. Please try again later."),
    "VOICE_PROMPT_TOO_LARGE": (
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "Instant clone sample file too large, maximum supported 100MB.",
    ),
    "UPLOAD_TOO_LARGE": (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "File too large, should be less than 100MB."),
    "RATE_LIMIT_EXCEEDED": (HTTPStatus.TOO_MANY_REQUESTS, "Too many requests, please try again later."),
    "RATE_LIMIT_CONCURRENT": (HTTPStatus.TOO_MANY_REQUESTS, "Too many concurrent requests, please try again later."),
    "SYSTEM_INTERNAL_ERROR": (HTTPStatus.INTERNAL_SERVER_ERROR, "Internal server error, please try again later."),
    "TTS_GENERATE_FAILED": (HTTPStatus.INTERNAL_SERVER_ERROR, "Audio generation failed."),
    "STORAGE_UNAVAILABLE": (HTTPStatus.SERVICE_UNAVAILABLE, "Storage is temporarily unavailable."),
    "NO_WORKER_AVAILABLE": (HTTPStatus.SERVICE_UNAVAILABLE, "No worker available."),
}

_AT_SOUND = {
    RefusalReason.TOO_SHORT: "MINIMUM_DURATION_NOT_MET",
    RefusalReason.SILENT: "VOCAL_NOT_DETECTED",
    RefusalReason.NOT_SPEECH: "VOCAL_NOT_DETECTED",
    RefusalReason.TOO_NOISY: "VOCAL_NOT_DETECTED",
    RefusalReason.SEVERAL_SPEAKERS: "VOICE_PROBE_FAILED",
    RefusalReason.CLIPPED: "VOICE_PROBE_FAILED",
}


def _of_not_found(error: NotFound) -> str:
    codes = {"voice": "VOICE_NOT_FOUND", "speech task": "GENERATE_NOT_FOUND"}
    return codes.get(error.what, "RESOURCE_NOT_FOUND")


def _of_field(error: BadField) -> str:
    return "TTS_CONTENTS_INVALID" if error.name.split(".")[0] == "contents" else "VALIDATION_INVALID_FORMAT"


def _of_quota(error: QuotaUsedUp) -> str:
    codes = {"characters": "BILLING_INSUFFICIENT_CREDIT", "waiting speech tasks": "RATE_LIMIT_CONCURRENT"}
    return codes.get(error.what, "BILLING_QUOTA_EXCEEDED")


def _of_size(error: TooBig) -> str:
    return "VOICE_PROMPT_TOO_LARGE" if error.what == "prompt" else "UPLOAD_TOO_LARGE"


def _of_voice(error: VoiceNotReady) -> str:
    return "VOICE_CREATING" if error.state in ("draft", "queued", "training") else "VOICE_CREATE_FAILED"


def _of_state(error: WrongState) -> str:
    return "VOICE_CREATING" if error.what in ("voice", "style", "training job") else "VALIDATION_CONFLICT"


def _of_sound(error: ReferenceRefused) -> str:
    return _AT_SOUND[error.reason]


def _of_protocol(error: Declined) -> str:
    return error.code


Naming = Callable[[HwameiError], str]

ANSWERS: Mapping[type[HwameiError], str | Naming] = {
    domain.Refused: "VALIDATION_BAD_PARAMS",
    domain.Failed: "SYSTEM_INTERNAL_ERROR",
    Declined: cast("Naming", _of_protocol),
    domain.OutOfRange: "VALIDATION_INVALID_VALUE",
    domain.Unknown: "VALIDATION_INVALID_VALUE",
    domain.BadSetting: "SYSTEM_INTERNAL_ERROR",
    domain.TextEmpty: "TTS_TEXT_EMPTY",
    domain.TextTooLong: "VALIDATION_TOO_LONG",
    domain.BadMarkup: "VALIDATION_INVALID_FORMAT",
    domain.BadLexicon: "VALIDATION_INVALID_FORMAT",
    domain.BadSubtitles: "VALIDATION_INVALID_FORMAT",
    domain.BadLabel: "VALIDATION_INVALID_VALUE",
    domain.BadField: cast("Naming", _of_field),
    domain.VoiceNotFound: "VOICE_NOT_FOUND",
    domain.VoiceNameTaken: "VALIDATION_CONFLICT",
    domain.BadVoiceName: "VALIDATION_INVALID_VALUE",
    domain.BadVoiceFile: "VALIDATION_INVALID_FORMAT",
    domain.ReferenceRefused: cast("Naming", _of_sound),
    domain.BadAudio: "VOICE_PROBE_FAILED",
    domain.BadArchive: "VOICE_PROBE_FAILED",
    domain.BadSentence: "VALIDATION_INVALID_FORMAT",
    domain.NotFound: cast("Naming", _of_not_found),
    domain.WrongState: cast("Naming", _of_state),
    domain.NotDone: "VALIDATION_CONFLICT",
    domain.VoiceNotReady: cast("Naming", _of_voice),
    domain.IdempotencyConflict: "VALIDATION_CONFLICT",
    domain.NotSignedIn: "AUTH_UNAUTHORIZED",
    domain.AppDisabled: "AUTH_FORBIDDEN",
    domain.AppTaken: "VALIDATION_CONFLICT",
    domain.RateLimited: "RATE_LIMIT_EXCEEDED",
    domain.QuotaUsedUp: cast("Naming", _of_quota),
    domain.TooBusy: "RATE_LIMIT_CONCURRENT",
    domain.TooBig: cast("Naming", _of_size),
    domain.UrlRefused: "VALIDATION_INVALID_VALUE",
    domain.NotFetched: "VALIDATION_INVALID_VALUE",
    domain.EngineFailed: "TTS_GENERATE_FAILED",
    domain.EngineHung: "NO_WORKER_AVAILABLE",
    domain.EngineDown: "NO_WORKER_AVAILABLE",
    domain.ModelMissing: "NO_WORKER_AVAILABLE",
    domain.ModelDamaged: "NO_WORKER_AVAILABLE",
    domain.ModelNotFetched: "NO_WORKER_AVAILABLE",
    domain.StoreUnavailable: "STORAGE_UNAVAILABLE",
    web.NoSuchCall: "RESOURCE_NOT_FOUND",
    web.WrongMethod: "METHOD_NOT_ALLOWED",
    web.NotJson: "VALIDATION_INVALID_FORMAT",
    web.BodyTooSlow: "STREAM_TIMEOUT",
    web.BodyCutOff: "VALIDATION_BAD_PARAMS",
    web.RangeNotSatisfiable: "VALIDATION_INVALID_VALUE",
    web.Unexpected: "SYSTEM_INTERNAL_ERROR",
}
"""The code of each error, or what finds it by the error's fields. An error that is not here has that of the nearest
class above it."""

_SAID_ALREADY = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND, HTTPStatus.TOO_MANY_REQUESTS})


def code_of(error: HwameiError) -> str:
    """The vendor's code."""
    found = next(ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS)
    return found if isinstance(found, str) else found(error)


def told(failure: Failure) -> dict[str, object]:
    """The body. The message is the vendor's, and behind it ours where that helps to mend the request."""
    code = code_of(failure.error)
    status, message = CODES[code]
    if isinstance(failure.error, Declined):
        message = failure.error.problem or message
    elif status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in _SAID_ALREADY:
        message = f"{message} {failure.message}"
    body = {"status": int(status), "code": code, "message": message, "requestId": request_id(failure.request_id)}
    field = getattr(failure.error, "field", "")
    return body | {"detail": {"field": field}} if field and isinstance(failure.error, Declined) else body


def render_failure(failure: Failure) -> Response:
    """`{status, code, message, requestId}`; the HTTP status is the same as in the body."""
    body = told(failure)
    status = CODES[code_of(failure.error)][0]
    return JSONResponse(body, status, {REQUEST_ID_HEADER: str(body["requestId"])} | failure.headers)


def request_id(given: str) -> str:
    """A request's id as a UUID with dashes, where it is one; a caller may have named it otherwise."""
    try:
        return str(UUID(given))
    except ValueError:
        return given
