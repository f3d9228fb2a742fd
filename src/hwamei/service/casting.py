"""Who speaks: from the voice that a request names to the voiceprint that an engine takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from hwamei.domain.app import AppId
from hwamei.domain.errors import NotFound, Unknown, VoiceNotReady
from hwamei.domain.owned_voice import OwnedVoice
from hwamei.domain.speech_task import Segment
from hwamei.domain.voice import Voiceprint
from hwamei.ports import AppStore, OwnedVoices, Shares
from hwamei.service.engines import Engines


@dataclass(frozen=True, eq=False)
class Role:
    """What speaks for a voice: its voiceprint, and the one of another engine that steps in while its own is missing or
    down; None where there is none or the app will not have it."""

    voiceprint: Voiceprint
    stand_in: Voiceprint | None = None


@dataclass(frozen=True)
class Casting:
    """Finds voices. Safe from many threads."""

    voices: OwnedVoices
    shares: Shares
    apps: AppStore
    engines: Engines

    def role(self, app_id: AppId, voice: UUID | str) -> Role:
        """Of one of the voices that the app has or has taken, or of one of the engine's own by name. Raises NotFound,
        VoiceNotReady, EngineDown for one of the engine's own."""
        if isinstance(voice, UUID):
            return self._speaking(app_id, self._found(app_id, voice))
        with self.engines.with_presets().for_work() as engine:
            try:
                return Role(engine.preset(voice))
            except Unknown as error:
                raise NotFound(what="voice", given=voice) from error

    def check(self, app_id: AppId, segments: Sequence[Segment]) -> None:
        """Raises NotFound, VoiceNotReady if a voice of the segments cannot speak."""
        for voice in {segment.voice for segment in segments}:
            self.role(app_id, voice)

    def _speaking(self, app_id: AppId, voice: OwnedVoice) -> Role:
        if voice.voiceprint is None:
            raise VoiceNotReady(voice=str(voice.id), state=voice.state)
        may_stand_in = voice.stand_in is not None and self.apps.get(app_id).stand_in
        return Role(voice.voiceprint, voice.stand_in if may_stand_in else None)

    def _found(self, app_id: AppId, voice_id: UUID) -> OwnedVoice:
        try:
            return self.voices.get(app_id, voice_id)
        except NotFound:
            return self.shares.get(app_id, voice_id)
