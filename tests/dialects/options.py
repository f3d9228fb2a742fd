"""Whether options do what their table says: each is sent alone, with the example that stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import httpx
import pytest
from _pytest.mark import ParameterSet

from hwamei.web.options import CallOptions, Fate, Option

Heard = Callable[[httpx.Response], object]
"""What is compared of an answer: its samples, say, as a file's mark of AI-made sound is another each time."""


def tried(call: CallOptions) -> Sequence[ParameterSet]:
    """The name on the wire and the option, for `parametrize`: those that have an example."""
    found = [pytest.param(name, option, id=name) for name, option in call.named() if option.example is not None]
    assert found, f"no option of {call.call} has an example"
    return found


def assert_does_as_told(option: Option, *, plain: httpx.Response, sent: httpx.Response, heard: Heard) -> None:
    """`plain`: the answer without the option, `sent`: with its example."""
    assert plain.is_success, plain.text
    if option.fate is Fate.REFUSED:
        assert sent.is_client_error, f"HTTP status {sent.status_code}"
        return
    assert sent.is_success, sent.text
    same = heard(sent) == heard(plain)
    assert same is (option.fate is Fate.NO_EFFECT), "it sounds the same" if same else "it sounds otherwise"
