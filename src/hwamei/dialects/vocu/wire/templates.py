"""Templates: texts whose speakers are numbered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from hwamei.dialects.vocu.ids import user_id
from hwamei.dialects.vocu.memory import KEY
from hwamei.dialects.vocu.refusals import Declined
from hwamei.dialects.vocu.wire.values import Body, Json, Optional
from hwamei.domain.app import App
from hwamei.domain.speech_task import MAX_SEGMENTS
from hwamei.domain.template import Template, TemplatePart
from hwamei.web.texts import Text

NOBODY = "0"  # the voiceId of a content that nobody in particular says


class TemplateContent(Body):
    """A text and who says it: a voice when it is sent, a number from then on."""

    voice_id: Text | None = None
    meta_voice_id: int | None = Field(default=None, ge=1, le=MAX_SEGMENTS)
    text: Text = ""
    type: Text | None = None
    input_audio: Text | None = None
    vc_mode: Text | None = None
    high_quality: bool | None = None

    def rest(self) -> Json:
        """What is kept as it was sent."""
        return self.model_dump(exclude={"voice_id", "meta_voice_id", "text"}, exclude_none=True)


class TemplateBody(Body):
    """A template to be made, or to take the place of one."""

    name: Optional = None
    description: Optional = None
    contents: list[TemplateContent] | None = Field(default=None, max_length=MAX_SEGMENTS)

    def all_contents(self) -> Sequence[TemplateContent]:
        """Raises Declined."""
        if self.contents is None:
            problem = "Required field is missing: contents."
            raise Declined(code="VALIDATION_MISSING_FIELD", problem=problem, field="contents")
        return self.contents

    def extra(self) -> dict[str, object]:
        """What only this dialect knows of it."""
        return {} if self.description is None else {KEY: {"description": self.description}}


def parts_of(contents: Sequence[TemplateContent]) -> tuple[TemplatePart, ...]:
    """The contents with their voices numbered from 1, in the order in which they first speak."""
    numbers: dict[str, int] = {}
    for content in contents:
        if content.voice_id not in (None, NOBODY):
            numbers.setdefault(content.voice_id, len(numbers) + 1)
    return tuple(
        TemplatePart(content.text, numbers.get(content.voice_id or "", content.meta_voice_id), content.rest())
        for content in contents
    )


def made(template_id: UUID, app: App, body: TemplateBody, name: str, now: datetime) -> Template:
    """A new template. Raises Declined, BadField, TextTooLong."""
    parts = parts_of(body.all_contents())
    return Template(template_id, app.id, name, parts, now, now, body.extra())


def shown(template: Template, app: App) -> Json:
    """The template."""
    numbers = [part.speaker for part in template.parts if part.speaker is not None]
    notes: Any = template.extra.get(KEY, {})
    metadata: Json = {"metaVoiceId": max(numbers, default=0)} | notes
    contents = [{**part.extra, "metaVoiceId": part.speaker, "text": part.text} for part in template.parts]
    return {
        "id": str(template.id),
        "name": template.name,
        "contents": contents,
        "metadata": metadata,
        "userId": user_id(app),
        "from": "self",
    }
