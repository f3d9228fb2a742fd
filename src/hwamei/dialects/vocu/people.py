"""Voices as the vendor knows them: one with all its styles, found by any spelling of its id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from hwamei.dialects.vocu.cards import FileCard, PresetCard, StyleCard, VoiceCard
from hwamei.dialects.vocu.ids import DEFAULT_STYLE, preset_id, uuid_of
from hwamei.dialects.vocu.memory import StyleNotes, VoiceNotes, notes_in
from hwamei.domain.app import App
from hwamei.domain.errors import NotFound, VoiceNotReady
from hwamei.domain.language import Language
from hwamei.domain.owned_voice import OwnedVoice, VoiceState
from hwamei.domain.voice import Level
from hwamei.service.platform import Platform
from hwamei.service.presets import Preset

_STATUSES = {
    # What the vendor calls an instant voice, and a trained one.
    VoiceState.QUEUED: ("creating", "lora-pending"),
    VoiceState.TRAINING: ("creating", "lora-pending"),
    VoiceState.READY: ("pending", "lora-success"),
    VoiceState.FAILED: ("failed", "lora-failed"),
    VoiceState.EXPIRED: ("failed", "lora-failed"),
    VoiceState.DELETED: ("failed", "lora-failed"),
}
_LANGUAGES = {None: "auto", Language.CHINESE: "zh", Language.ENGLISH: "en-us"}


@dataclass(frozen=True)
class Person:
    """A voice with its styles. `speakers`: who speaks in each style, by the style's id as the vendor spells it."""

    card: VoiceCard
    speakers: dict[str, UUID | str]
    voice: OwnedVoice | None = None
    styles: tuple[OwnedVoice, ...] = ()

    def speaker(self, style_id: str) -> UUID | str:
        """Who speaks in the style: `default`, an id, or the beginning of one. Raises NotFound, VoiceNotReady."""
        exact = self.speakers.get(style_id)
        begins = [speaker for known, speaker in self.speakers.items() if style_id and known.startswith(style_id)]
        if exact is None and len(begins) != 1:
            raise NotFound(what="style", given=style_id[:100])
        return self._ready(begins[0] if exact is None else exact)

    def style(self, style_id: str) -> OwnedVoice:
        """The style, or the voice itself whose own recordings go by this id. Raises NotFound."""
        speaker = self.speakers.get(style_id)
        for voice in (self.voice, *self.styles):
            if voice is not None and voice.id == speaker:
                return voice
        raise NotFound(what="style", given=style_id[:100])

    def _ready(self, speaker: UUID | str) -> UUID | str:
        """What has no voiceprint yet is refused before anything is ordered of it."""
        for voice in (self.voice, *self.styles):
            if voice is not None and voice.id == speaker and voice.voiceprint is None:
                raise VoiceNotReady(voice=str(voice.id), state=voice.state)
        return speaker


def find_person(platform: Platform, app: App, given: str) -> Person:
    """One of the app's own voices, of those that it has taken, or of the engine's. Raises NotFound."""
    voice_id = uuid_of(given, what="voice")
    try:
        return _own(platform, app, voice_id)
    except NotFound:
        return _of_others(platform, app, voice_id)


def own_person(platform: Platform, app: App, given: str) -> Person:
    """One of the app's own voices, by its id alone. Raises NotFound."""
    if ":" in given:
        raise NotFound(what="voice", given=given[:100])
    return _own(platform, app, uuid_of(given, what="voice"))


def own_people(platform: Platform, app: App, voices: Sequence[OwnedVoice]) -> list[Person]:
    """These voices of the app with all their styles."""
    return _with_styles(voices, platform.voices.styles(app.id, [voice.id for voice in voices]), market=False)


def taken_people(platform: Platform, app: App) -> list[Person]:
    """The voices that the app has taken, with all their styles."""
    found: list[Person] = []
    for owner, voices in groupby(platform.sharing.taken(app), key=lambda voice: voice.app_id):
        theirs = list(voices)
        found += _with_styles(theirs, platform.voices.styles(owner, [voice.id for voice in theirs]), market=True)
    return found


def preset_people(platform: Platform) -> list[Person]:
    """The voices that the engine brings along for our languages."""
    return [_of_preset(preset) for preset in platform.voices.native_presets()]


def person_of(voice: OwnedVoice, styles: Iterable[OwnedVoice], *, market: bool) -> Person:
    """The voice with these styles. To others neither its recordings nor those of its styles are shown, only how they
    speak."""
    notes, styles = notes_in(VoiceNotes, voice.extra) or VoiceNotes(), tuple(styles)
    default = next((style.id for style in styles if style.id == notes.default_style), None)
    parts = [(DEFAULT_STYLE if default is None else str(notes.own_id), voice, notes.own_name, notes.own)]
    for style in styles:
        style_id = DEFAULT_STYLE if style.id == default else str(style.id)
        parts.append((style_id, style, style.name, notes_in(StyleNotes, style.extra) or StyleNotes()))
    parts.sort(key=lambda part: part[0] != DEFAULT_STYLE)
    card = VoiceCard(
        id=voice.id,
        name=voice.name,
        status=status_of(voice),
        market=market,
        description=notes.description,
        version=notes.version,
        picture=_file(voice, voice.picture_file_id, "avatar"),
        styles=tuple(_style_card(*part, market=market) for part in parts),
    )
    return Person(card, {style_id: each.id for style_id, each, _, _ in parts}, voice, styles)


def status_of(voice: OwnedVoice) -> str:
    """Where a voice stands."""
    return _STATUSES[voice.state][voice.level is Level.TRAINED]


def _own(platform: Platform, app: App, voice_id: UUID) -> Person:
    voice = platform.voices.get(app, voice_id)
    if voice.style_of is not None:
        raise NotFound(what="voice", given=str(voice_id))
    return person_of(voice, platform.voices.styles(app.id, [voice.id]), market=False)


def _of_others(platform: Platform, app: App, voice_id: UUID) -> Person:
    preset = next((each for each in platform.voices.presets() if preset_id(each.name) == voice_id), None)
    if preset is not None:
        return _of_preset(preset)
    voice = platform.sharing.get(app, voice_id)
    if voice.style_of is not None:
        raise NotFound(what="voice", given=str(voice_id))
    return person_of(voice, platform.voices.styles(voice.app_id, [voice.id]), market=True)


def _with_styles(voices: Sequence[OwnedVoice], styles: Sequence[OwnedVoice], *, market: bool) -> list[Person]:
    by_voice: dict[UUID | None, list[OwnedVoice]] = {}
    for style in styles:
        by_voice.setdefault(style.style_of, []).append(style)
    return [person_of(voice, by_voice.get(voice.id, ()), market=market) for voice in voices]


def _of_preset(preset: Preset) -> Person:
    heard = PresetCard(preset=preset.name)
    language = _LANGUAGES[preset.language]
    style = StyleCard(id=DEFAULT_STYLE, name="Default", language=language, origin=heard, playback=heard)
    card = VoiceCard(id=preset_id(preset.name), name=preset.name, status="pending", market=True, styles=(style,))
    return Person(card, {DEFAULT_STYLE: preset.name})


def _style_card(style_id: str, voice: OwnedVoice, name: str, notes: StyleNotes, *, market: bool) -> StyleCard:
    recording = next((source.file_id for source in voice.reference if source.file_id is not None), None)
    playback = _file(voice, voice.preview_file_id, "playback.wav")
    return StyleCard(
        id=style_id,
        name=name,
        description=notes.description,
        language=notes.language,
        vocal_filter=notes.vocal_filter,
        origin=playback if market else _file(voice, recording, notes.recording),
        playback=playback,
    )


def _file(voice: OwnedVoice, file_id: UUID | None, name: str) -> FileCard | None:
    return None if file_id is None else FileCard(app_id=voice.app_id, id=file_id, name=name)
