"""What happens to accepted work: done, cancelled, failed with a reason, in a fair order."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any, TypeVar

import numpy as np
import pytest
import soundfile
from dbos._core import ActiveWorkflowById, ActiveWorkflowEntry

from hwamei.domain.app import App
from hwamei.domain.audio import Audio
from hwamei.domain.errors import EngineFailed, NotFound, VoiceNotReady
from hwamei.domain.listing import PageRequest
from hwamei.domain.owned_voice import OwnedVoice, ReferenceSource, VoiceState
from hwamei.domain.speech import Delivery, SpeechOrder
from hwamei.domain.speech_task import Delivered, Segment, SpeechTask, TaskFilter, TaskState
from hwamei.domain.stored_file import Purpose
from hwamei.domain.training_job import JobState, TrainingJob
from hwamei.domain.usage import Measure, month_of
from hwamei.domain.utterance import SpokenUtterance, Utterance
from hwamei.domain.voice import Level, Voiceprint
from hwamei.engines.tone.engine import ToneEngine
from hwamei.jobs.workflows import Retries
from hwamei.labels.aigc import as_dict
from hwamei.labels.inspect import inspect
from hwamei.service.speech_tasks import TaskOrder
from hwamei.service.voice_orders import VoiceOrder
from hwamei.serving import Serving, Tuning, open_serving
from hwamei.settings import Settings
from hwamei.testing import a_reference
from tests.jobs.one_server import QUICK

Result = TypeVar("Result")
DEADLINE_S = 60.0


class MoodyEngine(ToneEngine):
    """The tone engine in the moods that real engines have, by words of the text."""

    def __init__(self) -> None:
        self.tries: dict[str, int] = {}
        self.let, self.begun = Event(), Event()
        self.said: list[str] = []

    def speak(self, utterance: Utterance, voiceprint: Voiceprint, delivery: Delivery) -> SpokenUtterance:
        """`stumble`: fails twice; `fail`: always; `crash`: with a fault of ours; `wait`: until it is let; `nan`."""
        words = {word.text.lower() for word in utterance.words}
        said = " ".join(word.text for word in utterance.words)
        self.said.append(said)
        self.tries[said] = self.tries.get(said, 0) + 1
        if "fail" in words or ("stumble" in words and self.tries[said] < 3):
            raise EngineFailed(engine=self.name, problem="it is in a bad mood")
        if "crash" in words:
            raise ZeroDivisionError
        if "wait" in words:
            self.begun.set()
            assert self.let.wait(DEADLINE_S)
        spoken = super().speak(utterance, voiceprint, delivery)
        if "nan" in words:
            samples = np.full_like(spoken.audio.samples, np.nan)
            return SpokenUtterance(utterance, Audio(samples, spoken.audio.sample_rate_hz), spoken.timings)
        return spoken


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> MoodyEngine:
    engine = MoodyEngine()
    monkeypatch.setattr("hwamei.engines.find", lambda name: lambda settings: engine)
    return engine


@pytest.fixture
def serving(tmp_path: Path, engine: MoodyEngine) -> Iterator[Serving]:
    tuning = Tuning(rhythm=QUICK, retries=Retries(attempts=3, first_wait_s=0.01), polling_s=0.01)
    with open_serving(Settings(data=tmp_path, engine="tone"), works=True, tuning=tuning) as serving:
        yield serving
        engine.let.set()


@pytest.fixture
def app(serving: Serving) -> App:
    return an_app(serving, "first")


def an_app(serving: Serving, name: str) -> App:
    accounts = serving.platform.accounts
    return accounts.authenticate(accounts.create(name).api_key)


def a_task(serving: Serving, app: App, *texts: str, **order: object) -> SpeechTask:
    segments = tuple(Segment(SpeechOrder(text), serving.platform.voices.presets()[0].name) for text in texts)
    return serving.platform.tasks.create(app, TaskOrder(segments, **order))  # type: ignore[arg-type]  # of the test's


def a_voice(serving: Serving, app: App, folder: Path, level: Level = Level.INSTANT) -> tuple[OwnedVoice, TrainingJob]:
    path = folder / "reference.wav"
    reference = a_reference()
    soundfile.write(path, reference.samples, reference.sample_rate_hz)
    recording = serving.platform.files.keep(app, path, purpose=Purpose.REFERENCE, name="reference.wav")
    return serving.platform.voices.create(app, VoiceOrder("Ann", (ReferenceSource(file_id=recording.id),), level))


def until(get: Callable[[], Result], ready: Callable[[Result], bool]) -> Result:
    deadline_s = time.monotonic() + DEADLINE_S
    while not ready(result := get()):
        assert time.monotonic() < deadline_s, result
        time.sleep(0.01)
    return result


def ended(serving: Serving, app: App, task: SpeechTask) -> SpeechTask:
    return until(lambda: serving.platform.tasks.get(app, task.id), lambda now: now.state.ended)


def trained(serving: Serving, app: App, job: TrainingJob) -> TrainingJob:
    return until(lambda: serving.platform.training.get(app, job.id), lambda now: now.state.ended)


def test_a_task_becomes_a_marked_file_with_subtitles_and_is_written_down(
    serving: Serving, app: App, tmp_path: Path
) -> None:
    done = ended(
        serving, app, a_task(serving, app, "第一句。", "Second segment.", delivered=Delivered("flac", 16_000, "vtt"))
    )
    assert (done.state, done.progress) == (TaskState.DONE, 100.0)
    assert done.result is not None
    target = tmp_path / "speech.flac"
    audio = serving.platform.files.local_copy(app, serving.platform.files.get(app, done.result.audio_file_id), target)
    samples, rate_hz = soundfile.read(target)
    assert (audio.media_type, rate_hz) == ("audio/flac", 16_000)
    assert len(samples) / rate_hz == pytest.approx(done.result.duration_s, abs=0.001)
    label = inspect(target)
    assert label is not None
    assert label.produce_id == str(done.id)
    assert done.result.label == as_dict(label)
    assert [cue["text"] for cue in done.result.cues] == ["第一句", "Second segment."]
    shown = serving.platform.files.get(app, done.result.subtitles_file_id)
    content = b"".join(serving.platform.files.read(shown, 0, None))
    assert content.startswith(b"WEBVTT")
    amounts = serving.platform.usage.get(app.id, month_of(serving.platform.clock())).amounts
    assert amounts[Measure.CHARACTERS] == len("第一句。" + "Second segment.")
    assert amounts[Measure.SPEECH_MS] == round(done.result.duration_s * 1000)


def test_what_may_pass_is_tried_again_and_what_does_not_pass_fails_with_its_reason(
    serving: Serving, app: App, engine: MoodyEngine
) -> None:
    stumbles = a_task(serving, app, "All is well. I stumble here. All is well again.")
    fails = a_task(serving, app, "I always fail here.")
    crashes = a_task(serving, app, "I crash here.")
    silent = a_task(serving, app, "I say nan here.")
    assert ended(serving, app, stumbles).state is TaskState.DONE
    assert engine.tries["All is well"] == 1  # what was spoken is not spoken again
    failed = ended(serving, app, fails)
    assert failed.problem is not None
    assert (failed.state, failed.problem.code, failed.problem.callers) == (TaskState.FAILED, "engine_failed", False)
    assert "bad mood" in failed.problem.text
    crashed = ended(serving, app, crashes)
    assert crashed.problem is not None
    assert crashed.problem.code == "internal_error"
    assert engine.tries["I crash here"] == 1  # a fault of ours does not pass
    unheard = ended(serving, app, silent)
    assert unheard.problem is not None
    assert unheard.problem.code == "engine_failed"


def test_a_cancelled_task_stops_within_one_utterance(serving: Serving, app: App, engine: MoodyEngine) -> None:
    task = a_task(serving, app, "Please wait here. This is never said. Nor is this.")
    assert engine.begun.wait(DEADLINE_S)
    assert serving.platform.tasks.cancel(app, task.id).state is TaskState.CANCELLED
    engine.let.set()
    other = ended(serving, app, a_task(serving, app, "Something else."))
    assert other.state is TaskState.DONE
    assert "This is never said" not in engine.said
    assert serving.platform.tasks.get(app, task.id).state is TaskState.CANCELLED


def test_one_app_with_many_tasks_does_not_delay_the_first_of_another(
    serving: Serving, app: App, engine: MoodyEngine
) -> None:
    many = [a_task(serving, app, f"Please wait here, number {number}.") for number in range(30)]
    assert engine.begun.wait(DEADLINE_S)
    other = an_app(serving, "second")
    assert ended(serving, other, a_task(serving, other, "Hello.")).state is TaskState.DONE
    waiting = serving.platform.tasks.list(app, TaskFilter(frozenset({TaskState.QUEUED})), PageRequest()).total
    assert waiting >= len(many) - serving.settings.worker_tasks


def test_one_app_has_no_more_than_its_places_however_late_a_claimed_task_counts(
    serving: Serving, app: App, engine: MoodyEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each task that comes rings for a look; one that is just being begun is counted by it."""
    add = ActiveWorkflowById.add

    def late(self: ActiveWorkflowById, *workflow: Any) -> ActiveWorkflowEntry:
        time.sleep(0.3)
        return add(self, *workflow)

    monkeypatch.setattr(ActiveWorkflowById, "add", late)
    for number in range(10):
        a_task(serving, app, f"Please wait here, number {number}.")
    assert engine.begun.wait(DEADLINE_S)
    other = an_app(serving, "second")
    assert ended(serving, other, a_task(serving, other, "Hello.")).state is TaskState.DONE
    running = serving.platform.tasks.list(app, TaskFilter(frozenset({TaskState.RUNNING})), PageRequest()).total
    assert (running, len(engine.said)) == (serving.settings.worker_tasks - 1, 2)


def test_a_task_with_priority_goes_before_those_that_came_earlier(
    serving: Serving, app: App, engine: MoodyEngine
) -> None:
    first = a_task(serving, app, "Please wait here.")
    assert engine.begun.wait(DEADLINE_S)
    slow = [a_task(serving, app, f"Number {number}.") for number in range(3)]
    urgent = a_task(serving, app, "An urgent one.", priority=9)
    engine.let.set()
    for task in (first, *slow, urgent):
        assert ended(serving, app, task).state is TaskState.DONE
    assert engine.said.index("An urgent one") < engine.said.index("Number 0")


def test_the_same_idempotency_key_is_the_same_task(serving: Serving, app: App, engine: MoodyEngine) -> None:
    one = a_task(serving, app, "Only once.", idempotency_key="k")
    other = a_task(serving, app, "Only once.", idempotency_key="k")
    assert one.id == other.id
    ended(serving, app, one)
    assert engine.said == ["Only once"]
    assert serving.platform.usage.get(app.id, month_of(serving.platform.clock())).amounts[Measure.TASKS] == 1


def test_a_voice_is_trained_speaks_and_tells_what_happened(serving: Serving, app: App, tmp_path: Path) -> None:
    voice, job = a_voice(serving, app, tmp_path, Level.TRAINED)
    assert trained(serving, app, job).state is JobState.SUCCEEDED
    ready = serving.platform.voices.get(app, voice.id)
    assert ready.state is VoiceState.READY
    assert ready.facts is not None
    assert ready.voiceprint is not None
    assert ready.voiceprint.level is Level.TRAINED
    events = [entry.event for entry in serving.platform.training.log(app, job.id)]
    assert events[0] == "begun"
    assert events[-1] == "voice ready"
    segment = Segment(SpeechOrder("你好。"), voice.id)
    task = serving.platform.tasks.create(app, TaskOrder((segment,)))
    assert ended(serving, app, task).state is TaskState.DONE


def test_a_recording_that_cannot_make_a_voice_fails_the_job_with_the_reason_and_a_better_one_may_follow(
    serving: Serving, app: App, tmp_path: Path
) -> None:
    path = tmp_path / "noise.wav"
    soundfile.write(path, np.zeros(16_000), 16_000)
    recording = serving.platform.files.keep(app, path, purpose=Purpose.REFERENCE, name="noise.wav")
    voice, job = serving.platform.voices.create(app, VoiceOrder("Ann", (ReferenceSource(file_id=recording.id),)))
    failed = trained(serving, app, job)
    assert failed.problem is not None
    assert (failed.state, failed.problem.code, failed.problem.callers) == (JobState.FAILED, "reference_refused", True)
    assert serving.platform.voices.get(app, voice.id).state is VoiceState.FAILED
    with pytest.raises(VoiceNotReady):
        serving.platform.tasks.create(app, TaskOrder((Segment(SpeechOrder("你好。"), voice.id),)))
    again = serving.platform.training.retry(app, job.id)
    assert (again.run, again.state) == (2, JobState.WAITING)
    assert trained(serving, app, job).state is JobState.FAILED


def test_queued_tasks_of_a_deleted_voice_fail_and_a_running_one_finishes(
    serving: Serving, app: App, engine: MoodyEngine, tmp_path: Path
) -> None:
    voice, job = a_voice(serving, app, tmp_path)
    trained(serving, app, job)
    segment = Segment(SpeechOrder("Please wait here. Then go on."), voice.id)
    running = serving.platform.tasks.create(app, TaskOrder((segment,)))
    assert engine.begun.wait(DEADLINE_S)
    queued = serving.platform.tasks.create(app, TaskOrder((segment,)))
    serving.platform.voices.delete(app, voice.id)
    engine.let.set()
    assert ended(serving, app, running).state is TaskState.DONE
    failed = ended(serving, app, queued)
    assert failed.problem is not None
    assert (failed.state, failed.problem.code) == (TaskState.FAILED, "not_found")
    assert str(voice.id) in failed.problem.text


def test_another_apps_things_are_not_found(serving: Serving, app: App, tmp_path: Path) -> None:
    task = a_task(serving, app, "Mine.")
    voice, job = a_voice(serving, app, tmp_path)
    other, platform = an_app(serving, "second"), serving.platform
    for verb in (
        lambda: platform.tasks.get(other, task.id),
        lambda: platform.tasks.cancel(other, task.id),
        lambda: platform.tasks.delete(other, task.id),
        lambda: platform.voices.get(other, voice.id),
        lambda: platform.voices.delete(other, voice.id),
        lambda: platform.voices.retrain(other, voice.id),
        lambda: platform.training.get(other, job.id),
        lambda: platform.training.cancel(other, job.id),
        lambda: platform.training.log(other, job.id),
        lambda: platform.tasks.create(other, TaskOrder((Segment(SpeechOrder("Hello."), voice.id),))),
    ):
        with pytest.raises(NotFound):
            verb()
    trained(serving, app, job)
    ended(serving, app, task)
