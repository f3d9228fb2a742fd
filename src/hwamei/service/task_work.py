"""The steps that make a speech task's sound. Each may be done again after a crash without doing harm.

A line that was spoken is kept as a workpiece, so that it is not spoken again. Which line is the n-th follows from the
texts alone; the voiceprints are kept when the task begins, so that a voice that is deleted meanwhile is still heard.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid5

from hwamei.codecs.formats import Format
from hwamei.domain.app import AppId
from hwamei.domain.errors import NotFound, StoreUnavailable, WrongState
from hwamei.domain.problem import Problem
from hwamei.domain.speech_task import (
    SpeechTask,
    TaskResult,
    TaskState,
    fail_task,
    finish_task,
    start_task,
)
from hwamei.domain.stored_file import Purpose, StoredFile
from hwamei.domain.usage import Measure, month_of
from hwamei.domain.voice import Voiceprint
from hwamei.labels.aigc import AigcLabel, as_dict
from hwamei.labels.finish import finish
from hwamei.ports import AppStore, Blobs, Clock, LexiconStore, TaskStore, UsageStore
from hwamei.service.casting import Casting
from hwamei.service.observer import Observer
from hwamei.service.reading import lexicon_of
from hwamei.service.script import Line, OpenScripts, script
from hwamei.service.segment_tape import SegmentTape
from hwamei.service.spoken_line import SpokenLine, from_bytes, joined, to_bytes
from hwamei.service.utterances import Mouth
from hwamei.service.voiceprint_bytes import read_voiceprint, voiceprint_bytes
from hwamei.service.workpieces import Workpieces
from hwamei.subtitles.formats import SubtitleFormat, render

_SPOKEN_PERCENT = 99.0  # the rest is for the file


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a step says of its line. `goes_on`: there is another line, and it is still wanted."""

    finished_s: float
    goes_on: bool
    wanted: bool


@dataclass(frozen=True)
class TaskWork:
    """Does the steps. Safe from many threads, of which one works on a task at a time."""

    apps: AppStore
    tasks: TaskStore
    lexicons: LexiconStore
    usage: UsageStore
    blobs: Blobs
    pieces: Workpieces
    casting: Casting
    new_label: Callable[[str], AigcLabel]
    clock: Clock
    now_s: Callable[[], float]
    observer: Observer
    _scripts: OpenScripts = field(default_factory=OpenScripts)

    def begin(self, app_id: AppId, task_id: UUID) -> bool:
        """Start the task and keep its voiceprints; False if it is not wanted any more. Raises NotFound,
        VoiceNotReady."""
        task = self._wanted(app_id, task_id)
        if task is None:
            return False
        for voice in {segment.voice for segment in task.segments}:
            content = voiceprint_bytes(self.casting.voiceprint(app_id, voice))
            self.pieces.save(app_id, task_id, _print_name(voice), content)
        if task.state is TaskState.QUEUED:
            try:
                self.tasks.save(app_id, start_task(task, self.clock()), was=TaskState.QUEUED)
            except WrongState:
                return False
        return True

    def speak(self, app_id: AppId, task_id: UUID, number: int, finished_s: float) -> Spoken:
        """Speak the line of this number, counted from 0, unless it has been spoken. Raises EngineFailed, EngineHung."""
        task = self._wanted(app_id, task_id)
        if task is None:
            return Spoken(finished_s, goes_on=False, wanted=False)
        line = self._scripts.line(task_id, number, lambda: self._script(task))
        content = self.pieces.load(app_id, task_id, _line_name(number))
        if content is None:
            content = to_bytes(self._speak(task, line))
            self.pieces.save(app_id, task_id, _line_name(number), content)
        finished_s += from_bytes(content, [segment.order.text for segment in task.segments]).audio.duration_s
        progress = _SPOKEN_PERCENT * _spoken_characters(task, line) / task.characters
        state = self.tasks.progress(app_id, task_id, progress, finished_s, at=self.clock())
        return Spoken(finished_s, goes_on=not line.is_last and not state.ended, wanted=not state.ended)

    def finish(self, app_id: AppId, task_id: UUID, lines: int) -> None:
        """Join the lines to the file and its subtitles; with them the task is done. Raises OSError, EngineFailed."""
        task = self._wanted(app_id, task_id)
        if task is None:
            return
        with tempfile.TemporaryDirectory() as folder:
            result, files = self._made(task, lines, Path(folder))
        try:
            self.tasks.save(app_id, finish_task(task, result, self.clock()), was=TaskState.RUNNING, files=files)
        except WrongState:  # cancelled just now
            return
        amounts = {Measure.SPEECH_MS: round(result.duration_s * 1000)}
        self.usage.add(app_id, month_of(self.clock()), amounts)
        self.observer.ended("speech_task", TaskState.DONE)

    def tidy(self, app_id: AppId, task_id: UUID, lines: int) -> None:
        """Forget what the steps left for each other."""
        self._scripts.forget(task_id)
        try:
            voices = {segment.voice for segment in self.tasks.get(app_id, task_id).segments}
        except NotFound:
            voices = set()
        names = [*map(_line_name, range(lines)), *map(_print_name, voices)]
        self.pieces.discard(app_id, task_id, names)

    def fail(self, app_id: AppId, task_id: UUID, problem: Problem) -> None:
        """Note that the task came to nothing, unless it has ended otherwise."""
        while (task := self._wanted(app_id, task_id)) is not None:
            try:
                self.tasks.save(app_id, fail_task(task, problem, self.clock()), was=task.state)
            except WrongState:
                continue
            self.observer.ended("speech_task", TaskState.FAILED)
            return

    # ---------------------------------------------------------------- speaking

    def _wanted(self, app_id: AppId, task_id: UUID) -> SpeechTask | None:
        """The task, unless it has ended or is gone."""
        try:
            task = self.tasks.get(app_id, task_id)
        except NotFound:
            return None
        return None if task.state.ended else task

    def _script(self, task: SpeechTask) -> Iterator[Line]:
        name, version = task.lexicon or (None, None)
        return script(task.segments, lexicon_of(self.lexicons, task.app_id, name, version))

    def _speak(self, task: SpeechTask, line: Line) -> SpokenLine:
        segment = task.segments[line.segment]
        begun_s = self.now_s()
        with self.casting.pool.for_work() as engine:
            mouth = Mouth(engine, self._print(task, segment.voice), segment.order.delivery)
            spoken = joined(line.segment, mouth.speak_all([line.utterance]))
        self.observer.spoken(spoken.audio.duration_s, self.now_s() - begun_s)
        return spoken

    def _print(self, task: SpeechTask, voice: UUID | str) -> Voiceprint:
        content = self.pieces.load(task.app_id, task.id, _print_name(voice))
        if content is None:
            raise StoreUnavailable(store="workpieces", problem=f"the voiceprint of task {task.id} is gone")
        return read_voiceprint(content)

    # ---------------------------------------------------------------- the file

    def _made(self, task: SpeechTask, lines: int, folder: Path) -> tuple[TaskResult, tuple[StoredFile, StoredFile]]:
        format = Format(task.delivered.format)
        sound, shown = folder / f"speech.{format}", folder / f"speech.{task.delivered.subtitles}"
        label = self.new_label(str(task.id))
        tape = SegmentTape([segment.order.text for segment in task.segments])
        facts = finish(
            tape.record(self._lines(task, lines)),
            sound,
            format=format,
            sample_rate_hz=task.delivered.sample_rate_hz,
            label=label,
            cue=any(segment.order.cue for segment in task.segments),
        )
        cues = tape.cues(facts)
        shown.write_text(render(cues, format=SubtitleFormat(task.delivered.subtitles)), encoding="utf-8", newline="\n")
        audio = self._file(task, sound, Purpose.SPEECH, format.content_type)
        subtitles = self._file(task, shown, Purpose.SUBTITLES, _SUBTITLE_TYPES[task.delivered.subtitles])
        plain = tuple(json.loads(json.dumps(asdict(cue))) for cue in cues)
        result = TaskResult(audio.id, subtitles.id, facts.duration_s, facts.loudness_lufs, plain, label=as_dict(label))
        return result, (audio, subtitles)

    def _lines(self, task: SpeechTask, lines: int) -> Iterator[SpokenLine]:
        texts = [segment.order.text for segment in task.segments]
        for number in range(lines):
            content = self.pieces.load(task.app_id, task.id, _line_name(number))
            if content is None:
                raise StoreUnavailable(store="workpieces", problem=f"line {number} of task {task.id} is gone")
            yield from_bytes(content, texts)

    def _file(self, task: SpeechTask, path: Path, purpose: Purpose, media_type: str) -> StoredFile:
        now = self.clock()
        days = self.apps.get(task.app_id).quota.retention_days
        expires_at = None if days is None else now + timedelta(days=days)
        file_id = uuid5(task.id, purpose)
        return StoredFile(file_id, task.app_id, purpose, path.name, media_type, now, self.blobs.add(path), expires_at)


_SUBTITLE_TYPES = {"srt": "application/x-subrip", "vtt": "text/vtt", "json": "application/json"}


def _print_name(voice: UUID | str) -> str:
    return f"voiceprint {voice}"


def _line_name(number: int) -> str:
    return f"line {number}"


def _spoken_characters(task: SpeechTask, line: Line) -> int:
    before = sum(len(segment.order.text) for segment in task.segments[: line.segment])
    return before + line.utterance.words[-1].end if line.utterance.words else before
