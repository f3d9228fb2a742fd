"""Voices, as apps see them: ordered, looked at, renamed, trained anew, removed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import structlog

from hwamei.domain.app import App, AppId
from hwamei.domain.callback import CallbackOrder
from hwamei.domain.errors import BadField, NotFound, StoreUnavailable, TooBig, WrongState
from hwamei.domain.language import Language
from hwamei.domain.listing import MAX_PAGE_SIZE, Page, PageRequest
from hwamei.domain.owned_voice import (
    MAX_STYLES,
    Consent,
    OwnedVoice,
    ReferenceSource,
    VoiceFilter,
    VoiceState,
    move_voice,
)
from hwamei.domain.speech import SpeechOrder
from hwamei.domain.speech_task import Segment
from hwamei.domain.stored_file import MAX_PICTURE_BYTES, PICTURE_TYPES
from hwamei.domain.training_job import TrainingJob, cancel_job
from hwamei.domain.usage import Measure
from hwamei.domain.voice import Level, check_voice_name
from hwamei.ports import Clock, FileStore, Jobs, JobStore, OwnedVoices
from hwamei.service.engines import Engines
from hwamei.service.erasure import Erasure
from hwamei.service.presets import KnownPresets, Preset
from hwamei.service.script import check_script
from hwamei.service.spending import Spending
from hwamei.text.lexicon import Lexicon

log = structlog.get_logger(__name__)

Extra = Mapping[str, object]

MAX_RECORDINGS = 100
MAX_URL_CHARACTERS = 4_000
_STYLES_AT_ONCE = MAX_PAGE_SIZE // MAX_STYLES  # voices whose styles fit on one page


@dataclass(frozen=True, slots=True)
class VoiceOrder:
    """A voice to be made, or a style of one. `preview_text`: what it says first, None: a sentence of ours in its
    language; `engine` None: the app's."""

    name: str
    reference: tuple[ReferenceSource, ...]
    level: Level = Level.TRAINED
    language: Language | None = None
    seed: int = 0
    preview_text: str | None = None
    consent: Consent | None = None
    callback: CallbackOrder | None = None
    extra: Mapping[str, object] = field(default_factory=dict)
    style_of: UUID | None = None
    picture_file_id: UUID | None = None
    engine: str | None = None


@dataclass(frozen=True)
class Voices:
    """The voices of apps. Safe from many threads."""

    store: OwnedVoices
    job_store: JobStore
    files: FileStore
    jobs: Jobs
    engines: Engines
    spending: Spending
    clock: Clock
    new_id: Callable[[], UUID]
    erasure: Erasure

    def create(self, app: App, order: VoiceOrder) -> tuple[OwnedVoice, TrainingJob]:
        """A voice that waits to be trained, and its job, which will be done whatever is killed from here on.

        Raises what `check` does, NotFound for the voice of a style, QuotaUsedUp, StoreUnavailable.
        """
        self.check(app, order)
        now = self.clock()
        voice_id, job_id = self.new_id(), self.new_id()
        engine = self.engines.choose(app, order.engine)
        voice = OwnedVoice(
            id=voice_id,
            app_id=app.id,
            name=order.name,
            level=order.level,
            engine=engine,
            created_at=now,
            updated_at=now,
            reference=order.reference,
            language=order.language,
            job_id=job_id,
            preview_text=order.preview_text,
            consent=order.consent,
            extra=order.extra,
            style_of=order.style_of,
            picture_file_id=order.picture_file_id,
        )
        job = TrainingJob(
            id=job_id,
            app_id=app.id,
            voice_id=voice_id,
            level=order.level,
            created_at=now,
            updated_at=now,
            seed=order.seed,
            callback=order.callback,
            extra=order.extra,
            engine=engine,
        )
        self.store.add(app.id, voice, job, at_most=app.quota.voices if order.style_of is None else MAX_STYLES)
        self.submit(app, job)
        return voice, job

    def get(self, app: App, voice_id: UUID) -> OwnedVoice:
        """Raises NotFound."""
        return self.store.get(app.id, voice_id)

    def trace(self, app: App, voice_id: UUID) -> OwnedVoice:
        """The voice, or what is left of one that was deleted. Raises NotFound for one that never was."""
        return self.store.trace(app.id, voice_id)

    def list(self, app: App, which: VoiceFilter, page: PageRequest) -> Page[OwnedVoice]:
        """The newest first."""
        return self.store.list(app.id, which, page)

    def styles(self, app_id: AppId, voice_ids: Collection[UUID]) -> Sequence[OwnedVoice]:
        """The styles of these voices of an app, the oldest first."""
        found: list[OwnedVoice] = []
        ids = list(voice_ids)
        for start in range(0, len(ids), _STYLES_AT_ONCE):
            which = VoiceFilter(styles_of=frozenset(ids[start : start + _STYLES_AT_ONCE]))
            found += self.store.list(app_id, which, PageRequest(limit=MAX_PAGE_SIZE)).items
        return sorted(found, key=lambda style: (style.created_at, style.id))

    def rename(self, app: App, voice_id: UUID, name: str) -> OwnedVoice:
        """The voice under another name. Raises NotFound, BadVoiceName."""
        return self.amend(app, voice_id, name=name)

    def amend(
        self,
        app: App,
        voice_id: UUID,
        *,
        name: str | None = None,
        picture_file_id: UUID | None = None,
        remember: Callable[[Extra], Extra] = lambda extra: extra,
    ) -> OwnedVoice:
        """The voice with another name, picture, or `extra`, out of the one that it has. Raises NotFound, BadVoiceName,
        BadField for a file that is no picture."""

        def amended(voice: OwnedVoice) -> OwnedVoice:
            return replace(
                voice,
                name=voice.name if name is None else name,
                picture_file_id=picture_file_id or voice.picture_file_id,
                extra=remember(voice.extra),
                updated_at=self.clock(),
            )

        if picture_file_id is not None:
            self._check_picture(app, picture_file_id)
        return self.store.change(app.id, voice_id, amended)[1]

    def remember(self, app: App, voice_id: UUID, extra: Mapping[str, object]) -> OwnedVoice:
        """The voice with something else for a dialect to remember. Raises NotFound."""
        return self.store.change(app.id, voice_id, lambda voice: replace(voice, extra=extra, updated_at=self.clock()))[
            1
        ]

    def let_expire(self, app: App, voice_id: UUID, at: datetime | None) -> OwnedVoice:
        """The voice, which will be gone at that moment, or never. Raises NotFound."""
        return self.store.change(
            app.id, voice_id, lambda voice: replace(voice, expires_at=at, updated_at=self.clock())
        )[1]

    def retrain(
        self,
        app: App,
        voice_id: UUID,
        *,
        level: Level | None = None,
        seed: int | None = None,
        callback: CallbackOrder | None = None,
        engine: str | None = None,
    ) -> tuple[OwnedVoice, TrainingJob]:
        """The voice waiting to be trained anew from its recordings, and the new job. It keeps speaking as it did, with
        its engine, until it is ready for the other one. `engine` None: the one that it has.

        Raises NotFound, Unknown for the engine, WrongState while it is being trained.
        """
        voice = self.store.get(app.id, voice_id)
        wanted = voice.engine if engine is None else self.engines.choose(app, engine)
        again = replace(voice, engine=wanted)
        return self._again(app, again, level=level, seed=seed or 0, callback=callback)

    def add_recordings(
        self, app: App, voice_id: UUID, more: Sequence[ReferenceSource]
    ) -> tuple[OwnedVoice, TrainingJob]:
        """The voice waiting to be trained anew from its recordings and more of them, and the new job. It keeps speaking
        as it did. Raises NotFound, BadField for too many, WrongState while it is being trained."""
        voice = self.store.get(app.id, voice_id)
        reference = (*voice.reference, *more)
        self._check_reference(app, reference)
        return self._again(app, replace(voice, reference=reference))

    def _again(
        self,
        app: App,
        voice: OwnedVoice,
        *,
        level: Level | None = None,
        seed: int = 0,
        callback: CallbackOrder | None = None,
    ) -> tuple[OwnedVoice, TrainingJob]:
        if not voice.reference:
            raise WrongState(what="voice", given=str(voice.id), state="without recordings", wanted=VoiceState.QUEUED)
        now = self.clock()
        wanted = level or voice.level
        job = TrainingJob(
            self.new_id(), app.id, voice.id, wanted, now, now, seed=seed, callback=callback, engine=voice.engine
        )
        again = replace(move_voice(voice, VoiceState.QUEUED, now), job_id=job.id, level=wanted)
        self.store.order(app.id, again, job, was=voice.state)
        self.submit(app, job)
        return again, job

    def delete(self, app: App, voice_id: UUID) -> None:
        """Remove the voice, its voiceprint, its recordings and its styles; jobs in hand are cancelled. Raises
        NotFound."""
        for style in self.styles(app.id, [voice_id]):
            with suppress(NotFound):
                self.delete(app, style.id)
        contents = self._contents(app, self.store.get(app.id, voice_id).file_ids)
        before, gone = self.store.change(
            app.id, voice_id, lambda voice: move_voice(voice, VoiceState.DELETED, self.clock())
        )
        if gone.job_id is not None:
            self._cancel(app, gone.job_id)
        for file_id in before.file_ids:
            self._delete_file(app, file_id)
        self.erasure.erase(contents)

    @cached_property
    def _own(self) -> KnownPresets:
        return KnownPresets(self.engines.with_presets)

    def presets(self) -> Sequence[Preset]:
        """The voices that the engine brings along, the default first."""
        return self._own.now()

    def native_presets(self) -> Sequence[Preset]:
        """Those whose mother tongue is one of our languages; all, where the engine's voices have no mother tongue."""
        presets = self.presets()
        return [preset for preset in presets if preset.language is not None] or presets

    def check(self, app: App, order: VoiceOrder) -> None:
        """Raises BadField, BadVoiceName, NotFound for a file that is not there; TextEmpty, TextTooLong, BadMarkup for a
        preview that cannot be spoken; Unknown for an engine."""
        check_voice_name(order.name)
        self.engines.choose(app, order.engine)
        self._check_reference(app, order.reference)
        if order.preview_text is not None:
            check_script([Segment(SpeechOrder(order.preview_text), "")], Lexicon())
        if order.picture_file_id is not None:
            self._check_picture(app, order.picture_file_id)

    def _check_reference(self, app: App, reference: Sequence[ReferenceSource]) -> None:
        """Raises BadField, NotFound for a file that is not there."""
        if not 1 <= len(reference) <= MAX_RECORDINGS:
            problem = f"give 1 to {MAX_RECORDINGS} recordings"
            raise BadField(name="reference", given=f"{len(reference)} recordings", problem=problem)
        for source in reference:
            if source.file_id is not None:
                self.files.get(app.id, source.file_id)
            elif not source.url or len(source.url) > MAX_URL_CHARACTERS:
                raise BadField(name="reference", given=str(source.url)[:100], problem="give a file or an address")

    def _check_picture(self, app: App, file_id: UUID) -> None:
        """Raises NotFound, BadField, TooBig."""
        file = self.files.get(app.id, file_id)
        if file.media_type not in PICTURE_TYPES:
            raise BadField(name="picture", given=file.media_type, problem=f"send one of {', '.join(PICTURE_TYPES)}")
        if file.blob is not None and file.blob.size_bytes > MAX_PICTURE_BYTES:
            raise TooBig(what="the picture", allowed=MAX_PICTURE_BYTES)

    def submit(self, app: App, job: TrainingJob) -> None:
        """See that an accepted job is done. Raises StoreUnavailable."""
        self.spending.spend(app, {Measure.TRAINING_JOBS: 1})
        try:
            self.jobs.submit_job(app, job)
        except StoreUnavailable as error:  # it is accepted: the next sweep submits it
            log.warning("job not submitted yet", job_id=str(job.id), problem=error.problem)

    def _replaced(self, app: App, voice_id: UUID, **changes: Any) -> OwnedVoice:
        now = self.clock()
        return self.store.change(app.id, voice_id, lambda voice: replace(voice, **changes, updated_at=now))[1]

    def _cancel(self, app: App, job_id: UUID) -> None:
        while not (job := self.job_store.get(app.id, job_id)).state.ended:
            now = self.clock()
            try:
                self.job_store.save(app.id, cancel_job(job, now), was=job.state, at=now)
            except WrongState:
                continue
            self.jobs.forget(job)

    def _contents(self, app: App, file_ids: Collection[UUID]) -> Sequence[str]:
        """SHA-256 of what is in the files, while they are there."""
        contents = []
        for file_id in file_ids:
            with suppress(NotFound):
                blob = self.files.get(app.id, file_id).blob
                contents += [] if blob is None else [blob.sha256]
        return contents

    def _delete_file(self, app: App, file_id: UUID) -> None:
        with suppress(NotFound):
            self.files.delete(app.id, file_id)
