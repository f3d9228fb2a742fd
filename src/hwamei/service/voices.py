"""Making a voice from recordings."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from hwamei.domain.errors import BadField, VoiceNameTaken, VoiceNotFound
from hwamei.domain.language import Language
from hwamei.domain.voice import Level, ReferenceFacts, Voice, Voiceprint, check_voice_name
from hwamei.ports import Checkpoints, Engine, Progress, Revoicing, VoiceStore
from hwamei.service.hearing import CountSpeakers, Heard, Recording, hear
from hwamei.service.progress import Stretches, unheeded
from hwamei.service.words_beside import words_beside

_MEASURED_PERCENT = 5.0
_ENROLLED_PERCENT = 99.0  # the rest is for keeping the voice


@dataclass(frozen=True, slots=True)
class CloneOrder:
    """A voice to be made. `language`: of the recordings, None if not said. The same `seed` gives the same voice.

    `said`: what is said in each recording, None where that is not known; empty: nowhere. Raises BadField.
    """

    name: str
    reference: tuple[Path, ...]
    level: Level = Level.INSTANT
    language: Language | None = None
    seed: int = 0
    said: tuple[str | None, ...] = ()

    def __post_init__(self) -> None:
        if self.said and len(self.said) != len(self.reference):
            problem = f"there are {len(self.reference)} recordings; give one text for each, in the same order"
            raise BadField(name="said", given=f"{len(self.said)} texts", problem=problem)

    @property
    def recordings(self) -> list[Recording]:
        """With their words."""
        said = self.said or (None,) * len(self.reference)
        return [Recording(path, str(path), text) for path, text in zip(self.reference, said, strict=True)]


class Unfinished(Checkpoints, Protocol):
    """Checkpoints that can be thrown away when the work is done."""

    def discard(self) -> None:
        """Forget what was saved. May be called twice."""


@dataclass(frozen=True)
class Cloning:
    """What makes voices. Used by one thread at a time, like its engine.

    `unfinished` gives the place for the state of the work with a key.
    """

    engine: Engine
    store: VoiceStore
    revoicing: Revoicing
    count_speakers: CountSpeakers
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
        heard = hear(order.recordings, language=order.language, count_speakers=self.count_speakers)
        told.tell(_MEASURED_PERCENT)
        checkpoint = self.checkpoint(order)
        voice = self._kept(order, heard.facts, self._enrolled(order, heard, told, checkpoint))
        checkpoint.discard()
        told.tell(100)
        return voice

    def retrain(
        self, voice: Voice, *, level: Level | None = None, seed: int = 0, progress: Progress = unheeded
    ) -> Voice:
        """The voice made anew by this engine from its recordings, under the id that it has; it speaks as it did until
        then, and if that fails. Interrupted, it goes on where it stopped. Raises BadAudio, EngineFailed, VoiceNotFound.
        """
        told = Stretches(progress)
        told.tell(0)
        reference = tuple(self.store.references(voice.id))
        said = words_beside(reference)
        order = CloneOrder(voice.name, reference, level or voice.voiceprint.level, voice.language, seed, said)
        heard = hear(order.recordings, language=voice.language, count_speakers=self.count_speakers)
        told.tell(_MEASURED_PERCENT)
        checkpoint = self.checkpoint(order)
        again = self.revoicing.revoice(voice.id, self._enrolled(order, heard, told, checkpoint))
        checkpoint.discard()
        told.tell(100)
        return again

    def _enrolled(self, order: CloneOrder, heard: Heard, told: Stretches, checkpoint: Unfinished) -> Voiceprint:
        return self.engine.enrol(
            heard.speech,
            said=heard.said,
            level=order.level,
            seed=order.seed,
            progress=told.part(_MEASURED_PERCENT, _ENROLLED_PERCENT),
            checkpoints=checkpoint,
        )

    def checkpoint(self, order: CloneOrder) -> Unfinished:
        """Where the state of this order's work is kept: its key is made of all that it depends on. Raises OSError."""
        key = hashlib.sha256(f"{self.engine.name}\n{order.level}\n{order.seed}\n".encode())
        for recording in order.recordings:
            key.update(hashlib.sha256(recording.path.read_bytes()).digest())
            key.update(hashlib.sha256((recording.said or "").encode()).digest())
        return self.unfinished(key.hexdigest()[:32])

    def _refuse_name(self, name: str) -> None:
        """Before the work, not after it."""
        check_voice_name(name)
        with suppress(VoiceNotFound):
            self.store.get(name)
            raise VoiceNameTaken(name=name)

    def _kept(self, order: CloneOrder, facts: ReferenceFacts, voiceprint: Voiceprint) -> Voice:
        voice = Voice(self.new_id(), order.name, order.language, self.now(), facts, voiceprint)
        self.store.add(voice, order.reference, order.said)
        return voice
