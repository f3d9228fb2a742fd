"""Voices by what a request calls them: an id, the name of one of the app's own, of the engine's, or of the vendor's."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from hwamei.dialects.openai.ids import uuid_of
from hwamei.dialects.openai.refusals import VoiceNotKnown
from hwamei.dialects.openai.stand_ins import stand_in
from hwamei.domain.app import App
from hwamei.domain.errors import NotFound
from hwamei.domain.listing import MAX_PAGE_SIZE, PageRequest
from hwamei.domain.owned_voice import OwnedVoice, VoiceFilter, VoiceState
from hwamei.domain.voice import MAX_VOICE_NAME_CHARACTERS
from hwamei.service.platform import Platform
from hwamei.service.presets import Preset


def speaker_named(platform: Platform, app: App, given: str) -> UUID | str:
    """Who speaks: of one name, first the app's own, then the engine's, then the vendor's. Raises VoiceNotKnown."""
    voice_id = uuid_of(given)
    if voice_id is not None:
        return voice_id
    own = _own_by_name(platform, app, given)
    if own is not None:
        return own.id
    presets = platform.voices.presets()
    if any(preset.name == given for preset in presets):
        return given
    standing_in = stand_in(given, presets)
    if standing_in is None:
        raise VoiceNotKnown(given=given)
    return standing_in


def own_voice(platform: Platform, app: App, given: str) -> OwnedVoice:
    """The app's voice by id or name. Raises NotFound."""
    voice_id = uuid_of(given)
    voice = _own_by_name(platform, app, given) if voice_id is None else platform.voices.get(app, voice_id)
    if voice is None:
        raise NotFound(what="voice", given=given[:100])
    return voice


def preset_named(platform: Platform, given: str) -> Preset | None:
    """The engine's voice of this name, if there is one."""
    return next((preset for preset in platform.voices.presets() if preset.name == given), None)


def own_voices(platform: Platform, app: App, which: VoiceFilter | None = None) -> Iterator[OwnedVoice]:
    """All of the app's voices, the newest first."""
    offset = 0
    while True:
        page = platform.voices.list(app, which or VoiceFilter(), PageRequest(limit=MAX_PAGE_SIZE, offset=offset))
        yield from page.items
        offset += MAX_PAGE_SIZE
        if offset >= page.total:
            return


def _own_by_name(platform: Platform, app: App, name: str) -> OwnedVoice | None:
    """The newest of that name that can speak, or else the newest of that name."""
    if not name or len(name) > MAX_VOICE_NAME_CHARACTERS:
        return None
    named = [voice for voice in own_voices(platform, app, VoiceFilter(name_contains=name)) if voice.name == name]
    ready = (voice for voice in named if voice.state is VoiceState.READY)
    return next(ready, named[0] if named else None)
