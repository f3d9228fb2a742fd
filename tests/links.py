"""Signed links as tests compare them."""

from __future__ import annotations

import re
from typing import Any

_UNTIL = re.compile(r"\bexpires=[0-9]+&signature=[A-Za-z0-9_-]+")


def undated(answer: Any) -> Any:
    """The answer with every link in it as if it held for ever: one made a second later holds a second longer."""
    if isinstance(answer, str):
        return _UNTIL.sub("for=ever", answer)
    if isinstance(answer, dict):
        return {key: undated(value) for key, value in answer.items()}
    if isinstance(answer, list):
        return [undated(value) for value in answer]
    return answer
