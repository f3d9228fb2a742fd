"""What was spoken: finished speech tasks, whichever dialect ordered them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from hwamei.dialects.elevenlabs.ids import spelt
from hwamei.dialects.elevenlabs.memory import SettingsNotes
from hwamei.dialects.elevenlabs.wire.models import USUAL_MODEL
from hwamei.dialects.elevenlabs.wire.values import Body, Json, unix
from hwamei.dialects.elevenlabs.wire.voices import CLONED, PREMADE
from hwamei.domain.speech_task import Segment, SpeechTask
from hwamei.web.options import mapped
from hwamei.web.texts import Text

MAX_PAGE = 1_000
MAX_DOWNLOADED = 100
SOURCE = "TTS"

_TYPES = {
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "flac": "audio/flac",
    "opus": "audio/ogg",
    "m4a": "audio/mp4",
    "pcm": "audio/pcm",
}


class HistoryQuery(Body):
    """Which part of the history."""

    page_size: Annotated[int, Field(ge=1, le=MAX_PAGE), mapped(f"1 to {MAX_PAGE}")] = 100
    start_after_history_item_id: Annotated[Text | None, mapped("the last one of the page before")] = None
    voice_id: Annotated[Text | None, mapped("spoken by this voice, at least in part")] = None
    model_id: Annotated[Text | None, mapped(f"everything is of `{USUAL_MODEL}`")] = None
    date_before_unix: Annotated[int | None, mapped("ordered before")] = None
    date_after_unix: Annotated[int | None, mapped("ordered at or after")] = None
    sort_direction: Annotated[Literal["asc", "desc"], mapped("`asc` or `desc`")] = "desc"
    search: Annotated[Text | None, mapped("in the text and the voice's name, in any case")] = None
    source: Annotated[Text | None, mapped(f"everything is of `{SOURCE}`")] = None


class DownloadBody(Body):
    """What is to be downloaded."""

    history_item_ids: Annotated[
        list[Text],
        Field(min_length=1, max_length=MAX_DOWNLOADED),
        mapped(f"one: its sound; 2 to {MAX_DOWNLOADED}: a ZIP"),
    ]
    output_format: Annotated[
        Text | None, mapped("`default`: as it was made; `wav` only where it was made so, the rest is refused")
    ] = None


Names = Mapping[str, str]
"""What voices are called, by their ids as the vendor spells them."""


def shown(task: SpeechTask, names: Names) -> Json:
    """A task as an item."""
    first = task.segments[0]
    voice_id = spelt(first.voice)
    several = len(task.segments) > 1
    return {
        "history_item_id": task.id.hex,
        "request_id": task.id.hex,
        "voice_id": None if several else voice_id,
        "model_id": USUAL_MODEL,
        "voice_name": None if several else names.get(voice_id, ""),
        "voice_category": PREMADE if isinstance(first.voice, str) else CLONED,
        "text": None if several else first.order.text,
        "date_unix": unix(task.created_at),
        "character_count_change_from": 0,
        "character_count_change_to": task.characters,
        "content_type": _TYPES.get(task.delivered.format, "application/octet-stream"),
        "state": "created",
        "settings": SettingsNotes(speed=first.order.delivery.speed).model_dump(),
        "feedback": None,
        "share_link_id": None,
        "source": SOURCE,
        "alignments": None,
        "dialogue": [_line(segment, names) for segment in task.segments] if several else None,
        "output_format": f"{task.delivered.format}_{task.delivered.sample_rate_hz}",
    }


def says(task: SpeechTask, names: Names, words: str) -> bool:
    """Whether the words are in it."""
    said = [segment.order.text for segment in task.segments]
    said += [names.get(spelt(segment.voice), "") for segment in task.segments]
    return any(words.lower() in each.lower() for each in said)


def _line(segment: Segment, names: Names) -> Json:
    voice_id = spelt(segment.voice)
    return {"text": segment.order.text, "voice_id": voice_id, "voice_name": names.get(voice_id, "")}
