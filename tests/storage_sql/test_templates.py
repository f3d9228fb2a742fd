"""What every store of templates does."""

from __future__ import annotations

import dataclasses
from uuid import uuid4

import pytest

from hwamei.domain.app import App
from hwamei.domain.errors import BadField, NotFound, OutOfRange, TextTooLong
from hwamei.domain.listing import PageRequest
from hwamei.domain.speech import MAX_TEXT_CHARACTERS
from hwamei.domain.speech_task import MAX_SEGMENTS
from hwamei.domain.template import Template, TemplatePart
from hwamei.storage.sql.stores import Stores
from tests.storage_sql.things import NOON, an_app, later

PARTS = (TemplatePart("你好。", 1, {"kind": "text"}), TemplatePart("nul \0, half a pair \ud83d"))


def kept(stores: Stores, app: App, name: str = "a play", *, at: float = 0) -> Template:
    template = Template(uuid4(), app.id, name, PARTS, later(at), later(at), {"z": 1, "a": [None]})
    stores.templates.add(app.id, template)
    return template


def test_a_template_comes_back_as_it_was_kept(stores: Stores, app: App) -> None:
    template = kept(stores, app)
    assert stores.templates.get(app.id, template.id) == template


def test_the_newest_come_first_page_by_page(stores: Stores, app: App, other: App) -> None:
    kept(stores, other)
    for at, name in enumerate("abc"):
        kept(stores, app, name, at=at)
    names = [template.name for template in stores.templates.list(app.id, PageRequest(limit=2))]
    names += [template.name for template in stores.templates.list(app.id, PageRequest(limit=2, offset=2))]
    assert names == ["c", "b", "a"]


def test_a_template_is_replaced_but_for_what_it_is_and_since_when(stores: Stores, app: App) -> None:
    template = kept(stores, app)
    changed = dataclasses.replace(template, name="b", parts=(), extra={}, updated_at=later(9))
    stores.templates.save(app.id, dataclasses.replace(changed, created_at=later(5)))
    assert stores.templates.get(app.id, template.id) == changed


def test_a_deleted_template_is_gone(stores: Stores, app: App) -> None:
    template = kept(stores, app)
    stores.templates.delete(app.id, template.id)
    for verb in (
        lambda: stores.templates.get(app.id, template.id),
        lambda: stores.templates.save(app.id, template),
        lambda: stores.templates.delete(app.id, template.id),
    ):
        with pytest.raises(NotFound):
            verb()


def test_another_apps_template_is_not_found(stores: Stores, app: App, other: App) -> None:
    template = kept(stores, app)
    stolen = dataclasses.replace(template, app_id=other.id)
    for verb in (
        lambda: stores.templates.get(other.id, template.id),
        lambda: stores.templates.save(other.id, stolen),
        lambda: stores.templates.save(other.id, template),
        lambda: stores.templates.delete(other.id, template.id),
        lambda: stores.templates.add(other.id, template),
        lambda: kept(stores, an_app("nobody")),
    ):
        with pytest.raises(NotFound):
            verb()
    assert stores.templates.get(app.id, template.id) == template


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"name": " "}, BadField),
        ({"name": "x" * 201}, BadField),
        ({"parts": (TemplatePart("a"),) * (MAX_SEGMENTS + 1)}, OutOfRange),
        ({"parts": (TemplatePart("a" * MAX_TEXT_CHARACTERS), TemplatePart("a"))}, TextTooLong),
    ],
)
def test_a_template_that_no_task_could_be_made_of_is_refused(
    changes: dict[str, object], refusal: type[Exception]
) -> None:
    template = Template(uuid4(), an_app().id, "a", PARTS, NOON, NOON)
    with pytest.raises(refusal):
        dataclasses.replace(template, **changes)  # type: ignore[arg-type]  # wrong on purpose
