"""What this dialect wants remembered with a voice and with a task, as it lies in their `extra`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from hwamei.dialects.vocu.cards import VoiceCard

KEY = "vocu"


class Notes(BaseModel):
    """A note. What an older version did not write has its default."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class StyleNotes(Notes):
    """Of a style, or of the voice's own recordings. `transcript`: what the user says is said in them."""

    description: str = ""
    language: str = "auto"
    vocal_filter: bool = False
    recording: str = "recording"
    transcript: str | None = None


class VoiceNotes(Notes):
    """Of a voice. `default_style`: the style that goes by `default` if it is not the voice's own recordings, which then
    go by `own_id`."""

    description: str = ""
    version: str = "v3.0"
    own_name: str = "Default"
    own: StyleNotes = StyleNotes()
    own_id: UUID | None = None
    default_style: UUID | None = None


class Regenerated(Notes):
    """Which contents were said again, by their numbers, and what that cost."""

    contents: tuple[int, ...]
    characters: int


class TaskNotes(Notes):
    """Of a task. `contents`: as they were sent; `voices`: as they were then."""

    contents: tuple[dict[str, Any], ...] = ()
    voices: tuple[VoiceCard, ...] = ()
    temperature: float = 0.9
    top_k: float = 1024
    top_p: float = 1
    srt: bool | None = None
    regenerates: tuple[Regenerated, ...] = ()


Kind = TypeVar("Kind", bound=Notes)


def notes_in(kind: type[Kind], extra: Mapping[str, object]) -> Kind | None:
    """The notes, or None if this dialect wrote none."""
    found = extra.get(KEY)
    return None if found is None else kind.model_validate(found)


def with_notes(extra: Mapping[str, object], notes: Notes) -> dict[str, object]:
    """The extra with these notes; what others wrote stays."""
    return {**extra, KEY: notes.model_dump(mode="json", exclude_defaults=True)}


def with_voice_notes(extra: Mapping[str, object], **changes: object) -> dict[str, object]:
    """The extra of a voice with these of its notes changed."""
    notes = notes_in(VoiceNotes, extra) or VoiceNotes()
    return with_notes(extra, notes.model_copy(update=changes))
