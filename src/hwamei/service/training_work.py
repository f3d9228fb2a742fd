"""The steps that make a voice of recordings. Each may be done again after a crash without doing harm."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from hwamei.domain.app import AppId
from hwamei.domain.audio import Audio
from hwamei.domain.errors import EngineDown, EngineFailed, NotFound, StoreUnavailable, WrongState
from hwamei.domain.language import Language
from hwamei.domain.owned_voice import OwnedVoice, ReferenceSource, VoiceState, move_voice
from hwamei.domain.problem import Problem, code_of
from hwamei.domain.speech import SpeechOrder
from hwamei.domain.stored_file import MAX_UPLOAD_BYTES, Purpose, StoredFile
from hwamei.domain.training_job import (
    JobState,
    LogEntry,
    TrainingJob,
    fail_job,
    start_job,
    succeed_job,
)
from hwamei.domain.usage import Measure, month_of
from hwamei.domain.voice import Level, Voiceprint
from hwamei.labels.aigc import AigcLabel
from hwamei.ports import (
    AppStore,
    Blobs,
    Checkpoints,
    Clock,
    Fetcher,
    FileStore,
    JobStore,
    OwnedVoices,
    Progress,
    UsageStore,
)
from hwamei.service.engines import Engines
from hwamei.service.hearing import CountSpeakers, Recording, hear, speech_of
from hwamei.service.observer import Observer
from hwamei.service.preview import PREVIEW_FORMAT, PREVIEWS, write_preview
from hwamei.service.progress import Stretches
from hwamei.service.training_clip import CLIP_FORMAT, write_clip
from hwamei.service.utterances import Mouth
from hwamei.service.voiceprint_bytes import read_voiceprint, voiceprint_bytes
from hwamei.service.workpieces import PieceCheckpoints, Workpieces

FETCHED, CHECKED, ENROLLED, TRAINED = 2.0, 4.0, 8.0, 98.0  # percent


class NotWanted(Exception):
    """The job was cancelled, or its voice is gone. Ends the work; no failure."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """How a voiceprint is to be made."""

    level: Level
    seed: int
    progress: Progress
    checkpoints: Checkpoints


@dataclass(frozen=True)
class TrainingWork:
    """Does the steps. Safe from many threads, of which one works on a job at a time."""

    jobs: JobStore
    voices: OwnedVoices
    files: FileStore
    blobs: Blobs
    pieces: Workpieces
    usage: UsageStore
    apps: AppStore
    engines: Engines
    fetcher: Fetcher
    issued_here: Callable[[str], UUID | None]
    count_speakers: CountSpeakers
    new_label: Callable[[str], AigcLabel]
    clock: Clock
    observer: Observer
    go_on: Callable[[], None]
    """Raises to end the work for now; what is done so far is kept."""

    def fetch(self, app_id: AppId, job_id: UUID) -> None:
        """Begin, and get the recordings that are named by an address. Raises NotWanted, UrlRefused, NotFetched."""
        job, voice = self._begun(*self._wanted(app_id, job_id))
        sources = []
        for number, source in enumerate(voice.reference):
            sources.append(self._here(app_id, job, voice, number, source))
            self._tell(app_id, job, FETCHED * (number + 1) / len(voice.reference))
        self._save(voice, reference=tuple(sources))
        self._note(app_id, job, "recordings fetched", recordings=len(sources))

    def check(self, app_id: AppId, job_id: UUID) -> None:
        """Measure the recordings, and keep the speech in them. Raises NotWanted, BadAudio, ReferenceRefused."""
        job, voice = self._wanted(app_id, job_id)
        with self._recordings(app_id, voice) as recordings:
            heard = hear(recordings, language=voice.language, count_speakers=self.count_speakers)
        measured = replace(voice, facts=heard.facts)
        self.files.add(app_id, self._clip(measured, heard.speech))
        self._save(voice, facts=heard.facts)
        self._note(app_id, job, "recordings checked", speech_s=round(heard.facts.speech_s, 1))
        self._tell(app_id, job, CHECKED)

    def enrol(self, app_id: AppId, job_id: UUID) -> None:
        """Make the voiceprint of the instant level, and the one that stands in for it where the app allows that. Raises
        NotWanted, EngineFailed, EngineDown."""
        self._make(app_id, job_id, Level.INSTANT, CHECKED, ENROLLED)
        if self.apps.get(app_id).stand_in:
            self._make_stand_in(app_id, job_id)

    def train(self, app_id: AppId, job_id: UUID) -> None:
        """Make the voiceprint of the trained level, if the job wants that. Goes on where it was interrupted."""
        if self._wanted(app_id, job_id)[0].level is Level.TRAINED:
            self._make(app_id, job_id, Level.TRAINED, ENROLLED, TRAINED)

    def preview(self, app_id: AppId, job_id: UUID) -> None:
        """Let the voice speak for the first time; with that the job is done. Raises NotWanted, EngineFailed."""
        job, voice = self._wanted(app_id, job_id)
        content = self.pieces.load(app_id, job_id, _print_name(job, job.level))
        if content is None:
            raise StoreUnavailable(store="workpieces", problem=f"the voiceprint of job {job_id} is gone")
        voiceprint = read_voiceprint(content)
        preview = self._preview(voice, voiceprint)
        now = self.clock()
        ready = replace(
            move_voice(voice, VoiceState.READY, now),
            engine=voiceprint.engine,
            voiceprint=voiceprint,
            stand_in=self._made_stand_in(app_id, job),
            preview_file_id=preview.id,
        )
        self._note(app_id, job, "voice ready", **{name: round(value, 3) for name, value in voiceprint.facts.items()})
        self._forget(app_id, preview.id)
        self.files.add(app_id, preview)
        try:
            self.jobs.save(app_id, succeed_job(job, now), was=JobState.TRAINING, voice=ready, at=now)
        except WrongState as error:
            self._forget(app_id, preview.id)
            raise NotWanted from error
        self._count_time(app_id, job, now)
        self.observer.ended("training_job", JobState.SUCCEEDED)

    def tidy(self, app_id: AppId, job_id: UUID) -> None:
        """Forget what the steps left for each other."""
        try:
            job = self.jobs.get(app_id, job_id)
        except NotFound:
            return
        names = [_print_name(job, level) for level in Level]
        stand_in = [_stand_in_name(job), _stand_in_checkpoint_name(job)]
        self.pieces.discard(app_id, job_id, [*names, _checkpoint_name(job), *stand_in])

    def fail(self, app_id: AppId, job_id: UUID, problem: Problem) -> None:
        """Note that the job came to nothing, unless it has ended otherwise. A voice that could speak still can."""
        while True:
            try:
                job, voice = self._wanted(app_id, job_id)
            except NotWanted:
                return
            now = self.clock()
            failed = move_voice(voice, VoiceState.FAILED, now, problem=problem)
            if voice.voiceprint is not None:
                failed = replace(failed, state=VoiceState.READY, engine=voice.voiceprint.engine)
            try:
                self.jobs.save(app_id, fail_job(job, problem, now), was=job.state, voice=failed, at=now)
            except WrongState:
                continue
            self._note(app_id, job, "failed", code=problem.code)
            self.observer.ended("training_job", JobState.FAILED)
            return

    # ---------------------------------------------------------------- recordings

    def _begun(self, job: TrainingJob, voice: OwnedVoice) -> tuple[TrainingJob, OwnedVoice]:
        if job.state is JobState.TRAINING:
            return job, voice
        now = self.clock()
        started, training = start_job(job, now), move_voice(voice, VoiceState.TRAINING, now)
        try:
            self.jobs.save(job.app_id, started, was=JobState.WAITING, voice=training, at=now)
        except WrongState as error:
            raise NotWanted from error
        self._note(job.app_id, job, "begun", attempt=started.attempts)
        return started, training

    def _here(
        self, app_id: AppId, job: TrainingJob, voice: OwnedVoice, number: int, source: ReferenceSource
    ) -> ReferenceSource:
        """The source with a file of ours."""
        if source.file_id is not None:
            return source
        assert source.url is not None
        ours = self.issued_here(source.url)
        if ours is not None:
            self.files.get(app_id, ours)
            return replace(source, file_id=ours)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "recording"
            media_type = self.fetcher.fetch(source.url, path, max_bytes=MAX_UPLOAD_BYTES)
            blob = self.blobs.add(path)
        file_id = uuid5(voice.id, f"recording {number}")
        self._forget(app_id, file_id)
        name = f"recording-{number + 1}"
        self.files.add(app_id, StoredFile(file_id, app_id, Purpose.REFERENCE, name, media_type, self.clock(), blob))
        return replace(source, file_id=file_id)

    @contextmanager
    def _recordings(self, app_id: AppId, voice: OwnedVoice) -> Iterator[list[Recording]]:
        with tempfile.TemporaryDirectory() as folder:
            recordings = []
            for number, source in enumerate(voice.reference):
                assert source.file_id is not None
                file = self.files.get(app_id, source.file_id)
                if file.blob is None:
                    raise NotFound(what="recording", given=str(file.id))
                path = Path(folder) / str(number)
                self.blobs.fetch(file.blob.sha256, path)
                recordings.append(Recording(path, f"recording {number + 1}", source.text))
            yield recordings

    def _clip(self, voice: OwnedVoice, speech: Sequence[Audio]) -> StoredFile:
        assert voice.clip_file_id is not None
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "clip"
            write_clip(speech, path)
            blob = self.blobs.add(path)
        media_type = CLIP_FORMAT.content_type
        name = f"clip.{CLIP_FORMAT}"
        return StoredFile(voice.clip_file_id, voice.app_id, Purpose.REFERENCE, name, media_type, self.clock(), blob)

    def _save(self, voice: OwnedVoice, **learnt: Any) -> None:
        """Put what was learnt into the voice as it is now: to learn it took a while, in which its app may have changed
        the rest. Raises NotFound, WrongState."""

        def learn(now: OwnedVoice) -> OwnedVoice:
            if now.state is not VoiceState.TRAINING:
                raise WrongState(what="voice", given=str(now.id), state=now.state, wanted=VoiceState.TRAINING)
            return replace(now, **learnt)

        self.voices.change(voice.app_id, voice.id, learn)

    # ---------------------------------------------------------------- voiceprints

    def _make(self, app_id: AppId, job_id: UUID, level: Level, low: float, high: float) -> None:
        job, voice = self._wanted(app_id, job_id)
        if self.pieces.load(app_id, job_id, _print_name(job, level)) is not None:
            return
        voiceprint = self._enrolled(
            voice,
            job.engine or voice.engine,
            Enrolment(
                level,
                job.seed,
                Stretches(self._teller(app_id, job)).part(low, high),
                PieceCheckpoints(self.pieces, app_id, job_id, _checkpoint_name(job)),
            ),
        )
        self.pieces.save(app_id, job_id, _print_name(job, level), voiceprint_bytes(voiceprint))
        self._note(app_id, job, f"{level} voiceprint made")

    def _make_stand_in(self, app_id: AppId, job_id: UUID) -> None:
        """The voice can do without: where it cannot be made now, the next training tries again."""
        job, voice = self._wanted(app_id, job_id)
        name = self.engines.stand_in
        if name == (job.engine or voice.engine) or self._made_stand_in(app_id, job) is not None:
            return
        checkpoints = PieceCheckpoints(self.pieces, app_id, job_id, _stand_in_checkpoint_name(job))
        enrolment = Enrolment(Level.INSTANT, job.seed, lambda _: self._tell(app_id, job, ENROLLED), checkpoints)
        try:
            voiceprint = self._enrolled(voice, name, enrolment)
        except (EngineDown, EngineFailed) as error:
            self._note(app_id, job, "nobody to stand in", engine=name, code=code_of(type(error)))
            return
        self.pieces.save(app_id, job_id, _stand_in_name(job), voiceprint_bytes(voiceprint))
        self._note(app_id, job, "stand-in voiceprint made", engine=name)

    def _made_stand_in(self, app_id: AppId, job: TrainingJob) -> Voiceprint | None:
        content = self.pieces.load(app_id, job.id, _stand_in_name(job))
        return None if content is None else read_voiceprint(content)

    def _enrolled(self, voice: OwnedVoice, engine_name: str, wanted: Enrolment) -> Voiceprint:
        with self._recordings(voice.app_id, voice) as recordings:
            speech, said = speech_of(recordings)
        with self.engines.of(engine_name).for_work() as engine:
            return engine.enrol(
                speech,
                said=said,
                level=wanted.level,
                seed=wanted.seed,
                progress=wanted.progress,
                checkpoints=wanted.checkpoints,
            )

    def _preview(self, voice: OwnedVoice, voiceprint: Voiceprint) -> StoredFile:
        order = SpeechOrder(voice.preview_text or PREVIEWS[voice.language or Language.CHINESE])
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "preview"
            with self.engines.of(voiceprint.engine).for_work() as engine:
                write_preview(Mouth(engine, voiceprint, order.delivery), order, path, self.new_label(str(voice.id)))
            blob = self.blobs.add(path)
        preview_id = uuid5(voice.id, f"preview {blob.sha256}")
        media_type = PREVIEW_FORMAT.content_type
        name = f"preview.{PREVIEW_FORMAT}"
        return StoredFile(preview_id, voice.app_id, Purpose.PREVIEW, name, media_type, self.clock(), blob)

    # ---------------------------------------------------------------- the job

    def _wanted(self, app_id: AppId, job_id: UUID) -> tuple[TrainingJob, OwnedVoice]:
        """The job and its voice. Raises NotWanted if the job has ended or either is gone."""
        try:
            job = self.jobs.get(app_id, job_id)
            voice = self.voices.get(app_id, job.voice_id)
        except NotFound as error:
            raise NotWanted from error
        if job.state.ended:
            raise NotWanted
        return job, voice

    def _teller(self, app_id: AppId, job: TrainingJob) -> Progress:
        return lambda percent: self._tell(app_id, job, percent)

    def _tell(self, app_id: AppId, job: TrainingJob, percent: float) -> None:
        """Note progress. Raises NotWanted when nobody waits for it any more, and what `go_on` raises."""
        self.go_on()
        try:
            state = self.jobs.progress(app_id, job.id, percent, at=self.clock())
        except NotFound as error:
            raise NotWanted from error
        if state.ended:
            raise NotWanted

    def _note(self, app_id: AppId, job: TrainingJob, event: str, **fields: object) -> None:
        self.jobs.log(app_id, job.id, LogEntry(self.clock(), event, fields))

    def _count_time(self, app_id: AppId, job: TrainingJob, now: datetime) -> None:
        took_ms = round((now - (job.started_at or now)) / timedelta(milliseconds=1))
        self.usage.add(app_id, month_of(now), {Measure.TRAINING_MS: took_ms})

    def _forget(self, app_id: AppId, file_id: UUID) -> None:
        try:
            self.files.delete(app_id, file_id)
        except NotFound:
            return


def _print_name(job: TrainingJob, level: Level) -> str:
    return f"run {job.run} {level} voiceprint"


def _checkpoint_name(job: TrainingJob) -> str:
    return f"run {job.run} checkpoint"


def _stand_in_name(job: TrainingJob) -> str:
    return f"run {job.run} stand-in voiceprint"


def _stand_in_checkpoint_name(job: TrainingJob) -> str:
    return f"run {job.run} stand-in checkpoint"
