"""Every seam of the product on one page. Each has at most seven verbs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol
from uuid import UUID

from hwamei.domain.audio import Audio
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import SpokenUtterance, Utterance
from hwamei.domain.voice import Level, Voice, Voiceprint

Progress = Callable[[float], None]
"""Told how far work has come, 0..100, never going back. Raising from it ends the work (this is how to cancel)."""


class Checkpoints(Protocol):
    """Where long work keeps what it has, so that it can go on after an interruption."""

    def load(self) -> bytes | None:
        """What was last saved, or None. May be called twice."""

    def save(self, state: bytes) -> None:
        """Replace what was saved, all or nothing."""


class Engine(AbstractContextManager["Engine"], Protocol):
    """Turns recordings into voiceprints and utterances into sound. Leaving the context frees what it holds.

    Used by one thread at a time. An engine keeps no state between calls that a result depends on.
    """

    name: str
    sample_rate_hz: int

    def enrol(
        self, reference: Sequence[Audio], *, level: Level, seed: int, progress: Progress, checkpoints: Checkpoints
    ) -> Voiceprint:
        """A voiceprint of the person who speaks in all the recordings (speech only, already checked, any rate).

        The same reference, level and seed give the same voiceprint, also after resuming from a checkpoint. `trained`
        is never less like the person than `instant`. Raises EngineFailed.
        """

    def preset(self, name: str) -> Voiceprint:
        """The voiceprint of a voice that the engine brings along. Raises Unknown."""

    def presets(self) -> Sequence[str]:
        """The names of the voices that the engine brings along, the default first."""

    def speak(self, utterance: Utterance, voiceprint: Voiceprint, delivery: Delivery) -> SpokenUtterance:
        """The utterance as sound at sample_rate_hz. Raises EngineFailed; never gives NaN or silence for words."""


class VoiceStore(Protocol):
    """Keeps voices. Safe to use from several processes: each verb happens wholly or not at all."""

    def add(self, voice: Voice, reference: Sequence[Path]) -> None:
        """Keep a voice and copies of the recordings that it was made from. Raises VoiceNameTaken."""

    def get(self, id_or_name: str) -> Voice:
        """The voice with this id (any UUID spelling) or name. Raises VoiceNotFound."""

    def list(self) -> Sequence[Voice]:
        """All voices, the newest first."""

    def references(self, voice_id: UUID) -> Sequence[Path]:
        """The recordings that the voice was made from. Raises VoiceNotFound."""

    def delete(self, voice_id: UUID) -> None:
        """Remove the voice and its recordings. Raises VoiceNotFound."""

    def export_voice(self, voice_id: UUID, target: Path) -> None:
        """Write the voice with its recordings into one file, replacing it wholly. Raises VoiceNotFound."""

    def import_voice(self, source: Path, *, name: str | None = None) -> Voice:
        """Keep the voice in the file, under another name if given. Raises BadVoiceFile, VoiceNameTaken."""
