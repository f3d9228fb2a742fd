"""Voices on their way to another server or to the command line, and back: one `.hwamei` file each."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from uuid import UUID, uuid5

from hwamei.domain.app import App
from hwamei.domain.errors import BadAudio, BadVoiceFile, EngineFailed, HwameiError, ReferenceRefused, WrongState
from hwamei.domain.owned_voice import Consent, OwnedVoice, ReferenceSource, VoiceState
from hwamei.domain.speech import SpeechOrder
from hwamei.domain.stored_file import Purpose, StoredFile
from hwamei.domain.training_job import JobState, LogEntry, TrainingJob
from hwamei.domain.voice import Voice, check_voice_name
from hwamei.labels.aigc import AigcLabel
from hwamei.ports import Clock
from hwamei.service.engines import Engines
from hwamei.service.files import Files
from hwamei.service.hearing import CountSpeakers, Heard, Recording, hear
from hwamei.service.preview import PREVIEW_FORMAT, PREVIEWS, write_preview
from hwamei.service.training_clip import CLIP_FORMAT, write_clip
from hwamei.service.utterances import Mouth
from hwamei.service.voice_orders import Voices

IMPORTED = "imported"
"""What the log of a job says whose voice came in a file."""


@dataclass(frozen=True, eq=False)
class PackedVoice:
    """What is in the file of a voice."""

    voice: Voice
    reference: tuple[Path, ...]
    said: tuple[str | None, ...] = ()
    consent: Consent | None = None

    @property
    def told(self) -> tuple[tuple[Path, str | None], ...]:
        """The recordings with what is said in them."""
        return tuple(zip_longest(self.reference, self.said[: len(self.reference)]))


Pack = Callable[[PackedVoice, Path], None]
"""Writes a voice into a file, which appears when it is complete."""
Unpack = Callable[[Path, Path], PackedVoice]
"""The voice in a file, its recordings in an empty folder; trusts nothing in it. Raises BadVoiceFile, BadVoiceName."""


@dataclass(frozen=True)
class Carrying:
    """Takes voices of apps out and in. Safe from many threads."""

    voices: Voices
    files: Files
    engines: Engines
    pack: Pack
    unpack: Unpack
    count_speakers: CountSpeakers
    new_label: Callable[[], AigcLabel]
    clock: Clock
    new_id: Callable[[], UUID]

    def write(self, app: App, voice_id: UUID, target: Path) -> None:
        """The voice with its recordings and the consent as one file. Raises NotFound, WrongState if it cannot speak."""
        voice = self.voices.get(app, voice_id)
        if voice.voiceprint is None or voice.facts is None:
            raise WrongState(what="voice", given=str(voice_id), state=voice.state, wanted="exported")
        carried = Voice(voice.id, voice.name, voice.language, voice.created_at, voice.facts, voice.voiceprint)
        with tempfile.TemporaryDirectory() as folder:
            reference = tuple(self._copied(app, voice, Path(folder)))
            said = tuple(source.text for source in voice.reference)
            self.pack(PackedVoice(carried, reference, said, voice.consent), target)

    def read(self, app: App, source: Path, *, name: str | None = None) -> OwnedVoice:
        """The voice in a file as a new one of the app, with what is measured on its recordings here, heard once.

        Nothing is kept where it raises: BadVoiceFile, BadVoiceName, QuotaUsedUp, TooBig, EngineDown,
        StoreUnavailable.
        """
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            packed = self.unpack(source, place)
            voice = self._arrived(app, packed, check_voice_name(name or packed.voice.name))
            heard = self._heard(packed)
            voice = replace(voice, facts=heard.facts)
            self._let_speak(voice, place / "preview")
            write_clip(heard.speech, place / "clip")
            return self._kept(app, voice, packed.told, place)

    def _copied(self, app: App, voice: OwnedVoice, folder: Path) -> Iterator[Path]:
        for number, source in enumerate(voice.reference):
            assert source.file_id is not None, "a voice that can speak has been fetched"
            file = self.files.get(app, source.file_id)
            path = folder / f"{number:02}{Path(file.name).suffix}"
            self.files.local_copy(app, file, path)
            yield path

    def _arrived(self, app: App, packed: PackedVoice, name: str) -> OwnedVoice:
        now, carried = self.clock(), packed.voice
        engine = carried.voiceprint.engine
        if engine not in self.engines.names():
            known = ", ".join(self.engines.names())
            raise _bad(f"it speaks with the engine {engine}, which is not here (but {known}); clone it again")
        return OwnedVoice(
            id=self.new_id(),
            app_id=app.id,
            name=name,
            level=carried.voiceprint.level,
            engine=engine,
            created_at=now,
            updated_at=now,
            language=carried.language,
            state=VoiceState.READY,
            voiceprint=carried.voiceprint,
            consent=packed.consent,
        )

    def _heard(self, packed: PackedVoice) -> Heard:
        recordings = [Recording(path, path.name, said) for path, said in packed.told]
        try:
            return hear(recordings, language=packed.voice.language, count_speakers=self.count_speakers)
        except (BadAudio, ReferenceRefused) as error:
            raise _bad(f"its recordings cannot be used: {error}") from error

    def _let_speak(self, voice: OwnedVoice, target: Path) -> None:
        """Whether it can: what an engine keeps is known to the engine alone."""
        assert voice.voiceprint is not None
        order = SpeechOrder(PREVIEWS[voice.language] if voice.language else " ".join(PREVIEWS.values()))
        try:
            with self.engines.of(voice.voiceprint.engine).for_work() as engine:
                write_preview(Mouth(engine, voice.voiceprint, order.delivery), order, target, self.new_label())
        except (EngineFailed, LookupError, ValueError, TypeError) as error:  # numbers that are no voiceprint
            raise _bad("the engine cannot speak with what is in it") from error

    def _kept(self, app: App, voice: OwnedVoice, told: Sequence[tuple[Path, str | None]], place: Path) -> OwnedVoice:
        with self._whole(app) as kept:
            sources = []
            for path, said in told:
                kept.append(self.files.keep(app, path, purpose=Purpose.REFERENCE, name=path.name))
                sources.append(ReferenceSource(file_id=kept[-1].id, text=said))
            name, media_type = f"preview.{PREVIEW_FORMAT}", PREVIEW_FORMAT.content_type
            preview = uuid5(voice.id, "preview of what was imported")
            kept.append(
                self.files.keep(
                    app, place / "preview", purpose=Purpose.PREVIEW, name=name, media_type=media_type, file_id=preview
                )
            )
            clip, media_type = voice.clip_file_id, CLIP_FORMAT.content_type
            name = f"clip.{CLIP_FORMAT}"
            kept.append(
                self.files.keep(
                    app, place / "clip", purpose=Purpose.REFERENCE, name=name, media_type=media_type, file_id=clip
                )
            )
            job = self._job(voice, self.clock())
            ready = replace(voice, reference=tuple(sources), preview_file_id=preview, job_id=job.id)
            self.voices.store.add(app.id, ready, job, at_most=app.quota.voices)
        self.voices.job_store.log(app.id, job.id, LogEntry(job.created_at, IMPORTED, {}))
        return ready

    @contextmanager
    def _whole(self, app: App) -> Iterator[list[StoredFile]]:
        """A list of files that are deleted again where what they are kept for comes to nothing."""
        kept: list[StoredFile] = []
        try:
            yield kept
        except HwameiError:
            for file in kept:
                self.files.delete(app, file.id)
            raise

    def _job(self, voice: OwnedVoice, now: datetime) -> TrainingJob:
        """The job of a voice that needed none."""
        return TrainingJob(
            id=self.new_id(),
            app_id=voice.app_id,
            voice_id=voice.id,
            level=voice.level,
            created_at=now,
            updated_at=now,
            state=JobState.SUCCEEDED,
            progress=100.0,
            started_at=now,
            ended_at=now,
        )


def _bad(problem: str) -> BadVoiceFile:
    return BadVoiceFile(source="the file", problem=problem)
