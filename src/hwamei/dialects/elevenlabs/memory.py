"""What this dialect wants remembered of a voice: opaque JSON in the voice's `extra`."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from hwamei.dialects.elevenlabs.callback import NAME


class Notes(BaseModel):
    """A note. What an older version did not write has its default."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class SettingsNotes(Notes):
    """The settings of a voice. Only `speed` is heard."""

    stability: float = 0.5
    similarity_boost: float = 0.75
    style: float = 0.0
    use_speaker_boost: bool = True
    speed: float = 1.0


DEFAULT_SETTINGS = SettingsNotes()


class SampleNotes(Notes):
    """A recording. `sha256`: of its content; `isolated`: its background was asked to be removed, which is not done."""

    id: UUID
    name: str
    media_type: str
    size_bytes: int = 0
    sha256: str = ""
    isolated: bool = False


class VoiceNotes(Notes):
    """Of a voice."""

    description: str | None = None
    labels: dict[str, str] = {}
    settings: SettingsNotes = DEFAULT_SETTINGS
    samples: tuple[SampleNotes, ...] = ()


def notes_in(extra: Mapping[str, object]) -> VoiceNotes:
    """The notes; those of a voice that another dialect made say nothing."""
    return VoiceNotes.model_validate(extra.get(NAME, {}))


def with_notes(extra: Mapping[str, object], notes: VoiceNotes) -> dict[str, object]:
    """The extra with these notes; what others wrote stays."""
    return {**extra, NAME: notes.model_dump(mode="json", exclude_defaults=True)}
