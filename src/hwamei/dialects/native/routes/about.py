"""What the server is and takes."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import APIRouter

from hwamei import dialects
from hwamei.dialects.native.documented import refusals
from hwamei.dialects.native.routes import PREFIX
from hwamei.dialects.native.wire.about import AboutOut, DialectOut, ExamplesOut
from hwamei.domain.app import Operation
from hwamei.domain.speech import MAX_TEXT_CHARACTERS
from hwamei.service.offered import formats, stream_formats
from hwamei.web.calls import Calling, SignedRoute

router = APIRouter(prefix=PREFIX, tags=["account"], route_class=SignedRoute)


@router.get("/about", responses=refusals())
def about(call: Calling) -> AboutOut:
    """What the server is, what it takes, and which APIs it answers to, each with lines of a program that uses it."""
    call.may(Operation.READ)
    return AboutOut(
        version=version("hwamei"),
        engine=call.platform.engines.default,
        max_text_characters=MAX_TEXT_CHARACTERS,
        formats=list(formats()),
        stream_formats=list(stream_formats()),
        dialects=[_dialect(name) for name in call.request.app.state.dialects],
    )


def _dialect(name: str) -> DialectOut:
    found = dialects.examples(name)
    return DialectOut(name=name, examples=None if found is None else ExamplesOut.model_validate(found))
