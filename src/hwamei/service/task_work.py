"""The steps that make a speech task's sound. Each may be done again after a crash without doing harm.

A line that was spoken is kept as a workpiece, so that it is not spoken again. Which line is the n-th follows from the
texts alone; the voiceprints are kept when the task begins, so that a voice that is deleted meanwhile is still heard.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from functools import partial
from itertools import groupby
from pathlib import Path
from uuid import UUID, uuid5

from hwamei.codecs.formats import Format
from hwamei.domain.app import AppId
from hwamei.domain.errors import EngineDown, NotFound, StoreUnavailable, WrongState
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
from hwamei.service.lines_to_come import LinesToCome
from hwamei.service.observer import Observer
from hwamei.service.reading import lexicon_of
from hwamei.service.script import Line, OpenScripts, script
from hwamei.service.segment_tape import SegmentTape
from hwamei.service.spoken_line import SpokenLine, from_bytes, joined, to_bytes
from hwamei.service.utterances import Mouth
from hwamei.service.voiceprint_bytes import read_voiceprint, voiceprint_bytes
from hwamei.service.workpieces import Workpieces
from hwamei.subtitles.formats import SubtitleFormat, render

Made = tuple[TaskResult, tuple[StoredFile, ...]]

STEP_S = 10.0  # how long a step speaks: each is written down, and has its own retries

_SPOKEN_PERCENT = 99.0  # the rest is for the file


@dataclass(frozen=True, slots=True)
class TaskRun:
    """What a step works on. A run that another take has replaced is not wanted any more."""

    app_id: AppId
    task_id: UUID
    run: int = 1


@dataclass(frozen=True, slots=True)
class Spoken:
    """How far a step came. `lines`: how many there are now; `goes_on`: there are more, and they are still wanted."""

    lines: int
    finished_s: float
    goes_on: bool
    wanted: bool = True


@dataclass(frozen=True)
class TaskWork:
    """Does the steps. Safe from many threads, of which one works on a task at a time.

    `go_on`: called between two lines; raises when the worker is to stop.
    """

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
    go_on: Callable[[], None]
    step_s: float = STEP_S
    _scripts: OpenScripts = field(default_factory=OpenScripts)

    def speak(self, work: TaskRun, lines: int, finished_s: float) -> Spoken:
        """Speak for a while, from the line of this number on, counted from 0, and make the file after the last one;
        what has been spoken before is not spoken again. The lines of a short task are joined while it is spoken.
        Raises NotFound, VoiceNotReady, EngineFailed, EngineHung, EngineDown, OSError."""
        task = self.begin(work)
        if task is None:
            return Spoken(lines, finished_s, goes_on=False, wanted=False)
        with (
            tempfile.TemporaryDirectory() as folder,
            ThreadPoolExecutor(2, "beside-speaking") as beside,
            LinesToCome() as coming,
        ):
            made: Callable[[], Made] = partial(self._made, task, coming, Path(folder))
            if lines == 0:
                made = beside.submit(made).result
            spoken = self._speak(task, Spoken(lines, finished_s, goes_on=True), beside, coming)
            if spoken.wanted and not spoken.goes_on:
                coming.all_kept()
                self.finish(work, made)
            return spoken

    def begin(self, work: TaskRun) -> SpeechTask | None:
        """The task, with the voiceprints of when it was begun kept; None if it is not wanted any more. Raises NotFound,
        VoiceNotReady."""
        task = self._wanted(work)
        if task is None or task.state is not TaskState.QUEUED:
            return task
        prints = tuple(self._voiceprints(task))
        begun = start_task(task, self.clock())
        try:
            self.tasks.save(work.app_id, begun, was=TaskState.QUEUED, files=prints)
        except WrongState:
            return None
        return begun

    def finish(self, work: TaskRun, made: Callable[[], Made]) -> None:
        """Wait for the file and its subtitles; with them the task is done. Raises OSError, EngineFailed."""
        task = self._wanted(work)
        if task is None:
            return
        result, files = made()
        try:
            self.tasks.save(work.app_id, finish_task(task, result, self.clock()), was=TaskState.RUNNING, files=files)
        except WrongState:  # cancelled just now
            return
        amounts = {Measure.SPEECH_MS: round(result.duration_s * 1000)}
        self.usage.add(work.app_id, month_of(self.clock()), amounts)
        self.observer.ended("speech_task", TaskState.DONE)

    def tidy(self, work: TaskRun, lines: int) -> None:
        """Forget what the steps left for each other."""
        self._scripts.forget(work.task_id)
        try:
            voices = {segment.voice for segment in self.tasks.get(work.app_id, work.task_id).segments}
        except NotFound:
            voices = set()
        names = [_line_name(work.run, number) for number in range(lines)]
        names += [name(work.run, voice) for voice in voices for name in (_print_name, _stand_in_name)]
        self.pieces.discard(work.app_id, work.task_id, names)
        while self.pieces.discard(work.app_id, work.task_id, [_line_name(work.run, lines)]):
            lines += 1  # by a step that did not come to its end

    def fail(self, work: TaskRun, problem: Problem) -> None:
        """Note that the task came to nothing, unless it has ended otherwise."""
        while (task := self._wanted(work)) is not None:
            try:
                self.tasks.save(work.app_id, fail_task(task, problem, self.clock()), was=task.state)
            except WrongState:
                continue
            self.observer.ended("speech_task", TaskState.FAILED)
            return

    # ---------------------------------------------------------------- speaking

    def _speak(self, task: SpeechTask, so_far: Spoken, beside: Executor, coming: LinesToCome) -> Spoken:
        """A line is kept while the next one is spoken, and may then be joined."""
        work = TaskRun(task.app_id, task.id, task.run)
        lines, finished_s, ends_s = so_far.lines, so_far.finished_s, self.now_s() + self.step_s
        keep: Callable[[], None] = _nothing
        while self._wanted(work) is not None:
            line = self._scripts.line(task.id, lines, partial(self._script, task))
            kept = self._kept(task, lines)
            keeping = beside.submit(coming.keep, keep, lines)
            self.go_on()
            spoken = kept or self.say(task, line)
            keeping.result()
            finished_s += spoken.audio.duration_s
            keep = partial(self.keep, task, line, lines, None if kept else spoken, finished_s)
            lines += 1
            if line.is_last or self.now_s() >= ends_s:
                coming.keep(keep, lines)
                return Spoken(lines, finished_s, goes_on=not line.is_last)
        return Spoken(lines, finished_s, goes_on=False, wanted=False)

    def _wanted(self, work: TaskRun) -> SpeechTask | None:
        """The task, unless it has ended, is gone, or has gone on to another run."""
        try:
            task = self.tasks.get(work.app_id, work.task_id)
        except NotFound:
            return None
        return None if task.state.ended or task.run != work.run else task

    def _voiceprints(self, task: SpeechTask) -> Iterator[StoredFile]:
        for voice in {segment.voice for segment in task.segments}:
            role = self.casting.role(task.app_id, voice)
            yield self._piece(task, _print_name(task.run, voice), voiceprint_bytes(role.voiceprint))
            if role.stand_in is not None:
                yield self._piece(task, _stand_in_name(task.run, voice), voiceprint_bytes(role.stand_in))

    def _piece(self, task: SpeechTask, name: str, content: bytes) -> StoredFile:
        return self.pieces.made(task.app_id, task.id, name, content)

    def _script(self, task: SpeechTask) -> Iterator[Line]:
        name, version = task.lexicon or (None, None)
        return script(task.segments, lexicon_of(self.lexicons, task.app_id, name, version))

    def say(self, task: SpeechTask, line: Line) -> SpokenLine:
        """The line, by the engine of its voice, or by the one that stands in while that is down. Raises EngineFailed,
        EngineHung, EngineDown."""
        voice = task.segments[line.segment].voice
        try:
            return self._said(task, line, self._print(task, voice))
        except EngineDown:
            stand_in = self._stand_in(task, voice)
            if stand_in is None:
                raise
            return self._said(task, line, stand_in)

    def _said(self, task: SpeechTask, line: Line, voiceprint: Voiceprint) -> SpokenLine:
        delivery = task.segments[line.segment].delivery
        begun_s = self.now_s()
        with self.casting.engines.of(voiceprint.engine).for_work() as engine:
            parts = Mouth(engine, voiceprint, delivery).speak_all([line.utterance])
            spoken = joined(line.segment, parts, engine=voiceprint.engine)
        self.observer.spoken(spoken.audio.duration_s, self.now_s() - begun_s, voiceprint.engine)
        return spoken

    def keep(self, task: SpeechTask, line: Line, number: int, spoken: SpokenLine | None, finished_s: float) -> None:
        """Keep the line unless it is kept already (None), and note how far the task is."""
        piece = () if spoken is None else (self._piece(task, _line_name(task.run, number), to_bytes(spoken)),)
        progress = _SPOKEN_PERCENT * _spoken_characters(task, line) / task.characters
        self.tasks.progress(task.app_id, task.id, progress, finished_s, at=self.clock(), files=piece)

    def _kept(self, task: SpeechTask, number: int) -> SpokenLine | None:
        content = self.pieces.load(task.app_id, task.id, _line_name(task.run, number))
        return None if content is None else from_bytes(content, [segment.order.text for segment in task.segments])

    def _print(self, task: SpeechTask, voice: UUID | str) -> Voiceprint:
        content = self.pieces.load(task.app_id, task.id, _print_name(task.run, voice))
        if content is None:
            raise StoreUnavailable(store="workpieces", problem=f"the voiceprint of task {task.id} is gone")
        return read_voiceprint(content)

    def _stand_in(self, task: SpeechTask, voice: UUID | str) -> Voiceprint | None:
        content = self.pieces.load(task.app_id, task.id, _stand_in_name(task.run, voice))
        return None if content is None else read_voiceprint(content)

    # ---------------------------------------------------------------- the file

    def _made(self, task: SpeechTask, lines: LinesToCome, folder: Path) -> Made:
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
            louder_db=task.delivered.louder_db,
        )
        cues = tape.cues(facts)
        shown.write_text(render(cues, format=SubtitleFormat(task.delivered.subtitles)), encoding="utf-8", newline="\n")
        audio = self._file(task, sound, Purpose.SPEECH, format.content_type)
        subtitles = self._file(task, shown, Purpose.SUBTITLES, _SUBTITLE_TYPES[task.delivered.subtitles])
        segments = self._each_segment(task, lines, folder, label) if _wants_each_segment(task) else ()
        plain = tuple(json.loads(json.dumps(asdict(cue))) for cue in cues)
        result = TaskResult(
            audio.id,
            subtitles.id,
            facts.duration_s,
            facts.loudness_lufs,
            plain,
            label=as_dict(label),
            segment_file_ids=tuple(file.id for file in segments or (audio,)) if task.delivered.each_segment else (),
            engines=tape.engines,
        )
        return result, (audio, subtitles, *segments)

    def _each_segment(
        self, task: SpeechTask, lines: LinesToCome, folder: Path, label: AigcLabel
    ) -> tuple[StoredFile, ...]:
        """The sound of every segment, in their order."""
        format, files = Format(task.delivered.format), []
        for index, spoken in groupby(self._lines(task, lines), key=lambda line: line.segment):
            path = folder / f"segment-{index + 1}.{format}"
            finish(
                (line.audio for line in spoken),
                path,
                format=format,
                sample_rate_hz=task.delivered.sample_rate_hz,
                label=label,
                cue=task.segments[index].order.cue,
            )
            files.append(self._file(task, path, Purpose.SPEECH, format.content_type))
        return tuple(files)

    def _lines(self, task: SpeechTask, lines: LinesToCome) -> Iterator[SpokenLine]:
        for number in lines:
            line = self._kept(task, number)
            if line is None:
                raise StoreUnavailable(store="workpieces", problem=f"line {number} of task {task.id} is gone")
            yield line

    def _file(self, task: SpeechTask, path: Path, purpose: Purpose, media_type: str) -> StoredFile:
        now = self.clock()
        days = self.apps.get(task.app_id).quota.retention_days
        expires_at = None if days is None else now + timedelta(days=days)
        file_id = uuid5(task.id, f"{path.name} {task.run}")
        return StoredFile(file_id, task.app_id, purpose, path.name, media_type, now, self.blobs.add(path), expires_at)


def _nothing() -> None:
    """There is no line yet to be kept."""


def _wants_each_segment(task: SpeechTask) -> bool:
    """An only segment has the file of the whole."""
    return task.delivered.each_segment and len(task.segments) > 1


_SUBTITLE_TYPES = {"srt": "application/x-subrip", "vtt": "text/vtt", "json": "application/json"}


def _print_name(run: int, voice: UUID | str) -> str:
    return _of_run(run, f"voiceprint {voice}")


def _stand_in_name(run: int, voice: UUID | str) -> str:
    return _of_run(run, f"stand-in voiceprint {voice}")


def _line_name(run: int, number: int) -> str:
    return _of_run(run, f"line {number}")


def _of_run(run: int, name: str) -> str:
    """The first run's are named as they were when there was no other: it may have begun then."""
    return name if run == 1 else f"run {run} {name}"


def _spoken_characters(task: SpeechTask, line: Line) -> int:
    before = sum(len(segment.order.text) for segment in task.segments[: line.segment])
    return before + line.utterance.words[-1].end if line.utterance.words else before
