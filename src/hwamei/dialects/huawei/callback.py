"""What an app's own server is told, and how the address that is called is signed."""

from __future__ import annotations

import hashlib
import hmac
import json

from hwamei.dialects.huawei.wire.speech import links_of
from hwamei.domain.callback import Callback, CallbackOrder
from hwamei.domain.speech_task import SpeechTask, TaskState
from hwamei.domain.training_job import TrainingJob
from hwamei.service.platform import Platform
from hwamei.web.calls import Call
from hwamei.web.dialect import CallbackUrl, RenderCallback

NAME = "huawei"


def callback_order(call: Call, url: str | None) -> CallbackOrder | None:
    """Who is to be told; remembers where this client reached us, for the addresses in the message."""
    return CallbackOrder(url, NAME, {"base_url": call.base_url}) if url else None


def callback_renderer(platform: Platform) -> RenderCallback:
    """`{"status", "job_id", "audio_file_download_url", "subtitle_file_download_url", "audio_duration"}`."""

    def render(callback: Callback, subject: SpeechTask | TrainingJob) -> bytes:
        told: dict[str, object] = {"job_id": subject.id.hex, "status": "ERROR"}
        if isinstance(subject, SpeechTask) and subject.state is TaskState.DONE and subject.result is not None:
            links = links_of(subject, platform.files, str(callback.order.extra.get("base_url", "")))
            told |= {
                "status": "FINISHED",
                "audio_file_download_url": links.audio,
                "subtitle_file_download_url": links.subtitles or "",
                "audio_duration": round(subject.result.duration_s, 3),
            }
        return json.dumps(told, ensure_ascii=False).encode()

    return render


def signed_url(platform: Platform) -> CallbackUrl:
    """`…?secret=<hex>&time_stamp=<hex>`: the moment in milliseconds, and the HMAC-SHA256 of the ordered address with
    the moment in decimal behind it, by the app's secret."""

    def url_of(callback: Callback) -> str:
        now_ms = int(platform.clock().timestamp() * 1000)
        return sign_url(callback.order.url, platform.accounts.secret(callback.app_id), now_ms=now_ms)

    return url_of


def sign_url(url: str, secret: str, *, now_ms: int) -> str:
    """The address as it is called at that moment, in milliseconds since 1970."""
    digest = hmac.new(secret.encode(), f"{url}{now_ms}".encode(), hashlib.sha256).hexdigest()
    address, hash_mark, fragment = url.partition("#")
    return f"{address}{'&' if '?' in address else '?'}secret={digest}&time_stamp={now_ms:x}{hash_mark}{fragment}"
