"""Every seam of the product on one page. Each has at most seven verbs."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, runtime_checkable
from uuid import UUID

from hwamei.domain.app import App, AppId, Credentials, EngineChoice, Quota
from hwamei.domain.audio import Audio
from hwamei.domain.callback import Callback
from hwamei.domain.language import Language
from hwamei.domain.listing import NEWEST_FIRST, Order, Page, PageRequest
from hwamei.domain.owned_voice import OwnedVoice, VoiceFilter, VoiceState
from hwamei.domain.speech import Delivery
from hwamei.domain.speech_task import SpeechTask, TaskFilter, TaskState
from hwamei.domain.stored_file import Blob, StoredFile
from hwamei.domain.template import Template
from hwamei.domain.training_job import JobFilter, JobState, LogEntry, TrainingJob
from hwamei.domain.usage import Cost, Measure, Usage
from hwamei.domain.utterance import SpokenUtterance, Utterance
from hwamei.domain.voice import Gender, Level, Voice, Voiceprint

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

    `speak` and `preset` may be called from several threads at once, also while a voice is enrolled. An engine keeps no
    state between calls that a result depends on. One that is not to be had now raises EngineDown from each verb.
    """

    name: str
    sample_rate_hz: int

    def enrol(
        self,
        reference: Sequence[Audio],
        *,
        said: Sequence[str | None] = (),
        level: Level,
        seed: int,
        progress: Progress,
        checkpoints: Checkpoints,
    ) -> Voiceprint:
        """A voiceprint of the person who speaks in all the recordings (speech only, already checked, any rate).
        `said`: what is said in each of them, None where that is not known; empty: nowhere.

        The same reference, level and seed give the same voiceprint, also after resuming from a checkpoint. `trained`
        is never less like the person than `instant`. Raises EngineFailed.
        """

    def preset(self, name: str) -> Voiceprint:
        """The voiceprint of a voice that the engine brings along. Raises Unknown."""

    def presets(self) -> Sequence[str]:
        """The names of the voices that the engine brings along, the default first."""

    def preset_language(self, name: str) -> Language | None:
        """The language that is the mother tongue of such a voice; None if neither of ours is. Raises Unknown."""

    def preset_gender(self, name: str) -> Gender | None:
        """What such a voice sounds like; None if neither. Raises Unknown."""

    def speak(self, utterance: Utterance, voiceprint: Voiceprint, delivery: Delivery) -> SpokenUtterance:
        """The utterance as sound at sample_rate_hz. Raises EngineFailed; never gives NaN or silence for words."""


@runtime_checkable
class StreamingEngine(Engine, Protocol):
    """An engine that gives sound while an utterance is still being made."""

    def stream(
        self, utterance: Utterance, voiceprint: Voiceprint, delivery: Delivery
    ) -> Generator[Audio, None, SpokenUtterance]:
        """The utterance piece by piece, at sample_rate_hz; what it returns at its end is the whole, of which the pieces
        one after the other are the sound. Closing it ends the work. Raises EngineFailed."""


@runtime_checkable
class EarlyEngine(Engine, Protocol):
    """An engine that gives the first words of an utterance before it has made the rest."""

    def speak_early(
        self, utterance: Utterance, voiceprint: Voiceprint, delivery: Delivery
    ) -> Generator[SpokenUtterance, None, None]:
        """The utterance in parts of whole words, each as soon as it is there; their sounds one after the other are its
        sound. Closing it ends the work. Raises EngineFailed."""


@runtime_checkable
class EngineWithCapacity(Protocol):
    """An engine that knows how much it can do, whatever the settings say of others: its work is done elsewhere."""

    @property
    def capacity(self) -> int:
        """How many utterances it can speak at once, at this moment."""


class VoiceStore(Protocol):
    """Keeps voices. Safe to use from several processes: each verb happens wholly or not at all."""

    def add(self, voice: Voice, reference: Sequence[Path], said: Sequence[str | None] = ()) -> None:
        """Keep a voice and copies of the recordings that it was made from, with what is said in each as a text file
        beside it, where that is known. Raises VoiceNameTaken."""

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


class Revoicing(Protocol):
    """Gives voices that are kept another voiceprint. Safe to use from several processes."""

    def revoice(self, voice_id: UUID, voiceprint: Voiceprint) -> Voice:
        """The voice, which speaks with that from now on. All or nothing. Raises VoiceNotFound, BadVoiceFile."""


# ---------------------------------------------------------------- what a server keeps
#
# Safe from several threads and processes; each verb happens wholly or not at all. Every verb of what belongs to an app
# takes the app first and sees nothing of another's: a foreign id raises NotFound like an unknown one. All raise
# StoreUnavailable.


class AppStore(Protocol):
    """The apps themselves."""

    def add(self, app: App, credentials: Credentials) -> None:
        """Keep an app; of the key only its hash, the secret encrypted. Raises AppTaken."""

    def get(self, app_id: AppId) -> App:
        """Raises NotFound."""

    def by_key(self, api_key: str) -> App | None:
        """The app that the key belongs to, disabled or not; None if there is none."""

    def list(self) -> Sequence[App]:
        """All apps, the oldest first."""

    def secret(self, app_id: AppId) -> str:
        """The signing secret. Raises NotFound."""

    def change(
        self,
        app_id: AppId,
        *,
        disabled: bool | None = None,
        quota: Quota | None = None,
        engine: EngineChoice | None = None,
    ) -> App:
        """Change what is given. Raises NotFound."""

    def rotate(self, credentials: Credentials) -> None:
        """Replace secret and key; the old ones are void at once, and so is a token that was got with them. Raises
        NotFound."""


class TokenStore(Protocol):
    """Tokens that apps sign in with for a time: one at most for each app."""

    def put(self, app_id: AppId, token: str, *, until: datetime) -> None:
        """Keep a hash of the app's new token; the one before it is void at once. Raises NotFound."""

    def app_of(self, token: str, now: datetime) -> App | None:
        """The app that the token belongs to, disabled or not; None if there is none, or its time is over."""


class OwnedVoices(Protocol):
    """The voices of apps, with the training job of each."""

    def add(self, app_id: AppId, voice: OwnedVoice, job: TrainingJob, *, at_most: int | None = None) -> None:
        """Keep a new voice and its first job. Raises QuotaUsedUp where the app has `at_most` voices already, or the
        voice so many styles; NotFound for a style of no voice."""

    def get(self, app_id: AppId, voice_id: UUID) -> OwnedVoice:
        """A voice, or a style of one, that is not deleted. Raises NotFound."""

    def trace(self, app_id: AppId, voice_id: UUID) -> OwnedVoice:
        """A voice, or what is left of one that was deleted. Raises NotFound for one that never was."""

    def list(self, app_id: AppId, which: VoiceFilter, page: PageRequest) -> Page[OwnedVoice]:
        """The newest first, without the arrays of their voiceprints: get the voice that is to speak or to be saved."""

    def change(
        self, app_id: AppId, voice_id: UUID, change: Callable[[OwnedVoice], OwnedVoice]
    ) -> tuple[OwnedVoice, OwnedVoice]:
        """A voice that is not deleted, before and after a change. Nobody else changes it meanwhile, so `change`, which
        is given the voice as it is, should be quick. Raises NotFound, and what `change` raises, which changes
        nothing."""

    def order(self, app_id: AppId, voice: OwnedVoice, job: TrainingJob, *, was: VoiceState) -> None:
        """Save a voice that is to be trained anew together with its new or retried job. Raises WrongState, NotFound."""


class Shares(Protocol):
    """Voices that apps let each other use: the one thing that reaches across apps. A voice that is gone is nobody's."""

    def offer(self, app_id: AppId, voice_id: UUID, *, share_id: UUID, at: datetime) -> UUID:
        """The id under which one other app may take the voice: the one that is open, or else `share_id`. Raises
        NotFound."""

    def take(self, app_id: AppId, share_id: UUID, *, at: datetime) -> OwnedVoice:
        """Let the app use the voice from now on; to others the id is unknown then. Who offers a voice takes nothing.
        May be called twice. Raises NotFound."""

    def list(self, app_id: AppId) -> Sequence[OwnedVoice]:
        """The voices that the app has taken, the last one first, without the arrays of their voiceprints."""

    def get(self, app_id: AppId, voice_id: UUID) -> OwnedVoice:
        """A voice that the app has taken, or a style of one. Raises NotFound."""

    def give_back(self, app_id: AppId, voice_id: UUID) -> None:
        """Use the voice no longer. Raises NotFound."""


class JobStore(Protocol):
    """Training jobs."""

    def get(self, app_id: AppId, job_id: UUID) -> TrainingJob:
        """Raises NotFound."""

    def list(
        self, app_id: AppId, which: JobFilter, page: PageRequest, order: Order = NEWEST_FIRST
    ) -> Page[TrainingJob]:
        """In that order."""

    def save(
        self, app_id: AppId, job: TrainingJob, *, was: JobState, voice: OwnedVoice | None = None, at: datetime
    ) -> None:
        """Replace a job, but for its extra, if it still is in the state that it was in, with its voice; in the same
        transaction, put its callback into the outbox if it has ended. Raises WrongState, NotFound."""

    def remember(self, app_id: AppId, job_id: UUID, extra: Mapping[str, object]) -> None:
        """Replace the job's extra, and so its labels, in whatever state it is. Raises NotFound."""

    def progress(self, app_id: AppId, job_id: UUID, progress: float, *, at: datetime) -> JobState:
        """Note how far a training job is; the state tells whether it is still wanted. Raises NotFound."""

    def log(self, app_id: AppId, job_id: UUID, entry: LogEntry) -> None:
        """Add a line. Raises NotFound."""

    def read_log(self, app_id: AppId, job_id: UUID) -> Sequence[LogEntry]:
        """All lines, the oldest first. Raises NotFound."""


class TaskStore(Protocol):
    """Speech tasks."""

    def add(
        self, app_id: AppId, task: SpeechTask, *, at_most: int | None = None, cost: Cost | None = None
    ) -> SpeechTask:
        """Keep a new task and write down its cost, or give the one that was made with the same idempotency key.

        Raises IdempotencyConflict; QuotaUsedUp where `at_most` tasks wait or run already or the cost is too much."""

    def get(self, app_id: AppId, task_id: UUID) -> SpeechTask:
        """Raises NotFound."""

    def list(self, app_id: AppId, which: TaskFilter, page: PageRequest) -> Page[SpeechTask]:
        """The newest first."""

    def save(self, app_id: AppId, task: SpeechTask, *, was: TaskState, files: Sequence[StoredFile] = ()) -> None:
        """Replace a task if it still is in the state that it was in, and keep its files; in the same transaction, put
        its callback into the outbox if it has ended. Raises WrongState, NotFound."""

    def progress(  # by keyword, but for what it is
        self,
        app_id: AppId,
        task_id: UUID,
        progress: float,
        finished_s: float,
        *,
        at: datetime,
        files: Sequence[StoredFile] = (),
    ) -> TaskState:
        """Note how far a running task is, and keep its files; the state tells whether it is still wanted. Raises
        NotFound."""

    def delete(self, app_id: AppId, task_id: UUID) -> None:
        """Remove a task that has ended, with its files. Raises NotFound, WrongState."""


class FileStore(Protocol):
    """Which files an app has; their content is in Blobs."""

    def add(self, app_id: AppId, *kept: StoredFile) -> None:
        """Keep files, with their content or without. May be called twice."""

    def get(self, app_id: AppId, file_id: UUID) -> StoredFile:
        """Raises NotFound."""

    def fill(self, app_id: AppId, file_id: UUID, blob: Blob, *, media_type: str) -> StoredFile:
        """Give a file its content. Raises NotFound, WrongState if it has other content already and is no draft."""

    def save(self, app_id: AppId, file: StoredFile) -> None:
        """Replace purpose, name, media type and expiry. Raises NotFound."""

    def delete(self, app_id: AppId, file_id: UUID) -> None:
        """Remove a file; its content goes when nothing else has the same. Raises NotFound."""


@dataclass(frozen=True, slots=True)
class LexiconVersion:
    """A reading dictionary of an app, in the form of docs/text.md. `version` counts from 1; old ones stay readable."""

    name: str
    version: int
    text: str
    created_at: datetime


class LexiconStore(Protocol):
    """Reading dictionaries of apps."""

    def put(self, app_id: AppId, name: str, text: str, *, at: datetime, after: int | None = None) -> LexiconVersion:
        """A new version, or the newest one if nothing changed. `after`: the version that was changed, 0 where there
        was none. Raises WrongState where somebody else changed it meanwhile."""

    def get(self, app_id: AppId, name: str, version: int | None = None) -> LexiconVersion:
        """That version, or the newest. Raises NotFound."""

    def list(self, app_id: AppId) -> Sequence[LexiconVersion]:
        """The newest version of each, by name."""

    def delete(self, app_id: AppId, name: str) -> None:
        """Remove all versions; tasks that were accepted with one keep it. Raises NotFound."""


class TemplateStore(Protocol):
    """Texts that apps keep for later."""

    def add(self, app_id: AppId, template: Template) -> None:
        """Keep a new template."""

    def get(self, app_id: AppId, template_id: UUID) -> Template:
        """Raises NotFound."""

    def list(self, app_id: AppId, page: PageRequest) -> Sequence[Template]:
        """The newest first."""

    def save(self, app_id: AppId, template: Template) -> None:
        """Replace name, parts and extra. Raises NotFound."""

    def delete(self, app_id: AppId, template_id: UUID) -> None:
        """Raises NotFound."""


class UsageStore(Protocol):
    """What apps have used, month by month."""

    def add(self, app_id: AppId, month: str, amounts: Mapping[Measure, int]) -> None:
        """Add to the amounts."""

    def spend(self, app_id: AppId, cost: Cost) -> None:
        """Add to the amounts. Raises QuotaUsedUp, and adds nothing, where that would be more than is allowed."""

    def get(self, app_id: AppId, month: str) -> Usage:
        """Zero where nothing was used."""


class Upkeep(Protocol):
    """What workers need of all apps' things: only where work is, never what is in it."""

    def unfinished(self, *, before: datetime) -> Sequence[tuple[str, AppId, UUID, int, int]]:
        """(`speech_task` or `training_job`, app, id, run, priority; 0 for jobs) of what has not ended and was last
        touched before a moment: its workflow may never have been started."""

    def due_callbacks(self, now: datetime, *, lease_s: float, at_most: int) -> Sequence[Callback]:
        """Callbacks to be tried now, nobody else's for `lease_s` from now."""

    def save_callback(self, callback: Callback) -> None:
        """Replace state, attempts, problem and the next attempt."""

    def beat(self, executor_id: str, now: datetime) -> None:
        """Note that a worker is alive."""

    def silent_workers(self, *, since: datetime) -> Sequence[str]:
        """Executors whose last beat is older, each told to one asker only: they are forgotten by this."""

    def expire(self, now: datetime) -> Sequence[tuple[AppId, UUID]]:
        """Remove files whose time has come and ended tasks beyond their app's retention, and expire voices; returns the
        expired voices."""

    def waiting(self) -> Mapping[str, tuple[int, datetime | None]]:
        """For `speech_task` and `training_job`: how many wait, and since when the oldest has."""

    def in_use(self, sha256s: Sequence[str]) -> frozenset[str]:
        """Which of these contents some file still has."""


class Blobs(Protocol):
    """Content under its SHA-256, the same content once. Safe from several threads and processes. Raises
    StoreUnavailable."""

    def add(self, source: Path) -> Blob:
        """Keep the content of a file, or find that it is there."""

    def read(self, sha256: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from start to end (not included), in pieces. Raises NotFound before the first piece."""

    def fetch(self, sha256: str, target: Path) -> None:
        """Write the content into a file. Raises NotFound."""

    def remove(self, sha256: str, *, unless_added_since: datetime | None = None) -> None:
        """Remove the content, if it was not added again since a moment. May be called twice."""

    def older_than(self, moment: datetime) -> Iterator[str]:
        """The contents that were last added before a moment: candidates for removal when no file has them."""

    def check(self) -> None:
        """Find out, quickly and however much there is, whether content can be kept and read."""


class Jobs(Protocol):
    """Durable work. What is submitted is done once, whatever is killed. Raises StoreUnavailable."""

    def submit_task(self, app: App, task: SpeechTask) -> None:
        """See that a task is spoken. May be called twice; a new `run` is new work."""

    def submit_job(self, app: App, job: TrainingJob) -> None:
        """See that a job is done. May be called twice; a new `run` is new work."""

    def forget(self, work: SpeechTask | TrainingJob) -> None:
        """Take work that is not wanted any more out of the queue. Running work ends by itself. May be called twice."""

    def depth(self) -> Mapping[str, tuple[int, float]]:
        """For `speech_task` and `training_job`: how many wait, and for how many seconds the oldest has."""


class Fetcher(Protocol):
    """Gets what an address names, for somebody who may not be trusted."""

    def fetch(self, url: str, target: Path, *, max_bytes: int) -> str:
        """Write what is there into a file; the media type that the content shows. Raises UrlRefused, NotFetched,
        TooBig."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Send, and return the HTTP status. Raises UrlRefused, NotFetched."""


Clock = Callable[[], datetime]
"""Now, with its time zone."""
