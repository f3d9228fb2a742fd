"""Every error as HTTP status, code and message. One table: class → row, the nearest class above it counts.

The training and asset calls have the codes of one column, those under `ttsc` the other. Which codes the vendor
documents and which were chosen here, in the same blocks, stands in README.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from fastapi.responses import JSONResponse
from starlette.responses import Response

from hwamei.dialects.huawei import refusals as vendor
from hwamei.dialects.huawei.routes import TOKENS
from hwamei.domain import errors as domain
from hwamei.domain.errors import ArchiveReason, BadArchive, BadSentence, HwameiError, NotFound, Refused, SentenceReason
from hwamei.domain.problem import Problem, code_of
from hwamei.web import refusals as web
from hwamei.web.failures import Failure

LONGEST_MESSAGE = 255
OTHER_FAILURE, CANCELLED_FAILURE = "MSS.20020030", "MSS.20020031"

INVALID_BODY, INVALID_PARAMETER, INTERNAL = "MSS.00000002", "MSS.00000003", "MSS.00000004"
SPEECH_INTERNAL, SPEECH_INVALID, SPEECH_FORBIDDEN = "MSS.000000002", "MSS.000000003", "MSS.000000004"


class Row(NamedTuple):
    """`code`: of the training and asset calls; `speech`: of those under `ttsc`; `says`: before our own message."""

    status: int
    code: str
    speech: str
    says: str


_BAD = Row(400, INVALID_PARAMETER, SPEECH_INVALID, "Invalid parameter")
_BODY = Row(400, INVALID_BODY, SPEECH_INVALID, "Invalid body")
_BUSY = Row(429, "APIGW.0308", "APIGW.0308", "The throttling threshold has been reached")
_IAM = Row(401, "APIGW.0301", "APIGW.0301", "Incorrect IAM authentication information")
_OURS = Row(500, INTERNAL, SPEECH_INTERNAL, "Internal Error")

TABLE: Mapping[type[HwameiError], Row] = {
    domain.Refused: _BAD,
    domain.Failed: _OURS,
    web.NotJson: _BODY,
    web.BodyCutOff: _BODY,
    domain.TooBig: _BODY._replace(status=413),
    web.BodyTooSlow: _BODY._replace(status=408),
    web.RangeNotSatisfiable: _BAD._replace(status=416),
    web.NoSuchCall: Row(400, "MSS.00010003", "MSS.00010003", "SR.api not found"),
    web.WrongMethod: Row(400, "MSS.00010004", "MSS.00010004", "SR.method not allowed"),
    vendor.NotAToken: Row(400, "MSS.00010008", "MSS.00010008", "Invalid token in the header."),
    vendor.OtherProject: Row(400, "MSS.00010009", "MSS.00010009", "urlTenantId is not equal tokenTenantId"),
    domain.NotSignedIn: _IAM,
    domain.AppDisabled: Row(403, SPEECH_FORBIDDEN, SPEECH_FORBIDDEN, "Forbidden"),
    domain.NotFound: Row(400, "MSS.20020001", "MSS.20050001", "Not found"),
    domain.VoiceNotFound: Row(400, "MSS.10001001", "MSS.10001001", "Asset not found"),
    domain.WrongState: Row(400, "MSS.20020002", "MSS.20050003", "Not possible in this state"),
    domain.NotDone: Row(400, "MSS.20020002", "MSS.20050003", "Not possible in this state"),
    domain.VoiceNotReady: Row(400, "MSS.20020002", "MSS.20050004", "The voice cannot speak"),
    domain.QuotaUsedUp: Row(400, "MSS.20020003", "MSS.20050053", "No resource is left"),
    domain.VoiceNameTaken: Row(400, "MSS.10001005", "MSS.10001005", "The asset name exists"),
    domain.BadAudio: Row(400, "MSS.20020011", "MSS.20020011", "The audio has a wrong format"),
    domain.ReferenceRefused: Row(400, "MSS.20020013", "MSS.20020013", "The audio cannot make a voice"),
    domain.BadArchive: Row(400, "MSS.20020010", "MSS.20020010", "The archive cannot be used"),
    domain.BadSentence: Row(400, "MSS.20020014", "MSS.20020014", "The text does not fit"),
    domain.EngineDown: _OURS._replace(status=503, says="Service unavailable"),
    domain.RateLimited: _BUSY,
    domain.TooBusy: _BUSY,
}

_ARCHIVES: Mapping[ArchiveReason, str] = {
    ArchiveReason.WRONG_KIND: "MSS.20020012",
    ArchiveReason.MISSING: "MSS.20020016",
    ArchiveReason.SURPLUS: "MSS.20020022",
    ArchiveReason.TOO_BIG: "MSS.20020023",
    ArchiveReason.FILE_TOO_BIG: "MSS.20020024",
}
_SENTENCES: Mapping[SentenceReason, str] = {
    SentenceReason.WRONG_LANGUAGE: "MSS.20020015",
    SentenceReason.TOO_LONG: "MSS.20020017",
}


def row_of(error: HwameiError) -> Row:
    """The row of an error, with what tells it from others of its class."""
    row = _row(type(error))
    match error:
        case NotFound(what="voice"):
            return _row(domain.VoiceNotFound)
        case NotFound(what="file"):
            return row._replace(code="MSS.10001004", speech="MSS.10001004")
        case NotFound(what="lexicon"):
            return row._replace(speech="MSS.20050002")
        case BadArchive(reason=reason):
            return row._replace(code=_ARCHIVES.get(reason, row.code))
        case BadSentence(reason=reason):
            return row._replace(code=_SENTENCES.get(reason, row.code))
        case _:
            return row


def _row(kind: type[HwameiError]) -> Row:
    return next(TABLE[each] for each in kind.__mro__ if each in TABLE)


def render_failure(failure: Failure) -> Response:
    """The body that belongs to the path: of a token call, of a `ttsc` call, or of the others."""
    row = row_of(failure.error)
    message = _message(row, failure)
    if failure.path == TOKENS:
        error = {"code": row.status, "message": message, "title": row.says}
        return JSONResponse({"error": error, "error_code": row.code, "error_msg": message}, row.status)
    parts = failure.path.split("/")
    if len(parts) > 3 and parts[3] == "ttsc":
        body = {"error_code": row.speech, "error_msg": message, "request_id": failure.request_id}
        return JSONResponse(body, row.status)
    return JSONResponse({"error_code": row.code, "error_msg": message}, row.status)


def _message(row: Row, failure: Failure) -> str:
    told = failure.error.reason if isinstance(failure.error, vendor.SignatureRefused) else failure.message
    return (row.says if row.status >= 500 else f"{row.says}: {told}")[:LONGEST_MESSAGE]


def failure_of(problem: Problem) -> tuple[str, str]:
    """Code and reason of a job that failed; the code as if it had been refused at once."""
    row = _BY_PROBLEM.get(problem.code)
    return (OTHER_FAILURE if row is None else row.code), problem.text[:LONGEST_MESSAGE]


def speech_failure_of(problem: Problem) -> tuple[str, str]:
    """The same of a speech task."""
    row = _BY_PROBLEM.get(problem.code)
    return (SPEECH_INTERNAL if row is None else row.speech), problem.text[:LONGEST_MESSAGE]


def callers_codes() -> frozenset[str]:
    """The codes of the problems that the caller can mend."""
    return frozenset(_BY_PROBLEM)


def _all_of(kind: type[HwameiError]) -> Iterator[type[HwameiError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _all_of(below)


_BY_PROBLEM: Mapping[str, Row] = {
    **{code_of(kind): _row(kind) for kind in _all_of(Refused)},
    "cancelled": Row(400, CANCELLED_FAILURE, "MSS.20050031", "Cancelled"),
}
