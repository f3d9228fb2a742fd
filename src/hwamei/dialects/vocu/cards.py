"""What is shown of a voice, and remembered in the tasks that it spoke: it may be gone when they are looked at."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Card(BaseModel):
    """A part of what is shown."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class FileCard(Card):
    """A file that an address can be made of. `app_id`: whose it is; `name`: how the address ends."""

    app_id: str
    id: UUID
    name: str


class PresetCard(Card):
    """What a voice that the engine brings along sounds like."""

    preset: str


class StyleCard(Card):
    """A style. `id`: as the vendor spells it; `origin`: what it was made from, `playback`: how it speaks."""

    id: str
    name: str
    description: str = ""
    language: str = "auto"
    vocal_filter: bool = False
    origin: FileCard | PresetCard | None = None
    playback: FileCard | PresetCard | None = None


class VoiceCard(Card):
    """A voice. `market`: it is no voice of the caller's own."""

    id: UUID
    name: str
    status: str
    market: bool = False
    description: str = ""
    version: str = "v3.0"
    picture: FileCard | None = None
    styles: tuple[StyleCard, ...] = ()
