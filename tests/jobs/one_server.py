"""A server with a worker in a process of its own, which orders work and may die in the middle of it.

Run in a process of its own, see `serve`.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path
from threading import Event
from typing import Any

import soundfile

from hwamei.domain.app import App
from hwamei.domain.errors import NotFound
from hwamei.domain.listing import PageRequest
from hwamei.domain.owned_voice import ReferenceSource
from hwamei.domain.speech import SpeechOrder
from hwamei.domain.speech_task import Segment, TaskFilter
from hwamei.domain.stored_file import Purpose
from hwamei.domain.training_job import JobFilter
from hwamei.engines.tone.engine import ToneEngine
from hwamei.jobs.housekeeping import Rhythm, clear_orphans
from hwamei.service.speech_tasks import TaskOrder
from hwamei.service.task_work import TaskWork
from hwamei.service.training_work import TrainingWork
from hwamei.service.voice_orders import VoiceOrder
from hwamei.serving import Serving, Tuning, open_serving
from hwamei.settings import Settings
from hwamei.storage.sql.schema import files
from hwamei.testing import a_reference

TEXT = "第一句话。第二句话！And a third sentence."
QUICK = Rhythm(
    deliver_s=0.2,
    beat_s=0.2,
    silence=timedelta(seconds=1),
    sweep_s=0.3,
    untouched=timedelta(seconds=1),
    clear_s=3600.0,  # at the start only; orphans keep their hour, or it would remove what is about to get its file
)


def serve(data: Path, order: str | None, die: tuple[str, str, int] | None, step_s: float) -> None:
    """Order `speech` or `training`, if anything; die (step, `before` or `after`, which time), if ever, or `hold` there
    and say so in holding.txt; else work until everything has ended, and write what came of it into outcome.json.
    `step_s`: how long a step speaks."""
    _note_every_utterance(data / "spoken.log")
    if die:
        _die_at(*die, data / "holding.txt")
    settings = Settings(data=data, engine="tone")
    with open_serving(settings, works=True, tuning=Tuning(rhythm=QUICK, step_s=step_s)) as serving:
        app = _app(serving, data)
        if order:
            _order(serving, app, order, data)
        _wait(serving, app)
        clear_orphans(serving.blobs, serving.stores.upkeep, before=datetime.now(UTC) + timedelta(days=1))
        (data / "outcome.json").write_text(json.dumps(_outcome(serving, app, data)))


def _note_every_utterance(log: Path) -> None:
    speak = ToneEngine.speak

    @wraps(speak)
    def noted(self: ToneEngine, utterance: Any, *rest: Any) -> Any:
        with log.open("a") as file:
            file.write("".join(word.text for word in utterance.words) + "\n")
        return speak(self, utterance, *rest)

    setattr(ToneEngine, "speak", noted)  # noqa: B010  # this process is the test's own


def _die_at(step: str, when: str, times: int, holding: Path) -> None:
    workflow, name = step.split(".")
    kind = {"speech": TaskWork, "training": TrainingWork}[workflow]
    work: Callable[..., Any] = getattr(kind, name)
    calls = 0

    @wraps(work)
    def deadly(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if when == "hold" and calls == times:
            holding.touch()
            Event().wait()
        if when == "before" and calls == times:
            os.kill(os.getpid(), signal.SIGKILL)
        result = work(*arguments)
        if when == "after" and calls == times:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(kind, name, deadly)


def _app(serving: Serving, data: Path) -> App:
    key = data / "api_key"
    if not key.exists():
        key.write_text(serving.platform.accounts.create("test").api_key)
    return serving.platform.accounts.authenticate(key.read_text())


def _order(serving: Serving, app: App, kind: str, data: Path) -> None:
    platform = serving.platform
    if kind == "speech":
        voice = platform.voices.presets()[0].name
        platform.tasks.create(app, TaskOrder((Segment(SpeechOrder(TEXT), voice),)))
        return
    path = data / "reference.wav"
    reference = a_reference()
    soundfile.write(path, reference.samples, reference.sample_rate_hz)
    recording = platform.files.keep(app, path, purpose=Purpose.REFERENCE, name="reference.wav")
    platform.voices.create(app, VoiceOrder("Ann", (ReferenceSource(file_id=recording.id),)))


def _wait(serving: Serving, app: App, most_s: float = 60.0) -> None:
    platform, end_s = serving.platform, time.monotonic() + most_s
    while time.monotonic() < end_s:
        tasks = platform.tasks.list(app, TaskFilter(), PageRequest()).items
        jobs = platform.training.list(app, JobFilter(), PageRequest()).items
        ended = [*(task.state.ended for task in tasks), *(job.state.ended for job in jobs)]
        if all(ended) and "work" not in _purposes(serving):
            return
        time.sleep(0.02)


def _purposes(serving: Serving) -> list[str]:
    """What the files that there are, are for."""
    with serving.database.reading() as connection:
        return sorted(connection.scalars(files.select().with_only_columns(files.c.purpose)))


def _outcome(serving: Serving, app: App, data: Path) -> dict[str, object]:
    platform = serving.platform
    tasks = platform.tasks.list(app, TaskFilter(), PageRequest()).items
    jobs = platform.training.list(app, JobFilter(), PageRequest()).items
    return {
        "tasks": [task.state for task in tasks],
        "durations_s": [task.result.duration_s for task in tasks if task.result],
        "jobs": [job.state for job in jobs],
        "voices": [platform.voices.get(app, job.voice_id).state for job in jobs],
        "previews": [_preview(serving, app, job.voice_id) for job in jobs],
        "problems": [problem.text for problem in (*(t.problem for t in tasks), *(j.problem for j in jobs)) if problem],
        "files": _purposes(serving),
        "contents": len(list(serving.blobs.older_than(datetime.now(UTC) + timedelta(days=1)))),
        "spoken": (data / "spoken.log").read_text().splitlines(),
    }


def _preview(serving: Serving, app: App, voice_id: Any) -> bool:
    file_id = serving.platform.voices.get(app, voice_id).preview_file_id
    with suppress(NotFound):
        return file_id is not None and serving.platform.files.get(app, file_id).blob is not None
    return False
