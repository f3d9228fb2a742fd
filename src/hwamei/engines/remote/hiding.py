"""What a server says about a request, fit for a message: short, and without what nobody else may read."""

from __future__ import annotations

import json
from collections.abc import Iterable

MAX_CHARACTERS = 200
_TRACE_CHARACTERS = 8  # as few signs in a row of a text or key are no trace of it


def told(body: bytes, secrets: Iterable[str]) -> str:
    """The message in the body of a refusal, without any stretch of the secrets; empty if there is none."""
    said = " ".join(_message(body).split())
    for secret in secrets:
        said = _without(said, secret)
    return "".join(sign for sign in said if sign.isprintable())[:MAX_CHARACTERS]


def _message(body: bytes) -> str:
    try:
        found = json.loads(body)
    except ValueError:
        return ""
    for name in ("error", "detail", "message"):
        if isinstance(found, dict) and name in found:
            found = found[name]
    return found if isinstance(found, str) else ""


def _without(said: str, secret: str) -> str:
    width = min(_TRACE_CHARACTERS, len(secret))
    if not width:
        return said
    hidden = [False] * len(said)
    traces = {secret[at : at + width] for at in range(len(secret) - width + 1)}
    for at in range(len(said) - width + 1):
        if said[at : at + width] in traces:
            hidden[at : at + width] = [True] * width
    return _with_gaps(said, hidden)


def _with_gaps(said: str, hidden: list[bool]) -> str:
    """Each hidden stretch as one `…`."""
    shown = []
    for at, sign in enumerate(said):
        if not hidden[at]:
            shown.append(sign)
        elif at == 0 or not hidden[at - 1]:
            shown.append("…")
    return "".join(shown)
