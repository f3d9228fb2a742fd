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
from hwamei.ports import OwnedVoices, Shares
from hwamei.service.engine_pool import EnginePool


@dataclass(frozen=True)
class Casting:
    """Finds voices. Safe from many threads."""

    voices: OwnedVoices
    shares: Shares
    pool: EnginePool

    def voiceprint(self, app_id: AppId, voice: UUID | str) -> Voiceprint:
        """Of one of the voices that the app has or has taken, or of one of the engine's own by name. Raises NotFound,
        VoiceNotReady."""
        if isinstance(voice, UUID):
            return _speaking(self._found(app_id, voice))
        with self.pool.for_work() as engine:
            try:
                return engine.preset(voice)
            except Unknown as error:
                raise NotFound(what="voice", given=voice) from error

    def check(self, app_id: AppId, segments: Sequence[Segment]) -> None:
        """Raises NotFound, VoiceNotReady if a voice of the segments cannot speak."""
        for voice in {segment.voice for segment in segments}:
            self.voiceprint(app_id, voice)

    def _found(self, app_id: AppId, voice_id: UUID) -> OwnedVoice:
        try:
            return self.voices.get(app_id, voice_id)
        except NotFound:
            return self.shares.get(app_id, voice_id)


def _speaking(voice: OwnedVoice) -> Voiceprint:
    if voice.voiceprint is None:
        raise VoiceNotReady(voice=str(voice.id), state=voice.state)
    return voice.voiceprint
