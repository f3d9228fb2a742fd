"""Templates: texts for several speakers that an app keeps, to be spoken by whichever voices it chooses later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from hwamei.domain.app import AppId
from hwamei.domain.errors import BadField, OutOfRange, TextTooLong
from hwamei.domain.speech import MAX_TEXT_CHARACTERS
from hwamei.domain.speech_task import MAX_SEGMENTS

MAX_TEMPLATE_NAME_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class TemplatePart:
    """A text and the number of the speaker who says it, from 1; None: nobody in particular. `extra`: for a dialect."""

    text: str
    speaker: int | None = None
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Template:
    """A template at one moment. `extra`: for a dialect to remember. Raises BadField, OutOfRange, TextTooLong."""

    id: UUID
    app_id: AppId
    name: str
    parts: tuple[TemplatePart, ...]
    created_at: datetime
    updated_at: datetime
    extra: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > MAX_TEMPLATE_NAME_CHARACTERS:
            problem = f"take 1 to {MAX_TEMPLATE_NAME_CHARACTERS} characters"
            raise BadField(name="name", given=self.name[:100], problem=problem)
        OutOfRange.check("parts", len(self.parts), 0, MAX_SEGMENTS)
        characters = sum(len(part.text) for part in self.parts)
        if characters > MAX_TEXT_CHARACTERS:
            raise TextTooLong(given=characters, allowed=MAX_TEXT_CHARACTERS)
