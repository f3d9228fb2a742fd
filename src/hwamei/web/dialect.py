"""What a dialect is to those who serve it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from fastapi import APIRouter
from starlette.responses import Response

from hwamei.domain.callback import Callback
from hwamei.domain.speech_task import SpeechTask
from hwamei.domain.training_job import TrainingJob
from hwamei.service.platform import Platform
from hwamei.web.failures import Failure, in_our_words

RenderCallback = Callable[[Callback, SpeechTask | TrainingJob], bytes]
"""The body, JSON, that tells an app that something has ended."""


@dataclass(frozen=True)
class Dialect:
    """One vendor's wire format. `prefixes`: the paths that are its own, where failures are told in its words.

    The routers have whole paths: what is counted and logged is the path that stands in the router.
    """

    name: str
    prefixes: tuple[str, ...]
    routers: Sequence[APIRouter]
    render_callback: RenderCallback
    render_failure: Callable[[Failure], Response] = field(default=in_our_words)


MakeDialect = Callable[[Platform], Dialect]


def words_for(path: str, dialects: Sequence[Dialect]) -> Callable[[Failure], Response]:
    """How failures are told at this path: by the dialect with the longest prefix of it, or in our own words."""
    owners = [
        (len(prefix), dialect.render_failure)
        for dialect in dialects
        for prefix in dialect.prefixes
        if path == prefix or path.startswith(prefix.rstrip("/") + "/")
    ]
    return max(owners, key=lambda owner: owner[0], default=(0, in_our_words))[1]
