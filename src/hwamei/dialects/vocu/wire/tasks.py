"""Tasks of several contents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import Field

from hwamei.dialects.vocu.cards import FileCard, VoiceCard
from hwamei.dialects.vocu.ids import spelt, user_id
from hwamei.dialects.vocu.memory import TaskNotes, notes_in
from hwamei.dialects.vocu.refusals import Declined
from hwamei.dialects.vocu.wire.speech import Lenient, Manner, language_of
from hwamei.dialects.vocu.wire.values import Body, Flag, Json, LinkTo, Optional, moment
from hwamei.dialects.vocu.wire.voices import LANGUAGES, OTHER_LANGUAGES, as_spoken
from hwamei.domain.app import App
from hwamei.domain.language import Language
from hwamei.domain.speech_task import MAX_SEGMENTS, SpeechTask, TaskState
from hwamei.web.texts import Text

TYPE = "vocu-neural-voice-001"
STATUSES = {
    TaskState.QUEUED: "pending",
    TaskState.RUNNING: "processing",
    TaskState.DONE: "generated",
    TaskState.FAILED: "failed",
    TaskState.CANCELLED: "failed",
}


class ContentBody(Manner):
    """A text and who says it. What was sent of these fields is shown again; all others are passed over."""

    type: Optional = None
    voice_id: Optional = None
    text: Text | None = None
    vivid: Any = None
    break_clone: Any = None
    preset: Any = None
    flash: Any = None

    def check(self) -> None:
        """Raises Declined."""
        super().check()
        if self.type not in (None, "text"):
            raise _bad(f"contents of the type {self.type[:20]!r} are not made here, only text")
        if self.voice_id is None:
            raise _bad("a content needs its voiceId")
        if self.text is not None and not self.text.strip():
            raise Declined(code="TTS_TEXT_EMPTY", field="contents")
        if self.text is None:
            raise _bad("a content needs its text")

    def language_wanted(self) -> Language | None:
        """None: find out. Raises Declined."""
        known = (self.language or "auto").lower()
        if known not in ("auto", "", *LANGUAGES, *OTHER_LANGUAGES):
            raise _bad(f"the language {known[:20]!r} is not known; send auto, zh or en-us")
        return language_of(self.language, "TTS_CONTENTS_INVALID")

    def remembered(self) -> Json:
        """The content as it is shown again."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)


class GenerateBody(Manner):
    """A task, in one of the shapes that clients send: contents, or one text or several with a voice for all."""

    contents: list[ContentBody] | None = Field(default=None, max_length=MAX_SEGMENTS)
    voice_id: Optional = None
    text: Text | None = None
    texts: list[Text] | None = Field(default=None, max_length=MAX_SEGMENTS)
    splitter: Any = None
    splitter_id: Optional = None
    project_id: Optional = None
    srt: Flag | None = None
    sync: Flag = False
    temperature: Lenient = None
    top_k: Lenient = None
    top_p: Lenient = None
    dictionary: list[Any] | None = None

    def all_contents(self) -> Sequence[ContentBody]:
        """Raises Declined for what is none of the shapes, or several at once."""
        self._refuse_what_is_not_offered()
        shapes = [each for each in (self.contents, self.text, self.texts) if each is not None]
        if not shapes:
            problem = "Required field is missing: contents."
            raise Declined(code="VALIDATION_MISSING_FIELD", problem=problem, field="contents")
        if len(shapes) > 1:
            problem = "Parameter conflict detected. Send contents, or text, or texts."
            raise Declined(code="VALIDATION_CONFLICT", problem=problem)
        if self.contents is None:
            return [self._content(text) for text in self.texts or [self.text or ""]]
        if not self.contents:
            raise _bad("it is empty")
        return self.contents

    def manner_of(self, content: ContentBody) -> Manner:
        """How the content is said: as it says, and for what it leaves open as the whole task."""
        said = self.model_dump(include=set(Manner.model_fields), exclude_unset=True)
        return Manner.model_validate(said | content.model_dump(include=set(Manner.model_fields), exclude_unset=True))

    def notes(self, contents: Sequence[ContentBody], voices: Sequence[VoiceCard]) -> TaskNotes:
        """What is remembered of it."""
        figures = {"temperature": self.temperature, "top_k": self.top_k, "top_p": self.top_p}
        return TaskNotes(
            contents=tuple(content.remembered() for content in contents),
            voices=tuple(voices),
            srt=self.srt,
            **{name: value for name, value in figures.items() if value is not None},
        )

    def _content(self, text: str) -> ContentBody:
        return ContentBody(voice_id=self.voice_id, text=text, prompt_id=self.prompt_id)

    def _refuse_what_is_not_offered(self) -> None:
        if self.splitter is not None:
            problem = "Invalid splitter configuration. Splitters are not offered here; send contents."
            raise Declined(code="TTS_SPLITTER_INVALID", problem=problem, field="splitter")
        if self.splitter_id is not None:
            raise Declined(code="SPLITTER_NOT_FOUND")
        if self.project_id is not None:
            raise Declined(code="PROJECT_NOT_FOUND")


class RegenerateBody(Body):
    """Which contents are to be said again, by their numbers from 0; all if none are named."""

    contents: list[int] | None = Field(default=None, max_length=MAX_SEGMENTS)

    def numbers(self, contents: int) -> tuple[int, ...]:
        """Each once, in order. Raises Declined."""
        wanted = range(contents) if self.contents is None else self.contents
        if not wanted or not set(wanted) <= set(range(contents)):
            raise _bad(f"send numbers of 0 to {contents - 1}")
        return tuple(sorted(set(wanted)))


def shown(task: SpeechTask, app: App, link: LinkTo, voices: Sequence[VoiceCard]) -> Json:
    """The task as lists show it. `voices`: of one that this dialect did not make."""
    notes = notes_in(TaskNotes, task.extra)
    contents = notes.contents if notes else _contents_of(task)
    notes = notes or TaskNotes(voices=tuple(voices))
    metadata: Json = {
        "contents": [{**content, **_made(task, number, link)} for number, content in enumerate(contents)],
        "characters": characters_of(contents),
        "voices": [as_spoken(card, link) for card in notes.voices],
        "temperature": notes.temperature,
        "top_k": notes.top_k,
        "top_p": notes.top_p,
        "isPremium": False,
        **_made(task, None, link),
        "regenerates": [each.model_dump(mode="json") for each in notes.regenerates],
    }
    if notes.srt is not None:
        metadata |= _subtitles(task, link, wanted=notes.srt)
    if task.state is TaskState.FAILED and task.problem is not None:
        metadata["failedReason"] = task.problem.text
    return {
        "id": str(task.id),
        "userId": user_id(app),
        "status": STATUSES[task.state],
        "type": TYPE,
        "metadata": metadata,
    }


def in_detail(task: SpeechTask, app: App, link: LinkTo, voices: Sequence[VoiceCard]) -> Json:
    """The task as it is shown alone: always with `srt`."""
    found = shown(task, app, link, voices)
    found["metadata"].setdefault("srt", False)
    return found


def characters_of(contents: Sequence[Json], numbers: Sequence[int] | None = None) -> int:
    """Of all their texts, or of those with these numbers."""
    chosen = contents if numbers is None else [contents[number] for number in numbers]
    return sum(len(content["text"]) for content in chosen)


def contents_of(task: SpeechTask) -> Sequence[Json]:
    """As they were sent, or as they would have been."""
    notes = notes_in(TaskNotes, task.extra)
    return notes.contents if notes else _contents_of(task)


def _contents_of(task: SpeechTask) -> Sequence[Json]:
    return [{"voiceId": spelt(segment.voice), "text": segment.order.text} for segment in task.segments]


def _made(task: SpeechTask, number: int | None, link: LinkTo) -> Json:
    """The sound of a content, or of the whole; a content that has no file of its own has the whole."""
    if task.result is None or not task.state.ended:
        return {}
    files, made_at = task.result.segment_file_ids, task.ended_at or task.updated_at
    file_id, part = task.result.audio_file_id, "merged"
    if number is not None and number < len(files):
        file_id, part = files[number], str(number + 1)
    name = f"{task.id}-{part}.{task.delivered.format}"
    return {"audio": link(_file(task, file_id, name)), "generatedAt": moment(made_at)}


def _subtitles(task: SpeechTask, link: LinkTo, *, wanted: bool) -> Json:
    if not wanted or task.result is None or not task.state.ended:
        return {"srt": wanted}
    name = f"{task.id}.{task.delivered.subtitles}"
    return {"srt": True, "srtUrl": link(_file(task, task.result.subtitles_file_id, name))}


def _file(task: SpeechTask, file_id: UUID, name: str) -> FileCard:
    return FileCard(app_id=task.app_id, id=file_id, name=name)


def _bad(problem: str) -> Declined:
    return Declined(code="TTS_CONTENTS_INVALID", problem=f"Invalid contents array: {problem}.", field="contents")
