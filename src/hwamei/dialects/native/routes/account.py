"""The app itself, what it used, and its reading dictionaries."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from hwamei.dialects.native.documented import refusals
from hwamei.dialects.native.routes import PREFIX
from hwamei.dialects.native.wire.account import (
    AppOut,
    LexiconBody,
    LexiconOut,
    Lexicons,
    LexiconSummary,
    UsageOut,
)
from hwamei.dialects.native.wire.queries import PageQuery
from hwamei.dialects.native.wire.values import Listed
from hwamei.domain.app import Operation
from hwamei.domain.errors import BadLexicon, NotFound
from hwamei.domain.usage import month_of
from hwamei.service.reading import keep_lexicon
from hwamei.web.calls import Calling, SignedRoute

MAX_VERSION = 2**31 - 1

router = APIRouter(prefix=PREFIX, route_class=SignedRoute)

LexiconPath = Annotated[str, Path(pattern=r"^[\w.-]{1,64}$")]
Version = Annotated[int | None, Query(ge=1, le=MAX_VERSION, description="The newest if it is not said.")]


@router.get("/me", tags=["account"], responses=refusals())
def me(call: Calling) -> AppOut:
    """The app that the key belongs to, and what it may use."""
    return AppOut.of(call.may(Operation.READ))


@router.get("/usage", tags=["account"], responses=refusals())
def usage(
    call: Calling,
    month: Annotated[str | None, Query(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", description="This one, by UTC.")] = None,
) -> UsageOut:
    """What the app used in a month."""
    app = call.may(Operation.READ)
    return UsageOut.of(call.platform.usage.get(app.id, month or month_of(call.platform.clock())))


@router.get("/lexicons", tags=["lexicons"], responses=refusals())
def list_lexicons(call: Calling) -> Lexicons:
    """List the app's reading dictionaries, the newest version of each."""
    app = call.may(Operation.READ)
    return Lexicons(lexicons=[LexiconSummary.of(each) for each in call.platform.lexicons.list(app.id)])


@router.put("/lexicons/{name}", tags=["lexicons"], responses=refusals(BadLexicon, body=True))
def put_lexicon(name: LexiconPath, body: LexiconBody, call: Calling) -> LexiconSummary:
    """Write a reading dictionary; each change is a new version. Tasks keep the version they were accepted with."""
    app = call.may(Operation.CHANGE)
    platform = call.platform
    return LexiconSummary.of(keep_lexicon(platform.lexicons, app.id, name, body.text, at=platform.clock()))


@router.get("/lexicons/{name}", tags=["lexicons"], responses=refusals(NotFound))
def get_lexicon(name: LexiconPath, call: Calling, version: Version = None) -> LexiconOut:
    """Read a reading dictionary."""
    app = call.may(Operation.READ)
    return LexiconOut.of(call.platform.lexicons.get(app.id, name, version))


@router.get("/lexicons/{name}/versions", tags=["lexicons"], responses=refusals(NotFound))
def list_versions(name: LexiconPath, query: Annotated[PageQuery, Query()], call: Calling) -> Listed[LexiconSummary]:
    """List the versions of a reading dictionary, the newest first."""
    app = call.may(Operation.READ)
    store = call.platform.lexicons
    newest = store.get(app.id, name).version
    wanted = range(newest - query.offset, 0, -1)[: query.limit]
    items = [LexiconSummary.of(store.get(app.id, name, version)) for version in wanted]
    return Listed[LexiconSummary](items=items, total=newest, limit=query.limit, offset=query.offset)


@router.delete("/lexicons/{name}", tags=["lexicons"], status_code=204, responses=refusals(NotFound))
def delete_lexicon(name: LexiconPath, call: Calling) -> None:
    """Delete a reading dictionary with all its versions."""
    app = call.may(Operation.CHANGE)
    call.platform.lexicons.delete(app.id, name)
