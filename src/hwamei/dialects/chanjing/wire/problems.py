"""Why a voice or a task came to nothing, in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from hwamei.domain.errors import (
    BadAudio,
    NotFetched,
    NotFound,
    QuotaUsedUp,
    RefusalReason,
    TextEmpty,
    TooBig,
    UrlRefused,
    VoiceNotReady,
)
from hwamei.domain.problem import Problem, code_of

USUAL = "任务失败,请重试,或联系客服处理"
STOPPED = Problem("cancelled", "its owner has stopped it", callers=True)  # of a task, which keeps none itself

REASONS: Mapping[RefusalReason, str] = {
    RefusalReason.TOO_SHORT: "音频中有效人声时长过短,请提供更长的清晰人声,建议30秒至5分钟",
    RefusalReason.SILENT: "音频没有声音,请检查录音设备后重新录制",
    RefusalReason.NOT_SPEECH: "未检测到清晰人声,请提供没有音乐和杂音的单人说话录音",
    RefusalReason.TOO_NOISY: "音频噪声过大,请在安静的环境中重新录制",
    RefusalReason.SEVERAL_SPEAKERS: "检测到多个说话人,请提供只有一个人说话的音频",
    RefusalReason.CLIPPED: "音频音量过大导致失真,请降低录音音量后重新录制",
}
"""Why a recording can make no voice."""

CODES: Mapping[str, str] = {
    code_of(BadAudio): "不支持的音频格式,请阅读接口文档",
    code_of(UrlRefused): "音频地址不可访问,请提供可公开下载的地址",
    code_of(NotFetched): "音频下载失败,请检查地址是否可以公开下载",
    code_of(TooBig): "音频文件过大,不能超过100MB",
    code_of(NotFound): "音频文件或声音不存在,可能已被删除",
    code_of(VoiceNotReady): "声音不可用,可能尚未制作完成或已被删除",
    code_of(TextEmpty): "文本中没有可以朗读的内容",
    code_of(QuotaUsedUp): "生成时长达到限制",
    STOPPED.code: "任务已取消",
}
"""By the problem's code; what is not here is our side's."""


def in_chinese(problem: Problem | None) -> str:
    """What went wrong, for the person who made the request; empty where nothing did."""
    if problem is None:
        return ""
    if problem.reason is not None:
        return REASONS[problem.reason]
    return CODES.get(problem.code, USUAL)
