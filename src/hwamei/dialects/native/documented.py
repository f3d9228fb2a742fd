"""What the OpenAPI says of errors: which ones a route may answer with, by status."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from hwamei.dialects.native.wire.values import ErrorBody
from hwamei.domain.errors import (
    AppDisabled,
    BadField,
    HwameiError,
    NotSignedIn,
    RateLimited,
    StoreUnavailable,
    TooBig,
)
from hwamei.domain.problem import code_of
from hwamei.web.failures import STATUSES
from hwamei.web.refusals import BodyTooSlow, NotJson, Unexpected

ALWAYS = (NotSignedIn, AppDisabled, BadField, RateLimited, Unexpected, StoreUnavailable)
WITH_A_BODY = (NotJson, BodyTooSlow, TooBig)

EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Server-sent events: `changed` with how it stands now, `ended` with how it ended, and then no"
        " more; `gone` where it is not there any more. The stream ends after ten minutes at the latest: ask again.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


def refusals(*kinds: type[HwameiError], body: bool = False) -> dict[int | str, dict[str, Any]]:
    """For `responses=`: these errors, and those that any call may have."""
    by_status: dict[int, list[str]] = defaultdict(list)
    for kind in dict.fromkeys((*kinds, *ALWAYS, *(WITH_A_BODY if body else ()))):
        by_status[int(STATUSES[kind])].append(f"`{code_of(kind)}`: {_meaning(kind)}")
    return {
        status: {"model": ErrorBody, "description": "; ".join(meanings)}
        for status, meanings in sorted(by_status.items())
    }


def _meaning(kind: type[HwameiError]) -> str:
    return (kind.__doc__ or "").splitlines()[0].rstrip(".").lower()
