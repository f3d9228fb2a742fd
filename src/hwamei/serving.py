"""The composition root of servers: settings → stores, engine, services → platform and worker. Only it and `app` know
everybody."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from uuid import uuid4

from hwamei import dialects, engines
from hwamei.domain.audio import Audio
from hwamei.domain.callback import Callback
from hwamei.domain.errors import EngineDown, HwameiError, StoreUnavailable
from hwamei.domain.speech_task import SpeechTask
from hwamei.domain.training_job import TrainingJob
from hwamei.fetch.fetcher import open_fetcher
from hwamei.jobs.doorbell import Doorbell
from hwamei.jobs.housekeeping import Housekeeping, Rhythm
from hwamei.jobs.queues import jobs_database, prepare
from hwamei.jobs.submitting import DbosJobs
from hwamei.jobs.worker import Capacity, Worker
from hwamei.jobs.workflows import Hands, Retries, Workflows
from hwamei.labels.aigc import AigcLabel
from hwamei.models import locate
from hwamei.models.catalogue import GE2E
from hwamei.ports import Blobs, Fetcher
from hwamei.service.accounts import Accounts
from hwamei.service.carrying import Carrying, PackedVoice
from hwamei.service.casting import Casting
from hwamei.service.deliveries import Deliveries, Render, Rendered
from hwamei.service.drafts import Drafts
from hwamei.service.engine_pool import EnginePool
from hwamei.service.engines import Engines
from hwamei.service.erasure import Erasure
from hwamei.service.files import Files
from hwamei.service.invitations import Invitations
from hwamei.service.observer import Observer, Unobserved
from hwamei.service.parted_uploads import PartedUploads
from hwamei.service.passes import Passes
from hwamei.service.platform import Platform
from hwamei.service.preset_previews import PresetPreviews
from hwamei.service.rates import Rates
from hwamei.service.sharing import Sharing
from hwamei.service.speak_now import SpeakNow
from hwamei.service.speech_tasks import SpeechTasks
from hwamei.service.spending import Spending
from hwamei.service.task_work import STEP_S, TaskWork
from hwamei.service.tokens import Tokens
from hwamei.service.training_jobs import TrainingJobs
from hwamei.service.training_work import TrainingWork
from hwamei.service.voice_orders import Voices
from hwamei.service.workpieces import Workpieces
from hwamei.settings import Settings
from hwamei.storage.blobs.opening import open_blobs
from hwamei.storage.carried import pack_voice, unpack_voice
from hwamei.storage.sealing import Key, open_key
from hwamei.storage.sql.database import Database, open_database
from hwamei.storage.sql.migrate import pending, upgrade
from hwamei.storage.sql.stores import Stores, open_stores
from hwamei.web.health import Check


@dataclass(frozen=True)
class Tuning:
    """How often work is looked for, and what else tests and benchmarks set otherwise."""

    rhythm: Rhythm = field(default_factory=Rhythm)
    retries: Retries = field(default_factory=Retries)
    polling_s: float = 1.0  # work that is submitted in this process rings
    step_s: float = STEP_S


AS_USUAL = Tuning()
FOR_OTHERS = Tuning(polling_s=0.1)
"""For a worker alone: nobody rings, so it looks often."""


@dataclass(frozen=True)
class Serving:
    """A server's parts, and its worker if it works itself."""

    settings: Settings
    database: Database
    stores: Stores
    blobs: Blobs
    platform: Platform
    worker: Worker | None

    def check_all(self) -> Sequence[Check]:
        """Everything that a server needs, looked at now. Without an engine that is not the default it serves others."""
        engines = self.platform.engines
        others = [pool for pool in engines.asked() if pool.name != engines.default]
        return [
            _checked("database", self.database.check),
            _checked("queue", self.platform.jobs.depth),
            _checked("files", self.blobs.check),
            _checked("engine", lambda: _asked(engines.of(engines.default))),
            *(_checked(f"engine {pool.name}", partial(_asked, pool), decides=False) for pool in others),
        ]


@contextmanager
def open_serving(
    settings: Settings, *, works: bool, observer: Observer | None = None, tuning: Tuning = AS_USUAL
) -> Iterator[Serving]:
    """A server; `works`: with a worker in this process. Tables are made where that needs no decision (SQLite).

    Raises StoreUnavailable, Unknown for an engine that does not exist.
    """
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ExitStack() as opened:
        root = _Root(settings, observer or Unobserved(), tuning, opened)
        worker = opened.enter_context(root.worker()) if works else None
        yield Serving(settings, root.database, root.stores, root.blobs, root.platform, worker)


@contextmanager
def open_platform(settings: Settings) -> Iterator[Platform]:
    """The services alone, without a worker."""
    with open_serving(settings, works=False) as serving:
        yield serving.platform


def prepare_database(settings: Settings) -> None:
    """Make or change all tables. May be called twice. Raises StoreUnavailable."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    upgrade(settings.database)
    prepare(jobs_database(settings.database, settings.data))


class _Root:
    """Puts everything together, once."""

    def __init__(self, settings: Settings, observer: Observer, tuning: Tuning, opened: ExitStack) -> None:
        self.settings, self.observer, self.tuning = settings, observer, tuning
        if settings.database.startswith("sqlite"):
            prepare_database(settings)
        elif pending(settings.database):
            problem = "its tables are not those of this version; run `hwamei db upgrade` once"
            raise StoreUnavailable(store="database", problem=problem)
        self.key: Key = open_key(settings.server_key)
        self.database = opened.enter_context(open_database(settings.database))
        self.stores = open_stores(self.database, self.key)
        self.blobs = open_blobs(settings.blobs_url, folder=settings.data / "blobs")
        self.fetcher: Fetcher = open_fetcher(settings)
        self.jobs_url = jobs_database(settings.database, settings.data)
        self.doorbell = Doorbell()
        self.jobs = opened.enter_context(DbosJobs(self.jobs_url, depth=self._depth, task_waits=self.doorbell.ring))
        self.engines = open_engines(settings)
        opened.callback(self.engines.close)
        self.casting = Casting(self.stores.voices, self.stores.shares, self.stores.apps, self.engines)
        self.spending = Spending(self.stores.usage, _now)
        self.pieces = Workpieces(self.stores.files, self.blobs, _now)
        self.platform = self._platform()

    def _platform(self) -> Platform:
        stores, settings = self.stores, self.settings
        files = Files(stores.files, self.blobs, _now, self.key.derived("links"), settings.file_link_hours)
        voices = self._voices()
        accounts = Accounts(stores.apps, _now, secrets.token_urlsafe)
        return Platform(
            accounts=accounts,
            tokens=Tokens(accounts, stores.tokens, _now, secrets.token_urlsafe),
            rates=Rates(time.monotonic),
            voices=voices,
            carrying=self._carrying(voices, files),
            previews=self._previews(voices),
            drafts=Drafts(stores.voices, stores.jobs, files, voices, _now, uuid4),
            sharing=Sharing(stores.shares, _now, uuid4),
            training=TrainingJobs(stores.jobs, stores.voices, self.jobs, _now),
            tasks=SpeechTasks(stores.tasks, self.jobs, self.casting, stores.lexicons, self.spending, _now, uuid4),
            now=SpeakNow(
                self.engines,
                self.casting,
                stores.lexicons,
                self.spending,
                self._new_label,
                self.observer,
                time.monotonic,
            ),
            files=files,
            parted_uploads=PartedUploads(stores.files, self.blobs, files),
            passes=Passes(self.key.derived("passes"), _now),
            invitations=Invitations(accounts, _now, secrets.token_urlsafe),
            lexicons=stores.lexicons,
            templates=stores.templates,
            usage=stores.usage,
            engines=self.engines,
            jobs=self.jobs,
            clock=_now,
        )

    def _voices(self) -> Voices:
        stores = self.stores
        return Voices(
            stores.voices,
            stores.jobs,
            stores.files,
            self.jobs,
            self.engines,
            self.spending,
            _now,
            uuid4,
            Erasure(self.blobs, stores.upkeep.in_use, _now),
        )

    def _carrying(self, voices: Voices, files: Files) -> Carrying:
        return Carrying(
            voices=voices,
            files=files,
            engines=self.engines,
            pack=lambda packed, target: pack_voice(
                packed.voice, packed.reference, target, said=packed.said, consent=packed.consent
            ),
            unpack=lambda source, folder: PackedVoice(*unpack_voice(source, folder)),
            count_speakers=partial(count_speakers, self.settings),
            new_label=self._new_label,
            clock=_now,
            new_id=uuid4,
        )

    def _previews(self, voices: Voices) -> PresetPreviews:
        folder = self.settings.cache_folder / "previews" / version("hwamei")
        return PresetPreviews(voices, self.engines, folder, self._new_label)

    def worker(self) -> Worker:
        """The worker of this process."""
        settings, hands = self.settings, Hands()
        speech, training = self._speech_work(hands), self._training_work(hands)
        capacity = Capacity(
            tasks=settings.worker_tasks,
            jobs=settings.worker_jobs,
            app_tasks=settings.app_tasks,
            app_jobs=settings.app_jobs,
            polling_s=self.tuning.polling_s,
        )
        return Worker(
            url=self.jobs_url,
            data=settings.data,
            capacity=capacity,
            workflows=Workflows(speech, training, hands, self.tuning.retries),
            housekeeping=lambda name: self._housekeeping(name, speech, training),
            doorbell=self.doorbell,
        )

    def _speech_work(self, hands: Hands) -> TaskWork:
        stores = self.stores
        return TaskWork(
            apps=stores.apps,
            tasks=stores.tasks,
            lexicons=stores.lexicons,
            usage=stores.usage,
            blobs=self.blobs,
            pieces=self.pieces,
            casting=self.casting,
            new_label=self._label,
            clock=_now,
            now_s=time.monotonic,
            observer=self.observer,
            go_on=hands.go_on,
            step_s=self.tuning.step_s,
        )

    def _training_work(self, hands: Hands) -> TrainingWork:
        stores = self.stores
        return TrainingWork(
            jobs=stores.jobs,
            voices=stores.voices,
            files=stores.files,
            blobs=self.blobs,
            pieces=self.pieces,
            usage=stores.usage,
            apps=stores.apps,
            engines=self.engines,
            fetcher=self.fetcher,
            issued_here=self.platform.files.issued_here,
            count_speakers=partial(count_speakers, self.settings),
            new_label=self._label,
            clock=_now,
            observer=self.observer,
            go_on=hands.go_on,
        )

    def _housekeeping(self, name: str, speech: TaskWork, training: TrainingWork) -> Housekeeping:
        deliveries = Deliveries(
            self.stores.upkeep, self.fetcher, self.stores.apps.secret, self._renderer(), _now, self.observer
        )
        return Housekeeping(
            name=name,
            upkeep=self.stores.upkeep,
            blobs=self.blobs,
            jobs=self.jobs,
            engines=self.engines,
            deliveries=deliveries,
            speech=speech,
            training=training,
            clock=_now,
            now_s=time.monotonic,
            rhythm=self.tuning.rhythm,
        )

    def _renderer(self) -> Render:
        spoken = {name: dialects.find(name)(self.platform) for name in dialects.names()}

        def render(callback: Callback) -> Rendered:
            dialect = spoken[callback.order.dialect]
            body = dialect.render_callback(callback, self._subject(callback))
            return Rendered(dialect.callback_url(callback), body, {"Content-Type": "application/json"})

        return render

    def _subject(self, callback: Callback) -> SpeechTask | TrainingJob:
        if callback.subject == "speech_task":
            return self.stores.tasks.get(callback.app_id, callback.subject_id)
        return self.stores.jobs.get(callback.app_id, callback.subject_id)

    def _depth(self) -> Mapping[str, tuple[int, float]]:
        now = _now()
        return {
            kind: (count, 0.0 if since is None else (now - since).total_seconds())
            for kind, (count, since) in self.stores.upkeep.waiting().items()
        }

    def _new_label(self) -> AigcLabel:
        """Of what has no id of its own."""
        return self._label(str(uuid4()))

    def _label(self, produce_id: str) -> AigcLabel:
        return AigcLabel.first(self.settings.content_producer, produce_id)


def open_engines(settings: Settings) -> Engines:
    """The engines that are installed; each is opened when it is first asked for."""

    def new_pool(name: str) -> EnginePool:
        return EnginePool(
            name,
            lambda: engines.find(name)(settings),
            slots=settings.engine_slots,
            idle_s=settings.engine_idle_s,
            utterance_timeout_s=settings.utterance_timeout_s,
            now_s=time.monotonic,
        )

    return Engines(new_pool, names=engines.names, default=settings.engine, stand_in=settings.stand_in_engine)


def _asked(pool: EnginePool) -> None:
    """Whether the engine is to be had. Raises EngineDown."""
    with pool.for_work() as engine:
        engine.presets()


def _checked(name: str, look: Callable[[], object], *, decides: bool = True) -> Check:
    """Whether looking at one thing works."""
    try:
        look()
    except EngineDown as error:
        return Check(name, ok=False, found=error.problem, decides=decides)
    except (HwameiError, OSError) as error:
        return Check(name, ok=False, found=type(error).__name__, decides=decides)
    return Check(name, ok=True, decides=decides)


def count_speakers(settings: Settings, speech: Sequence[Audio]) -> int:
    """One where the encoder's model is missing: an engine that needs it says so itself, others do without."""
    if locate.find(GE2E, settings) is None:
        return 1
    from hwamei.speaker.ge2e import open_encoder  # speaking does without it
    from hwamei.speaker.several import speakers_heard

    return speakers_heard(speech, open_encoder(settings))


def _now() -> datetime:
    return datetime.now(UTC)
