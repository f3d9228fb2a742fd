"""Apps, voices, jobs, tasks and files to be kept, with every field filled."""

from __future__ import annotations

import dataclasses
import math
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import numpy as np

from hwamei.domain.app import App, AppId, Credentials, Operation, Quota, Rate
from hwamei.domain.callback import CallbackOrder
from hwamei.domain.errors import RefusalReason
from hwamei.domain.language import Language
from hwamei.domain.owned_voice import Consent, OwnedVoice, ReferenceSource, VoiceState
from hwamei.domain.problem import Problem
from hwamei.domain.speech import Delivery, SpeechOrder
from hwamei.domain.speech_task import Delivered, Segment, SpeechTask, TaskResult, TaskState
from hwamei.domain.stored_file import Blob, Purpose, StoredFile
from hwamei.domain.training_job import JobState, TrainingJob
from hwamei.domain.voice import Level, ReferenceFacts, Voiceprint
from hwamei.storage.sql.stores import Stores

NOON = datetime(2026, 11, 21, 12, 0, 0, 123_456, tzinfo=UTC)
CALLBACK = CallbackOrder("https://example.com/done", "native", {"notify": [1, None, "是"]})
PROBLEM = Problem("reference_refused", "there is nothing in it", True, RefusalReason.SILENT)


def later(seconds: float) -> datetime:
    """So long after noon."""
    return NOON + timedelta(seconds=seconds)


def put(stores: Stores, voice: OwnedVoice) -> None:
    """The voice as it is given, whatever it was."""
    stores.voices.change(voice.app_id, voice.id, lambda _: voice)


def an_app(name: str = "apricot", *, quota: Quota | None = None) -> App:
    return App(AppId(name), f"project-of-{name}", "My app", NOON, False, quota or Quota())


def a_quota(**changes: Any) -> Quota:
    return Quota(**{"rates": {Operation.READ: Rate(3, 7)}, "voices": None, "retention_days": 30, **changes})


def credentials_of(app: App, *, version: int = 1) -> Credentials:
    return Credentials(app.id, app.project_id, f"secret {version} of {app.id}", f"key {version} of {app.id}")


def a_voiceprint() -> Voiceprint:
    arrays = {"style": np.linspace(-1, 1, 256, dtype=np.float32), "fir": np.ones((3, 5), np.float32)}
    return Voiceprint("tone", 3, Level.TRAINED, arrays, {"likeness": 0.875, "noise_dbfs": -math.inf})


def a_voice(app: App, *, name: str = "Mei", state: VoiceState = VoiceState.QUEUED, **changes: Any) -> OwnedVoice:
    """A voice that was just ordered."""
    voice = OwnedVoice(uuid4(), app.id, name, Level.TRAINED, "tone", NOON, NOON, state=state)
    return dataclasses.replace(voice, **changes)


def a_full_voice(app: App) -> OwnedVoice:
    """Every field is filled."""
    return a_voice(
        app,
        name="梅 100%_\\ Mei",
        state=VoiceState.READY,
        reference=(ReferenceSource("https://example.com/me.m4a", uuid4()), ReferenceSource(None, uuid4(), "你好")),
        language=Language.CHINESE,
        job_id=uuid4(),
        facts=ReferenceFacts(31.5, 24.25, -23.5, -math.inf, 0.0, 7800.0, 1, Language.CHINESE),
        voiceprint=a_voiceprint(),
        stand_in=dataclasses.replace(a_voiceprint(), engine="kokoro", texts={"said": "你好"}),
        preview_file_id=uuid4(),
        preview_text="你好",
        consent=Consent("Mei", "she says so", later(-60), uuid4()),
        extra={"z": 1, "a": {"nested": [True, None]}, "nul": "a\0b", "half a pair": "\ud83d"},
        problem=PROBLEM,
        expires_at=later(1e9),
        picture_file_id=uuid4(),
    )


def a_job(voice: OwnedVoice, *, state: JobState = JobState.WAITING, **changes: Any) -> TrainingJob:
    """The first job of a voice."""
    job = TrainingJob(uuid4(), voice.app_id, voice.id, Level.TRAINED, NOON, NOON, state=state)
    return dataclasses.replace(job, **changes)


def a_full_job(voice: OwnedVoice) -> TrainingJob:
    """Every field is filled."""
    return a_job(
        voice,
        state=JobState.FAILED,
        seed=2**63 - 1,
        run=3,
        progress=12.5,
        attempts=2,
        callback=CALLBACK,
        extra={"batch": "七", "labels": {"tag": "news"}},
        problem=PROBLEM,
        started_at=later(1),
        ended_at=later(2),
        engine="zipvoice",
    )


def a_task(app: App, *, text: str = "你好", state: TaskState = TaskState.QUEUED, **changes: Any) -> SpeechTask:
    """A task that was just ordered."""
    segments = (Segment(SpeechOrder(text), "zf_xiaobei"),)
    return dataclasses.replace(SpeechTask(uuid4(), app.id, segments, NOON, NOON, state=state), **changes)


def a_full_task(app: App) -> SpeechTask:
    """Every field is filled."""
    hard = SpeechOrder("nul \0, half a pair \ud83d, 你好", Language.CHINESE, Delivery(1.25, -3.5), cue=True)
    return a_task(
        app,
        segments=(Segment(hard, uuid4(), 250, take=2), Segment(SpeechOrder("Good morning."), "af_heart")),
        state=TaskState.DONE,
        delivered=Delivered("opus", 16_000, "vtt", -3.5, each_segment=True),
        progress=100.0,
        finished_s=3.25,
        priority=9,
        attempts=2,
        run=3,
        idempotency_key="once",
        request_sha256="ab" * 32,
        lexicon=("names", 3),
        callback=CALLBACK,
        extra={"z": 1, "a": {"nested": [True, None]}},
        result=dataclasses.replace(a_result(), segment_file_ids=(uuid4(), uuid4()), engines=("remote", "kokoro")),
        problem=PROBLEM,
        started_at=later(1),
        ended_at=later(2),
    )


def a_result(*, audio: UUID | None = None, subtitles: UUID | None = None) -> TaskResult:
    cue = {"start_ms": 0, "end_ms": 900, "text": "你好", "words": [{"text": "你", "start_ms": 0}]}
    return TaskResult(audio or uuid4(), subtitles or uuid4(), 3.25, -math.inf, (cue,))


def a_blob(content: str = "content") -> Blob:
    return Blob(sha256(content.encode()).hexdigest(), len(content))


def a_file(app: App, *, purpose: Purpose = Purpose.UPLOAD, **changes: Any) -> StoredFile:
    """A file with its content."""
    file = StoredFile(uuid4(), app.id, purpose, "me at home.m4a", "audio/mp4", NOON, a_blob(), later(3600))
    return dataclasses.replace(file, **changes)
