"""Making a voice from recordings."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from hwamei.codecs.decode import decode
from hwamei.domain.audio import Audio
from hwamei.domain.errors import ReferenceRefused, RefusalReason, VoiceNameTaken, VoiceNotFound
from hwamei.domain.language import Language
from hwamei.domain.voice import Level, ReferenceFacts, Voice, Voiceprint, check_voice_name
from hwamei.dsp.reference import measure, refuse_unusable, speech_only
from hwamei.ports import Checkpoints, Engine, Progress, VoiceStore
from hwamei.service.progress import Stretches, unheeded

_DECODED_PERCENT = 2.0
_MEASURED_PERCENT = 5.0
_ENROLLED_PERCENT = 99.0  # the rest is for keeping the voice


@dataclass(frozen=True, slots=True)
class CloneOrder:
    """A voice to be made. `language`: of the recordings, None if not said. The same `seed` gives the same voice."""

    name: str
    reference: tuple[Path, ...]
    level: Level = Level.INSTANT
    language: Language | None = None
    seed: int = 0


class Unfinished(Checkpoints, Protocol):
    """Checkpoints that can be thrown away when the work is done."""

    def discard(self) -> None:
        """Forget what was saved. May be called twice."""


@dataclass(frozen=True)
class Cloning:
    """What makes voices. Used by one thread at a time, like its engine.

    `count_speakers` is given the speech of all recordings and says 1, or 2 for more than one. `unfinished` gives the
    place for the state of the work with a key.
    """

    engine: Engine
    store: VoiceStore
    count_speakers: Callable[[Sequence[Audio]], int]
    unfinished: Callable[[str], Unfinished]
    new_id: Callable[[], UUID]
    now: Callable[[], datetime]

    def clone(self, order: CloneOrder, progress: Progress = unheeded) -> Voice:
        """The voice, kept in the store. The same order given again after an interruption goes on where that one ended.

        Raises VoiceNameTaken, BadVoiceName, BadAudio, ReferenceRefused, EngineFailed.
        """
        told = Stretches(progress)
        told.tell(0)
        self._refuse_name(order.name)
        facts, speech = self._heard(order, told)
        checkpoint = self.checkpoint(order)
        voiceprint = self.engine.enrol(
            speech,
            level=order.level,
            seed=order.seed,
            progress=told.part(_MEASURED_PERCENT, _ENROLLED_PERCENT),
            checkpoints=checkpoint,
        )
        voice = self._kept(order, facts, voiceprint)
        checkpoint.discard()
        told.tell(100)
        return voice

    def checkpoint(self, order: CloneOrder) -> Unfinished:
        """Where the state of this order's work is kept: its key is made of all that it depends on. Raises OSError."""
        key = hashlib.sha256(f"{self.engine.name}\n{order.level}\n{order.seed}\n".encode())
        for path in order.reference:
            key.update(hashlib.sha256(path.read_bytes()).digest())
        return self.unfinished(key.hexdigest()[:32])

    def _refuse_name(self, name: str) -> None:
        """Before the work, not after it."""
        check_voice_name(name)
        with suppress(VoiceNotFound):
            self.store.get(name)
            raise VoiceNameTaken(name=name)

    def _heard(self, order: CloneOrder, told: Stretches) -> tuple[ReferenceFacts, list[Audio]]:
        """What was measured on the recordings, and the speech in them."""
        audios = [decode(path) for path in order.reference]
        told.tell(_DECODED_PERCENT)
        measured = measure(audios)
        refuse_unusable(measured)
        speech = [part for part in map(speech_only, audios) if len(part.samples)]
        speakers = self.count_speakers(speech)
        _refuse_several(speakers)
        told.tell(_MEASURED_PERCENT)
        return measured.facts(speakers_heard=speakers, language=order.language), speech

    def _kept(self, order: CloneOrder, facts: ReferenceFacts, voiceprint: Voiceprint) -> Voice:
        voice = Voice(self.new_id(), order.name, order.language, self.now(), facts, voiceprint)
        self.store.add(voice, order.reference)
        return voice


def _refuse_several(speakers: int) -> None:
    if speakers > 1:
        problem = "more than one person speaks in the recordings; give recordings of one person alone"
        raise ReferenceRefused(reason=RefusalReason.SEVERAL_SPEAKERS, problem=problem, measured=speakers, needed=1)
