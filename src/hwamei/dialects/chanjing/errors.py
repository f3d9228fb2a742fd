"""What goes wrong, as Chanjing tells it: one table from the error's class to HTTP status, code and message.

Programs read the code of an HTTP 200 only, so every answer that the product gives has that status. What is refused
before anybody could know which call it is keeps the status of HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from starlette.responses import Response

from hwamei.dialects.chanjing.wire.envelope import enveloped
from hwamei.domain import errors as domain
from hwamei.domain.errors import Failed, HwameiError, Refused
from hwamei.web import refusals as web
from hwamei.web.failures import Failure

TOKEN_VOID = "AccessToken已失效"  # programs look for this very text before they get a new token


class WrongFormat(Refused):
    """A body that is no JSON, or has a value of another kind than it should."""

    def __init__(self, *, name: str, problem: str) -> None:
        self.name, self.problem = name, problem
        super().__init__(f"{name}: {problem}")


class WrongSecret(Refused):
    """No app with this id and this secret may get a token."""

    def __init__(self) -> None:
        super().__init__("app_id or secret_key is wrong, or the app is disabled")


class NoSuchVoice(Refused):
    """A cloned voice to be looked at or deleted that there is not."""

    def __init__(self, *, given: str) -> None:
        self.given = given
        super().__init__(f"no voice has the id {given!r}")


class NobodyToSpeak(Refused):
    """An `audio_man` that there is not."""

    def __init__(self, *, given: str) -> None:
        self.given = given
        super().__init__(f"no voice has the id {given!r}")


class EmojiInText(Refused):
    """A text with an emoji in it."""

    def __init__(self, *, given: str) -> None:
        self.given = given
        super().__init__(f"the text has {given} in it; take it out")


class ListFailed(Failed):
    """A list that could not be read, which has a code of its own."""


@dataclass(frozen=True, slots=True)
class Told:
    """How an error is told. `in_detail`: what our own message says comes after it."""

    code: int
    msg: str
    status: HTTPStatus = HTTPStatus.OK
    in_detail: bool = True


PARAMETER = Told(40000, "参数错误")
FORMAT = Told(400, "传入参数格式错误")
LIMITED = Told(40001, "超出QPS限制")
INTERNAL = Told(50000, "系统内部错误", in_detail=False)

TABLE: Mapping[type[HwameiError], Told] = {
    Refused: PARAMETER,
    Failed: INTERNAL,
    WrongFormat: FORMAT,
    web.NotJson: FORMAT,
    domain.NotSignedIn: Told(10400, TOKEN_VOID, in_detail=False),
    domain.AppDisabled: Told(10400, "APP状态错误", in_detail=False),
    WrongSecret: Told(40000, "参数错误，app_id或secret_key错误，或应用已停用", in_detail=False),
    NoSuchVoice: Told(10400, "该AI声音已被禁用或不存在"),
    domain.TextEmpty: Told(10400, "TTS文本不能为空", in_detail=False),
    EmojiInText: Told(10400, "文本不能包含emoji表情"),
    NobodyToSpeak: Told(50000, "声音id不存在"),
    domain.VoiceNotReady: Told(50000, "声音id对应的audio_man不存在或不可用"),
    domain.EngineDown: Told(50000, "语音引擎暂不可用", in_detail=False),
    domain.RateLimited: LIMITED,
    domain.TooBusy: LIMITED,
    domain.QuotaUsedUp: Told(40002, "生成时长达到限制"),
    ListFailed: Told(51000, "系统内部错误", in_detail=False),
    web.NoSuchCall: Told(400, "接口不存在", HTTPStatus.NOT_FOUND),
    web.WrongMethod: Told(400, "请求方法错误", HTTPStatus.METHOD_NOT_ALLOWED),
    domain.TooBig: Told(400, "请求体过大", HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    web.BodyTooSlow: Told(400, "请求体超时", HTTPStatus.REQUEST_TIMEOUT),
    web.BodyCutOff: Told(400, "请求体不完整", HTTPStatus.BAD_REQUEST),
}
"""An error that is not here is told as the nearest class above it."""


def told(kind: type[HwameiError]) -> Told:
    """How errors of this class are told."""
    return next(TABLE[each] for each in kind.__mro__ if each in TABLE)


def render_failure(failure: Failure) -> Response:
    """The failure in the envelope. Of what failed on our side nothing but that is said."""
    how = told(type(failure.error))
    msg = f"{how.msg}：{failure.message}" if how.in_detail else how.msg
    return enveloped(failure.request_id, code=how.code, msg=msg, status=how.status)
