"""Speech on the wire: asynchronous jobs and auditions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from hwamei.dialects.huawei.ids import parsed, spelled
from hwamei.dialects.huawei.wire.ssml import plain
from hwamei.dialects.huawei.wire.values import In, Out, mapping
from hwamei.domain.errors import BadField
from hwamei.domain.speech import Delivery, SpeechOrder
from hwamei.domain.speech_task import PRIORITY_RANGE, USUAL_PRIORITY, Delivered, Segment, SpeechTask, TaskState
from hwamei.domain.stored_file import Purpose, StoredFile
from hwamei.service.files import Files
from hwamei.web.texts import Text

KEPT = "huawei"
MAX_CHARACTERS = 100_000
USUAL_VOLUME = 140
USUAL_SPEED = USUAL_PITCH = 100

AssetId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-zA-Z0-9\-_]+$")]


class Kind(StrEnum):
    """Which call a task was made with."""

    ASYNC_JOB = "ASYNC_JOB"
    AUDITION = "AUDITION"


class AudioFormat(StrEnum):
    """Of the sound file."""

    WAV = "WAV"
    MP3 = "MP3"


class State(StrEnum):
    """Where a task stands."""

    WAITING = "WAITING"
    PROCESSING = "PROCESSING"
    SUCCEED = "SUCCEED"
    FAILED = "FAILED"


STATES: Mapping[TaskState, State] = {
    TaskState.QUEUED: State.WAITING,
    TaskState.RUNNING: State.PROCESSING,
    TaskState.DONE: State.SUCCEED,
    TaskState.FAILED: State.FAILED,
    TaskState.CANCELLED: State.FAILED,
}


class CallbackConfig(In):
    """Where to tell that a job has ended. `auth_type`, `key`: of other calls of the vendor; see README.md."""

    callback_url: Annotated[Text, Field(min_length=1, max_length=2048, pattern=r"^[Hh][Tt][Tt][Pp][Ss]?://\S+$")]
    key: str | None = None


class SpokenBody(In):
    """What both calls say of a text and how it is spoken."""

    text: Annotated[Text, Field(max_length=MAX_CHARACTERS)]
    tts_text: Annotated[Text, Field(max_length=MAX_CHARACTERS)] | None = None
    speed: Annotated[int, Field(ge=50, le=200)] = USUAL_SPEED
    pitch: Annotated[int, Field(ge=50, le=200)] = USUAL_PITCH
    volume: Annotated[int, Field(ge=90, le=240)] = USUAL_VOLUME
    channels: Annotated[int, Field(ge=1, le=2)] = 1
    is_vocabulary_config_enable: bool | None = None

    def segment(self, voice: str) -> Segment:
        """The text as it is to be spoken. Raises BadField, TextEmpty, TextTooLong."""
        order = SpeechOrder(
            plain(self.tts_text or self.text),
            delivery=Delivery(self.speed / USUAL_SPEED, 12 * math.log2(self.pitch / USUAL_PITCH)),
        )
        return Segment(order, voice_named(voice))

    @property
    def louder_db(self) -> float:
        """How much louder than usual."""
        return 20 * math.log10(self.volume / USUAL_VOLUME)


class AsyncBody(SpokenBody):
    """An order of a sound file."""

    voice_asset_id: AssetId
    audio_format: AudioFormat = AudioFormat.WAV
    need_timestamp: bool = False
    silence_flag: bool = False
    silence_time_ms: Annotated[int, Field(ge=0, le=5000)] = 2000
    callback_config: CallbackConfig | None = None
    gen_srt: bool = False
    srt_len: Annotated[int, Field(ge=0, le=10_000)] | None = None
    srt_line_limit: Annotated[int, Field(ge=0, le=5_000)] = 1
    slice_segments: bool = True
    output_external_url: str | None = None
    srt_output_external_url: str | None = None
    action_output_external_url: str | None = None
    is_concurrent_resource: bool = False
    priority: Annotated[int, Field(ge=0, le=10)] | None = None

    @property
    def delivered(self) -> Delivered:
        """In the domain's words."""
        return Delivered(self.audio_format.lower(), louder_db=self.louder_db)

    @property
    def task_priority(self) -> int:
        """In the domain's words: here 0 goes first."""
        return USUAL_PRIORITY if self.priority is None else max(PRIORITY_RANGE[1] - self.priority, PRIORITY_RANGE[0])

    @property
    def extra(self) -> Mapping[str, object]:
        """For the domain to keep."""
        return {KEPT: {"kind": Kind.ASYNC_JOB, "timestamps": self.need_timestamp, "subtitles": self.gen_srt}}

    def refuse_impossible(self) -> None:
        """Raises BadField for what would silently not happen."""
        for name in ("output_external_url", "srt_output_external_url", "action_output_external_url"):
            if getattr(self, name):
                problem = "results are not uploaded elsewhere; fetch them from the addresses of the job"
                raise BadField(name=name, given="(an address)", problem=problem)
        if self.callback_config is not None and self.callback_config.key:
            problem = "callbacks are signed with the secret of the app (SK); leave the key out"
            raise BadField(name="callback_config.key", given="(a key)", problem=problem)


class AuditionBody(SpokenBody):
    """An order to hear a voice. `emotion` is the voice."""

    emotion: AssetId
    business_type: Annotated[Text, Field(max_length=1000)] = ""
    style: Annotated[Text, Field(max_length=100)] = ""

    @property
    def delivered(self) -> Delivered:
        """In the domain's words."""
        return Delivered("mp3", louder_db=self.louder_db)

    @property
    def extra(self) -> Mapping[str, object]:
        """For the domain to keep."""
        return {KEPT: {"kind": Kind.AUDITION}}


def voice_named(asset_id: str) -> UUID | str:
    """One of the app's voices by its id, or else one of the engine's own by name."""
    return parsed(asset_id) or asset_id


def kind_of(task: SpeechTask) -> str | None:
    """Which call the task was made with; None if it was another dialect's."""
    kind = mapping(task.extra.get(KEPT)).get("kind")
    return None if kind is None else str(kind)


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of what a task made."""

    audio: str
    subtitles: str | None
    wants_timestamps: bool


def links_of(task: SpeechTask, files: Files, base_url: str) -> Links:
    """The addresses of a task that is done."""
    assert task.result is not None
    wanted = mapping(task.extra.get(KEPT))

    def link(file_id: UUID, purpose: Purpose, suffix: str) -> str:
        file = StoredFile(file_id, task.app_id, purpose, f"{spelled(task.id)}.{suffix}", "", task.updated_at)
        return files.link(file, base_url=base_url)

    return Links(
        audio=link(task.result.audio_file_id, Purpose.SPEECH, task.delivered.format),
        subtitles=link(task.result.subtitles_file_id, Purpose.SUBTITLES, "srt") if wanted.get("subtitles") else None,
        wants_timestamps=bool(wanted.get("timestamps")),
    )


class Made(Out):
    """The job that was made."""

    job_id: str

    @classmethod
    def of(cls, task: SpeechTask) -> Self:
        """The task's id."""
        return cls(job_id=spelled(task.id))


class AsyncOut(Out):
    """A job, with addresses of its files when it is done."""

    state: State
    code: str
    message: str
    audio_file_url: str | None = None
    audio_info_file_url: str | None = None
    audio_srt_file_url: str | None = None


class AuditionFile(Out):
    """One file to hear."""

    download_url: str


class AuditionOut(Out):
    """What there is to hear so far."""

    is_file_complete: bool
    code: str
    message: str
    files: list[AuditionFile]
