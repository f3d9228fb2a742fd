"""Voices as a list: the app's own, those that it has taken from others, and the engine's."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from hwamei.dialects.elevenlabs.calling import link
from hwamei.dialects.elevenlabs.ids import voice_named
from hwamei.dialects.elevenlabs.refusals import Declined
from hwamei.dialects.elevenlabs.speaking import owned_voice
from hwamei.dialects.elevenlabs.wire.voices import CLONED, MAX_PAGE, PREMADE, SearchQuery, Voice, of_owned, of_preset
from hwamei.domain.app import App
from hwamei.domain.errors import NotFound
from hwamei.domain.listing import MAX_PAGE_SIZE, PageRequest
from hwamei.domain.owned_voice import OwnedVoice, VoiceFilter
from hwamei.service.presets import Preset
from hwamei.web.calls import Call
from hwamei.web.previews import preview_url

_LABELS = ("gender", "age", "accent")


@dataclass(frozen=True)
class Found:
    """A part of a list. `next_offset`: where the next part begins; None: there is none."""

    voices: Sequence[Voice]
    total: int
    next_offset: int | None


def shown_voice(call: Call, app: App, given: str) -> Voice:
    """One voice. Raises NotFound."""
    voice = voice_named(given)
    if isinstance(voice, UUID):
        return _of(call, app, owned_voice(call.platform, app, voice))
    for preset in call.platform.voices.presets():
        if preset.name == voice:
            return _of_preset(call, preset)
    raise NotFound(what="voice", given=voice)


def all_voices(call: Call, app: App) -> list[Voice]:
    """The app's own, the newest first, and all others."""
    return [*_own(call, app), *_of_others(call, app)]


def search(call: Call, app: App, query: SearchQuery) -> Found:
    """The voices that are asked for. Raises Declined for a token that is none."""
    offset = _offset(query.next_page_token)
    if _as_they_come(query):
        return _page(call, app, query, offset)
    voices = [voice for voice in _candidates(call, app, query) if _wanted(voice, query)]
    if query.sort == "name":
        voices.sort(key=lambda voice: voice.name.lower(), reverse=query.sort_direction == "desc")
    elif query.sort is not None or query.sort_direction is not None:
        voices.sort(key=lambda voice: voice.created_s, reverse=query.sort_direction != "asc")
    return _found(voices[offset : offset + query.page_size], len(voices), offset)


def token(offset: int) -> str:
    """Where a page begins, for the client to send again."""
    return base64.urlsafe_b64encode(f"from {offset}".encode()).decode("ascii").rstrip("=")


def _offset(given: str | None) -> int:
    if not given:
        return 0
    try:
        word, number = base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)).decode("ascii").split()
        if word == "from" and number.isdigit() and len(number) < 8:
            return int(number)
    except ValueError:
        pass
    raise Declined(code="invalid_parameters", problem="The token is none of a page.", param="next_page_token")


def _as_they_come(query: SearchQuery) -> bool:
    """Whether nothing is said but which page: then not all voices need be read."""
    plain = SearchQuery(
        next_page_token=query.next_page_token, page_size=query.page_size, include_total_count=query.include_total_count
    )
    return query == plain


def _page(call: Call, app: App, query: SearchQuery, offset: int) -> Found:
    own = call.platform.voices.list(app, VoiceFilter(), PageRequest(query.page_size, offset))
    voices = [_of(call, app, voice) for voice in own.items]
    others = list(_of_others(call, app))
    start = max(0, offset - own.total)
    voices += others[start : start + query.page_size - len(voices)]
    return _found(voices, own.total + len(others), offset)


def _found(voices: Sequence[Voice], total: int, offset: int) -> Found:
    end = offset + len(voices)
    return Found(voices, total, end if end < total and voices else None)


def _candidates(call: Call, app: App, query: SearchQuery) -> list[Voice]:
    if query.voice_ids is None:
        return all_voices(call, app)
    found = []
    for voice_id in dict.fromkeys(query.voice_ids[:MAX_PAGE]):
        try:
            found.append(shown_voice(call, app, voice_id))
        except NotFound:
            continue
    return found


def _wanted(voice: Voice, query: SearchQuery) -> bool:
    return all(
        (
            query.collection_id is None,
            query.category in (None, voice.category),
            _of_type(voice, query.voice_type),
            query.fine_tuning_state is None or _is_in_state(voice, query.fine_tuning_state),
            _has_labels(voice, query),
            query.search is None or _says(voice, query.search),
        )
    )


def _of_type(voice: Voice, wanted: str | None) -> bool:
    match wanted:
        case "default":
            return voice.category == PREMADE
        case "personal" | "non-community":
            return voice.category == CLONED and not voice.taken
        case "community":
            return voice.taken
        case "non-default" | "saved":
            return voice.category != PREMADE
        case "workspace":
            return False
        case _:
            return True


def _is_in_state(voice: Voice, state: str) -> bool:
    return voice.category != PREMADE and state in voice.shown["fine_tuning"]["state"].values()


def _has_labels(voice: Voice, query: SearchQuery) -> bool:
    for name in _LABELS:
        wanted = getattr(query, name)
        if wanted is not None and voice.labels.get(name, "").lower() != wanted.lower():
            return False
    for name, any_of in (("language", query.language), ("use_case", query.use_cases)):
        if any_of and voice.labels.get(name, "").lower() not in [each.lower() for each in any_of]:
            return False
    return True


def _says(voice: Voice, words: str) -> bool:
    said = [voice.name, voice.shown["description"] or "", voice.category, *voice.labels.values()]
    return any(words.lower() in each.lower() for each in said)


def _own(call: Call, app: App) -> Iterator[Voice]:
    offset = 0
    while True:
        items = call.platform.voices.list(app, VoiceFilter(), PageRequest(MAX_PAGE_SIZE, offset)).items
        yield from (_of(call, app, voice) for voice in items)
        offset += len(items)
        if len(items) < MAX_PAGE_SIZE:
            return


def _of_others(call: Call, app: App) -> Iterator[Voice]:
    yield from (_of(call, app, voice) for voice in call.platform.sharing.taken(app))
    yield from (_of_preset(call, preset) for preset in call.platform.voices.native_presets())


def _of(call: Call, app: App, voice: OwnedVoice) -> Voice:
    return of_owned(voice, app, lambda voice: link(call, voice, voice.preview_file_id, "preview.wav"))


def _of_preset(call: Call, preset: Preset) -> Voice:
    return of_preset(preset, preview_url(call.base_url, preset.name))
