"""Files inside JSON, as `data:` URLs (RFC 2397) in Base64."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore
from typing import TypeVar

from pydantic import BaseModel
from starlette.requests import HTTPConnection

from hwamei.domain.errors import BadField, TooBig
from hwamei.web.parsing import parse_json

Model = TypeVar("Model", bound=BaseModel)

AT_ONCE = 2  # bodies of a hundred megabytes are a multiple of that in memory while they are read
_HEAD = re.compile(r"data:(?P<type>[\w.+-]+/[\w.+-]+)(?:;[\w-]+=[\w.+\"-]+)*;base64,", re.IGNORECASE)
_LONGEST_HEAD = 200


@contextmanager
def read_model(request: HTTPConnection, model: type[Model], body: Path) -> Iterator[Model]:
    """The request's body as a model, for as long as it is needed; others wait meanwhile. Raises
    RequestValidationError."""
    few: BoundedSemaphore = request.app.state.big_bodies
    with few:
        yield parse_json(model, body.read_bytes())


def is_data_url(given: str) -> bool:
    """Whether it begins like one that we take."""
    return _HEAD.match(given[:_LONGEST_HEAD]) is not None


def decode_data_url(given: str, target: Path, *, field: str, kind: str, max_bytes: int) -> Path:
    """The content as a file. `kind`: what its type must begin with; what the content is, it shows itself.

    Raises BadField, TooBig.
    """
    head = _HEAD.match(given[:_LONGEST_HEAD])
    if head is None or not head["type"].lower().startswith(kind):
        raise BadField(name=field, given=given[:40], problem=f"send data:{kind}...;base64,...")
    if 3 * (len(given) - head.end()) // 4 > max_bytes + 2:
        raise TooBig(what=field, allowed=max_bytes)
    try:
        content = base64.b64decode(given[head.end() :], validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadField(name=field, given=given[:40], problem="its content is no Base64") from error
    if not content:
        raise BadField(name=field, given=given[:40], problem="it is empty")
    target.write_bytes(content)
    return target
