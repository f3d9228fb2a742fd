"""From a call to speech on its way: who speaks, with which readings, and how long a voice is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from dataclasses import dataclass
from uuid import UUID

from anyio.to_thread import run_sync

from hwamei.dialects.elevenlabs.dictionaries import lexicon_name, version_number
from hwamei.dialects.elevenlabs.errors import concurrency
from hwamei.dialects.elevenlabs.ids import spelt, voice_named
from hwamei.dialects.elevenlabs.memory import DEFAULT_SETTINGS, SettingsNotes, notes_in
from hwamei.dialects.elevenlabs.wire.formats import OutputFormat
from hwamei.dialects.elevenlabs.wire.speech import LocatorBody, SpeechBody
from hwamei.domain.app import App
from hwamei.domain.errors import NotFound, VoiceNotReady
from hwamei.domain.owned_voice import OwnedVoice, VoiceState
from hwamei.domain.voice import Level
from hwamei.service.character_times import SpelledChunk, spelled
from hwamei.service.now_order import NowOrder
from hwamei.service.platform import Platform
from hwamei.service.speak_now import NowSpoken
from hwamei.service.timed_speech import speak_in_time
from hwamei.web.streams import engine_header

WAITED_FOR_S = 60.0  # for a voice that was added just now
_LOOK_EVERY_S = 0.1
_IN_THE_MAKING = (VoiceState.QUEUED, VoiceState.TRAINING)

COST_HEADER = "character-cost"


@dataclass(frozen=True)
class Speaker:
    """Who speaks: one of the app's voices, or one of the engine's own by name."""

    voice: UUID | str
    settings: SettingsNotes = DEFAULT_SETTINGS
    owned: OwnedVoice | None = None

    @property
    def ready(self) -> bool:
        """Whether it can speak."""
        return self.owned is None or self.owned.voiceprint is not None


def find_speaker(platform: Platform, app: App, given: str) -> Speaker:
    """One of the voices that the app has or has taken, or of the engine's own. Raises NotFound."""
    voice = voice_named(given)
    if isinstance(voice, UUID):
        owned = owned_voice(platform, app, voice)
        return Speaker(voice, notes_in(owned.extra).settings, owned)
    if all(preset.name != voice for preset in platform.voices.presets()):
        raise NotFound(what="voice", given=voice)
    return Speaker(voice)


def owned_voice(platform: Platform, app: App, voice_id: UUID) -> OwnedVoice:
    """One that the app has or has taken. Raises NotFound."""
    try:
        return platform.voices.get(app, voice_id)
    except NotFound:
        return platform.sharing.get(app, voice_id)


async def ready_speaker(platform: Platform, app: App, given: str, *, waited_for_s: float = WAITED_FOR_S) -> Speaker:
    """Who speaks; one that is being made by the instant level is waited for, as clients speak with a voice as soon as
    they have added it. Holds no thread and no engine meanwhile. Raises NotFound, VoiceNotReady."""
    give_up_at_s = asyncio.get_running_loop().time() + waited_for_s
    while True:
        speaker = await run_sync(find_speaker, platform, app, given)
        if speaker.ready:
            return speaker
        assert speaker.owned is not None
        comes = speaker.owned.state in _IN_THE_MAKING and speaker.owned.level is Level.INSTANT
        if not comes or asyncio.get_running_loop().time() >= give_up_at_s:
            raise VoiceNotReady(voice=spelt(speaker.owned.id), state=speaker.owned.state)
        await asyncio.sleep(_LOOK_EVERY_S)


@dataclass(frozen=True, eq=False)
class Speaking:
    """Speech on its way, with the times of its characters. Closing `chunks` stops it within one utterance."""

    spoken: NowSpoken
    chunks: Generator[SpelledChunk, None, None]


def begin(platform: Platform, app: App, speaker: Speaker, *, body: SpeechBody, format: OutputFormat) -> Speaking:
    """The speech, of which the first sound is there. Raises what the service does."""
    segment = body.segment(speaker.voice, speaker.settings)
    order = NowOrder((segment,), format.form, lexicons_named(body.pronunciation_dictionary_locators))
    timed = speak_in_time(platform.now, app, order)
    chunks = spelled(timed, order, shown=[body.text])
    return Speaking(timed.spoken, chunks)


def lexicons_named(locators: list[LocatorBody] | None) -> tuple[tuple[str, int | None], ...]:
    """Name and version of each. Raises NotFound for what no lexicon and no version is called."""
    return tuple(
        (lexicon_name(locator.pronunciation_dictionary_id), version_number(locator.version_id))
        for locator in locators or ()
    )


def spoken_headers(spoken: NowSpoken, body: SpeechBody) -> dict[str, str]:
    """What it cost, who speaks, and how many speak now."""
    cost = {COST_HEADER: str(len(body.text))}
    return {**cost, **concurrency(spoken.turns), **engine_header(spoken), "Cache-Control": "no-store"}
