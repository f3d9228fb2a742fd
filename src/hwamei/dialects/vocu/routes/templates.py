"""Templates."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from fastapi import APIRouter
from starlette.responses import Response

from hwamei.dialects.vocu.calling import VocuRoute
from hwamei.dialects.vocu.ids import uuid_of
from hwamei.dialects.vocu.sign_in import Call, Calling
from hwamei.dialects.vocu.wire.templates import TemplateBody, made, parts_of, shown
from hwamei.dialects.vocu.wire.values import ok, required, whole_number
from hwamei.domain.app import App, Operation
from hwamei.domain.listing import MAX_OFFSET, MAX_PAGE_SIZE, PageRequest
from hwamei.domain.template import Template

router = APIRouter(prefix="/api/template", route_class=VocuRoute)


@router.post("")
def create_template(body: TemplateBody, call: Calling) -> Response:
    """Keep a template; its voices become numbers."""
    app = call.may(Operation.CHANGE)
    name = required(body.name, "name")
    template = made(uuid4(), app, body, name, call.platform.clock())
    call.platform.templates.add(app.id, template)
    return ok(shown(template, app))


@router.get("")
def list_templates(call: Calling, limit: str = "", offset: str = "") -> Response:
    """List templates, the newest first. All are the app's own."""
    app = call.may(Operation.READ)
    page = PageRequest(
        whole_number(limit, usual=20, low=1, high=MAX_PAGE_SIZE, field="limit"),
        whole_number(offset, usual=0, low=0, high=MAX_OFFSET, field="offset"),
    )
    return ok([shown(template, app) for template in call.platform.templates.list(app.id, page)])


@router.get("/{template_id}")
def get_template(template_id: str, call: Calling) -> Response:
    """Look at a template."""
    app = call.may(Operation.READ)
    return ok(shown(_found(call, app, template_id), app))


@router.post("/{template_id}")
def replace_template(template_id: str, body: TemplateBody, call: Calling) -> Response:
    """Put other contents into a template; a description that is left out goes, a name that is left out stays."""
    app = call.may(Operation.CHANGE)
    parts = parts_of(body.all_contents())
    template = _found(call, app, template_id)
    changed = replace(
        template,
        name=body.name or template.name,
        parts=parts,
        updated_at=call.platform.clock(),
        extra=body.extra(),
    )
    call.platform.templates.save(app.id, changed)
    return ok()


@router.delete("/{template_id}")
def delete_template(template_id: str, call: Calling) -> Response:
    """Delete a template."""
    app = call.may(Operation.CHANGE)
    call.platform.templates.delete(app.id, uuid_of(template_id, what="template"))
    return ok()


def _found(call: Call, app: App, template_id: str) -> Template:
    return call.platform.templates.get(app.id, uuid_of(template_id, what="template"))
