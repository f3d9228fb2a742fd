"""Pronunciation dictionaries, on the app's lexicons."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hwamei.dialects.elevenlabs.calling import ElevenLabsRoute
from hwamei.dialects.elevenlabs.dictionaries import (
    About,
    Dictionary,
    change,
    dictionaries,
    dictionary,
    new_dictionary,
    with_rules,
    without_rules,
)
from hwamei.dialects.elevenlabs.ids import user_id
from hwamei.dialects.elevenlabs.refusals import Declined
from hwamei.dialects.elevenlabs.sign_in import Calling
from hwamei.dialects.elevenlabs.wire.dictionaries import (
    MAX_PLS_BYTES,
    PLS_TYPE,
    ChangeBody,
    FileFields,
    ListQuery,
    NewBody,
    Rule,
    RulesBody,
    WordsBody,
    pls_of,
    rules_in,
)
from hwamei.dialects.elevenlabs.wire.values import Json, unix
from hwamei.domain.app import App, Operation
from hwamei.domain.errors import TooBig
from hwamei.web.calls import Call
from hwamei.web.parsing import parse_fields
from hwamei.web.received import Received, received

router = APIRouter(prefix="/v1/pronunciation-dictionaries", route_class=ElevenLabsRoute)


@router.post("/add-from-file")
async def add_from_file(request: Request, call: Calling) -> Response:
    """A dictionary of the rules in a PLS file; without a file an empty one."""
    app = await call.may_send(Operation.CHANGE)
    async with received(request) as sent:
        return await run_sync(_from_file, call, app, sent)


@router.post("/add-from-rules")
def add_from_rules(body: NewBody, call: Calling) -> Response:
    """A dictionary of these rules."""
    app = call.may(Operation.CHANGE)
    about = About(body.name, unix(call.platform.clock()), body.description)
    return JSONResponse(_added(app, new_dictionary(call, app, about, body.rules)))


@router.get("")
def list_dictionaries(query: Annotated[ListQuery, Query()], call: Calling) -> Response:
    """The dictionaries, and the app's other lexicons, page by page."""
    app = call.may(Operation.READ)
    found = [each for each in dictionaries(call, app) if query.include_archived or each.about.archived_s is None]
    latest_first = (query.sort_direction or "desc").lower() == "desc"
    found.sort(key=lambda each: _rank(each, query.sort), reverse=latest_first)
    ids = [each.id for each in found]
    start = ids.index(query.cursor) + 1 if query.cursor in ids else 0
    if query.cursor and query.cursor not in ids:
        raise Declined(code="invalid_parameters", problem="The cursor is none of a page.", param="cursor")
    shown = found[start : start + query.page_size]
    more = start + len(shown) < len(found)
    return JSONResponse(
        {
            "pronunciation_dictionaries": [_metadata(app, each) for each in shown],
            "next_cursor": shown[-1].id if more else None,
            "has_more": more,
        }
    )


@router.get("/{dictionary_id}")
def get_dictionary(dictionary_id: str, call: Calling) -> Response:
    """A dictionary with its rules."""
    app = call.may(Operation.READ)
    found = dictionary(call, app, dictionary_id)
    return JSONResponse(_metadata(app, found) | {"rules": [rule.model_dump(exclude_none=True) for rule in found.rules]})


@router.patch("/{dictionary_id}")
def change_dictionary(dictionary_id: str, body: ChangeBody, call: Calling) -> Response:
    """Give a dictionary another name, or take it out of use."""
    app = call.may(Operation.CHANGE)
    now_s = unix(call.platform.clock())

    def changed(before: Dictionary) -> Dictionary:
        about = before.about
        archived_s = about.archived_s if body.archived is None else (now_s if body.archived else None)
        return replace(before, about=replace(about, name=body.name or about.name, archived_s=archived_s))

    return JSONResponse(_metadata(app, change(call, app, dictionary_id, changed)))


@router.get("/{dictionary_id}/{version_id}/download")
def download(dictionary_id: str, version_id: str, call: Calling) -> Response:
    """A version as a PLS file."""
    app = call.may(Operation.READ)
    found = dictionary(call, app, dictionary_id, version_id)
    return Response(pls_of(list(found.rules)), media_type=PLS_TYPE)


@router.post("/{dictionary_id}/set-rules")
def set_rules(dictionary_id: str, body: RulesBody, call: Calling) -> Response:
    """These rules instead of all that there were."""
    app = call.may(Operation.CHANGE)
    return _ruled(change(call, app, dictionary_id, lambda before: replace(before, rules=tuple(body.rules))))


@router.post("/{dictionary_id}/add-rules")
def add_rules(dictionary_id: str, body: RulesBody, call: Calling) -> Response:
    """These rules too, each instead of one for the same word."""
    app = call.may(Operation.CHANGE)
    return _ruled(change(call, app, dictionary_id, lambda before: with_rules(before, body.rules)))


@router.post("/{dictionary_id}/remove-rules")
def remove_rules(dictionary_id: str, body: WordsBody, call: Calling) -> Response:
    """No rules for these words any more."""
    app = call.may(Operation.CHANGE)
    return _ruled(change(call, app, dictionary_id, lambda before: without_rules(before, body.rule_strings)))


def _from_file(call: Call, app: App, sent: Received) -> Response:
    fields = parse_fields(FileFields, sent.fields)
    rules = _rules_of(sent.only_file().path) if sent.files else []
    about = About(fields.name, unix(call.platform.clock()), fields.description)
    return JSONResponse(_added(app, new_dictionary(call, app, about, rules)))


def _rules_of(path: Path) -> list[Rule]:
    if path.stat().st_size > MAX_PLS_BYTES:
        raise TooBig(what="the lexicon", allowed=MAX_PLS_BYTES)
    return rules_in(path.read_bytes())


def _rank(each: Dictionary, by: str) -> tuple[object, ...]:
    return (each.about.name.lower(), each.id) if by == "name" else (each.about.created_s, each.id)


def _metadata(app: App, found: Dictionary) -> Json:
    return {
        "id": found.id,
        "latest_version_id": found.version_id,
        "latest_version_rules_num": len(found.rules),
        "name": found.about.name,
        "permission_on_resource": "admin",
        "created_by": user_id(app),
        "creation_time_unix": found.about.created_s,
        "archived_time_unix": found.about.archived_s,
        "description": found.about.description,
    }


def _added(app: App, made: Dictionary) -> Json:
    return {
        "id": made.id,
        "name": made.about.name,
        "created_by": user_id(app),
        "creation_time_unix": made.about.created_s,
        "version_id": made.version_id,
        "version_rules_num": len(made.rules),
        "description": made.about.description,
        "permission_on_resource": "admin",
    }


def _ruled(changed: Dictionary) -> Response:
    told = {"id": changed.id, "version_id": changed.version_id, "version_rules_num": len(changed.rules)}
    return JSONResponse(told)
