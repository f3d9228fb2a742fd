"""Voices: what is sent to make, find and change them, and how they are shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, TypeAdapter

from hwamei.dialects.elevenlabs.ids import spelt
from hwamei.dialects.elevenlabs.memory import SampleNotes, VoiceNotes, notes_in
from hwamei.dialects.elevenlabs.refusals import Declined
from hwamei.dialects.elevenlabs.wire.models import MODELS
from hwamei.dialects.elevenlabs.wire.values import MAX_DESCRIPTION_CHARACTERS, MAX_NAME_CHARACTERS, Body, Json, unix
from hwamei.domain.app import App
from hwamei.domain.language import Language
from hwamei.domain.owned_voice import OwnedVoice, VoiceState
from hwamei.service.presets import Preset
from hwamei.web.options import mapped, without_effect
from hwamei.web.texts import Text

PREMADE, CLONED = "premade", "cloned"
MAX_PAGE = 100
MAX_LABELS = 20

_STATES = {
    VoiceState.DRAFT: "not_started",
    VoiceState.QUEUED: "queued",
    VoiceState.TRAINING: "fine_tuning",
    VoiceState.READY: "fine_tuned",
    VoiceState.FAILED: "failed",
    VoiceState.EXPIRED: "failed",
    VoiceState.DELETED: "failed",
}
_LANGUAGES = {
    "zh": Language.CHINESE, "chinese": Language.CHINESE, "mandarin": Language.CHINESE,
    "en": Language.ENGLISH, "english": Language.ENGLISH,
}  # fmt: skip
_LABELS = TypeAdapter(dict[Text, Text])

Flag = Annotated[bool | None, without_effect("background noise is left as it is: the recordings are checked for it")]


class VoiceFields(Body):
    """What is said of a voice in a form."""

    name: Annotated[Annotated[Text, Field(min_length=1, max_length=MAX_NAME_CHARACTERS)], mapped("need not be unique")]
    description: Annotated[
        Annotated[Text, Field(max_length=MAX_DESCRIPTION_CHARACTERS)] | None, mapped("shown again, and searched")
    ] = None
    labels: Annotated[
        Text | None, mapped("JSON; shown again, and filtered by; `language` is that of the recordings, `zh` or `en`")
    ] = None
    remove_background_noise: Flag = None

    def label_map(self) -> dict[str, str] | None:
        """The labels; None where they are left out. Raises Declined."""
        if self.labels is None:
            return None
        try:
            found = json.loads(self.labels)
            found = json.loads(found) if isinstance(found, str) else found
            labels = None if found is None else _LABELS.validate_python(found)
        except (ValueError, RecursionError) as error:
            raise Declined(code="invalid_parameters", problem=_BAD_LABELS, param="labels") from error
        if labels is not None and len(labels) > MAX_LABELS:
            raise Declined(code="invalid_parameters", problem=_BAD_LABELS, param="labels")
        return labels


_BAD_LABELS = f"Labels are a JSON object of at most {MAX_LABELS} texts."


class NewVoiceFields(VoiceFields):
    """A voice to be made."""


class EditVoiceFields(VoiceFields):
    """A voice to be changed; what is left out stays."""

    moderate_metadata: Annotated[bool | None, without_effect("nobody moderates here")] = None


class FilesField(Body):
    """The recordings in a form."""

    files: Annotated[
        list[str], mapped("1 to 20 recordings of one person, of 100 MiB together; when a voice is edited, more of them")
    ]


def _listed(given: object) -> object:
    return [given] if isinstance(given, str) else given


Several = Annotated[list[Text] | None, BeforeValidator(_listed)]
Label = Annotated[Text | None, mapped("by the voice's label")]


class SearchQuery(Body):
    """Which voices, in which order."""

    next_page_token: Annotated[Text | None, mapped("of the page before")] = None
    page_size: Annotated[int, Field(ge=1, le=MAX_PAGE), mapped(f"1 to {MAX_PAGE}")] = 10
    search: Annotated[Text | None, mapped("in name, description, labels and category, in any case")] = None
    sort: Annotated[Literal["created_at_unix", "name"] | None, mapped("`created_at_unix` or `name`")] = None
    sort_direction: Annotated[Literal["asc", "desc"] | None, mapped("`asc` or `desc`")] = None
    voice_type: Annotated[
        Literal["personal", "community", "default", "workspace", "non-default", "non-community", "saved"] | None,
        mapped(
            "`default`: the engine's own; `personal`, `non-community`: the app's; `community`: taken from others;"
            " `non-default`, `saved`: both of these; `workspace`: none"
        ),
    ] = None
    category: Annotated[
        Literal["premade", "cloned", "generated", "professional"] | None, mapped("there are `premade` and `cloned`")
    ] = None
    fine_tuning_state: Annotated[Text | None, mapped("of voices that are not the engine's own")] = None
    collection_id: Annotated[Text | None, mapped("there are no collections: no voice is in one")] = None
    gender: Label = None
    age: Label = None
    language: Annotated[Several, mapped("by the voice's label, any of them")] = None
    accent: Label = None
    use_cases: Annotated[Several, mapped("by the voice's label `use_case`, any of them")] = None
    voice_ids: Annotated[Several, mapped("only these, up to 100")] = None
    include_total_count: Annotated[bool, without_effect("it is always told")] = True
    high_quality: Annotated[bool | None, without_effect("all are of one quality")] = None
    min_notice_period_days: Annotated[int | None, without_effect("nobody withdraws voices")] = None
    include_custom_rates: Annotated[bool | None, without_effect("all cost the same")] = None
    include_live_moderated: Annotated[bool | None, without_effect("nobody moderates here")] = None


class ListQuery(Body):
    """All voices."""

    show_legacy: Annotated[bool | None, without_effect("there are no legacy voices")] = None


class GetQuery(Body):
    """One voice."""

    with_settings: Annotated[bool | None, without_effect("deprecated; they are always shown")] = None


class Voice:
    """A voice as it is shown and searched. `shown`: as JSON."""

    def __init__(self, shown: Json, *, created_s: int, taken: bool = False) -> None:
        self.shown, self.created_s, self.taken = shown, created_s, taken

    @property
    def name(self) -> str:
        """For sorting."""
        return str(self.shown["name"])

    @property
    def labels(self) -> Mapping[str, str]:
        """For filters."""
        labels: Mapping[str, str] = self.shown["labels"]
        return labels

    @property
    def category(self) -> str:
        """Premade or cloned."""
        return str(self.shown["category"])


LinkTo = Callable[[OwnedVoice], str | None]
"""The address at which a voice can be heard."""


def of_preset(preset: Preset, preview_url: str) -> Voice:
    """A voice of the engine's own."""
    labels = {} if preset.gender is None else {"gender": preset.gender.value}
    if preset.language is not None:
        labels["language"] = preset.language.value
    more = {"name": preset.name, "category": PREMADE, "labels": labels, "preview_url": preview_url, "is_owner": False}
    return Voice(_shown(preset.name, VoiceNotes()) | more, created_s=0)


def of_owned(voice: OwnedVoice, app: App, link_to: LinkTo) -> Voice:
    """A voice that the app has or has taken; to who has taken it, it shows no recordings."""
    notes, mine = notes_in(voice.extra), voice.app_id == app.id
    problem = {} if voice.problem is None else dict.fromkeys(MODELS, voice.problem.text)
    more = {
        "name": voice.name,
        "category": CLONED,
        "samples": [_sample(sample) for sample in _samples(voice, notes)] if mine else None,
        "labels": notes.labels,
        "description": notes.description,
        "preview_url": link_to(voice),
        "fine_tuning": _fine_tuning(_STATES[voice.state], problem),
        "is_owner": mine,
        "created_at_unix": unix(voice.created_at),
    }
    return Voice(_shown(spelt(voice.id), notes) | more, created_s=unix(voice.created_at), taken=not mine)


def voice_language(labels: Mapping[str, str]) -> Language | None:
    """What the label says of the recordings' language; None: to be found out."""
    return _LANGUAGES.get(labels.get("language", "").lower())


def _samples(voice: OwnedVoice, notes: VoiceNotes) -> list[SampleNotes]:
    """All recordings, with what is known of each."""
    known = {sample.id: sample for sample in notes.samples}
    return [
        known.get(source.file_id) or SampleNotes(id=source.file_id, name="recording", media_type="")
        for source in voice.reference
        if source.file_id is not None
    ]


def _sample(sample: SampleNotes) -> Json:
    return {
        "sample_id": sample.id.hex,
        "file_name": sample.name,
        "mime_type": sample.media_type,
        "size_bytes": sample.size_bytes,
        "hash": sample.sha256,
        "remove_background_noise": sample.isolated,
    }


def _shown(voice_id: str, notes: VoiceNotes) -> Json:
    """What all voices have."""
    return {
        "voice_id": voice_id,
        "name": "",
        "samples": None,
        "category": CLONED,
        "fine_tuning": _fine_tuning("fine_tuned", {}),
        "labels": {},
        "description": None,
        "preview_url": None,
        "available_for_tiers": [],
        "settings": notes.settings.model_dump(),
        "sharing": None,
        "high_quality_base_model_ids": list(MODELS),
        "verified_languages": [],
        "collection_ids": [],
        "safety_control": None,
        "voice_verification": {
            "requires_verification": False,
            "is_verified": False,
            "verification_failures": [],
            "verification_attempts_count": 0,
            "language": None,
            "verification_attempts": None,
        },
        "permission_on_resource": None,
        "is_owner": True,
        "is_legacy": False,
        "is_mixed": False,
        "favorited_at_unix": None,
        "created_at_unix": None,
        "is_bookmarked": False,
    }


def _fine_tuning(state: str, problem: Mapping[str, str]) -> Json:
    return {
        "is_allowed_to_fine_tune": False,
        "state": dict.fromkeys(MODELS, state),
        "verification_failures": [],
        "verification_attempts_count": 0,
        "manual_verification_requested": False,
        "language": None,
        "progress": {},
        "message": dict(problem),
        "dataset_duration_seconds": None,
        "verification_attempts": None,
        "slice_ids": None,
        "manual_verification": None,
    }
