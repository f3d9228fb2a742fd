"""Texts that apps keep for later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hwamei.domain.app import AppId
from hwamei.domain.errors import NotFound
from hwamei.domain.listing import PageRequest
from hwamei.domain.template import Template, TemplatePart
from hwamei.storage.sql.database import Database
from hwamei.storage.sql.holding import hold_app
from hwamei.storage.sql.schema import named, templates, this


class SqlTemplates:
    """A TemplateStore in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, app_id: AppId, template: Template) -> None:
        """Keep a new template."""
        _refuse_foreign(app_id, template)
        with self._database.writing() as connection:
            hold_app(connection, app_id)
            connection.execute(sa.insert(templates), _columns(template))

    def get(self, app_id: AppId, template_id: UUID) -> Template:
        """Raises NotFound."""
        one = sa.select(templates).where(this(templates))
        with self._database.reading() as connection:
            row = connection.execute(one, named(app_id, template_id)).mappings().first()
        if row is None:
            raise _not_found(template_id)
        return _template_of(row)

    def list(self, app_id: AppId, page: PageRequest) -> Sequence[Template]:
        """The newest first."""
        newest = sa.select(templates).where(templates.c.app_id == app_id)
        newest = newest.order_by(templates.c.created_at.desc(), templates.c.id.desc())
        with self._database.reading() as connection:
            rows = connection.execute(newest.limit(page.limit).offset(page.offset)).mappings()
            return [_template_of(row) for row in rows]

    def save(self, app_id: AppId, template: Template) -> None:
        """Replace a template. Raises NotFound."""
        _refuse_foreign(app_id, template)
        columns = _columns(template)
        changed = {name: columns[name] for name in ("name", "parts", "updated_at", "extra")}
        self._change(app_id, template.id, sa.update(templates).values(changed))

    def delete(self, app_id: AppId, template_id: UUID) -> None:
        """Raises NotFound."""
        self._change(app_id, template_id, sa.delete(templates))

    def _change(self, app_id: AppId, template_id: UUID, change: sa.Update | sa.Delete) -> None:
        one = change.where(templates.c.id == template_id, templates.c.app_id == app_id)
        with self._database.writing() as connection:
            if not connection.execute(one).rowcount:
                raise _not_found(template_id)


def _columns(template: Template) -> dict[str, Any]:
    return {
        "id": template.id,
        "app_id": template.app_id,
        "name": template.name,
        "parts": [asdict(part) for part in template.parts],
        "created_at": template.created_at,
        "updated_at": template.updated_at,
        "extra": dict(template.extra),
    }


def _template_of(row: sa.RowMapping) -> Template:
    return Template(
        id=row["id"],
        app_id=AppId(row["app_id"]),
        name=row["name"],
        parts=tuple(TemplatePart(**part) for part in row["parts"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        extra=row["extra"],
    )


def _refuse_foreign(app_id: AppId, template: Template) -> None:
    """What is another app's is not there. Raises NotFound."""
    if template.app_id != app_id:
        raise _not_found(template.id)


def _not_found(template_id: UUID) -> NotFound:
    return NotFound(what="template", given=str(template_id))
