"""Voices and the jobs that make them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, Json, model_validator

from hwamei.dialects.native.wire.values import CallbackUrl, HttpUrl, Moment, ProblemOut, Text, Wire
from hwamei.domain.language import Language
from hwamei.domain.owned_voice import OwnedVoice, VoiceState
from hwamei.domain.problem import Problem
from hwamei.domain.training_job import JobState, LogEntry, TrainingJob
from hwamei.domain.voice import MAX_VOICE_NAME_CHARACTERS, Level, ReferenceFacts, Voiceprint

MAX_SEED = 2**31 - 1
MAX_CONSENT_CHARACTERS = 2_000
MAX_ENGINE_NAME_CHARACTERS = 100
MAX_SAID_CHARACTERS = 10_000

Name = Annotated[Text, Field(min_length=1, max_length=MAX_VOICE_NAME_CHARACTERS)]
EngineName = Annotated[Text, Field(min_length=1, max_length=MAX_ENGINE_NAME_CHARACTERS)]
Said = Annotated[Text, Field(min_length=1, max_length=MAX_SAID_CHARACTERS)]
Seed = Annotated[int, Field(ge=0, le=MAX_SEED)]


class ReferenceBody(Wire):
    """One recording: an address, or a file that was uploaded before."""

    url: HttpUrl | None = None
    file_id: UUID | None = None
    text: Said | None = None
    """What is said in it, for an engine that wants to know."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.url is None) == (self.file_id is None):
            raise ValueError("give either url or file_id")
        return self


class ConsentBody(Wire):
    """Who speaks, and on what ground their voice may be cloned."""

    speaker: Annotated[Text, Field(min_length=1, max_length=MAX_CONSENT_CHARACTERS)]
    ground: Annotated[Text, Field(min_length=1, max_length=MAX_CONSENT_CHARACTERS)]
    given_at: Moment | None = None
    """Now, if it is not said."""


class VoiceOptions(CallbackUrl):
    """What may be said of a voice that is to be made."""

    name: Name
    level: Level = Level.TRAINED
    language: Language | None = None
    """What is spoken in the recordings; found out if it is not said."""
    seed: Seed = 0
    """The same recordings, level and seed make the same voice."""
    preview_text: Text | None = None
    """What the voice says first."""
    engine: EngineName | None = None
    """Which engine makes the voice and speaks for it; the app's if it is not said. See `GET /engines`."""


class VoiceBody(VoiceOptions):
    """A voice to be made from recordings that are somewhere already."""

    reference: Annotated[list[ReferenceBody], Field(min_length=1, max_length=100)]
    consent: ConsentBody | None = None


class VoiceForm(VoiceOptions):
    """A voice to be made from recordings that are sent along; they are the form's files, whatever they are named."""

    texts: Json[list[Said | None]] | None = None
    """What is said in each recording, in their order, as JSON: `["Good morning.", null]`; null where nobody knows."""
    consent_speaker: Annotated[Text, Field(min_length=1, max_length=MAX_CONSENT_CHARACTERS)] | None = None
    consent_ground: Annotated[Text, Field(min_length=1, max_length=MAX_CONSENT_CHARACTERS)] | None = None

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.consent_speaker is None) != (self.consent_ground is None):
            raise ValueError("give consent_speaker and consent_ground, or neither")
        return self

    @property
    def consent(self) -> ConsentBody | None:
        """As one value."""
        if self.consent_speaker is None or self.consent_ground is None:
            return None
        return ConsentBody(speaker=self.consent_speaker, ground=self.consent_ground)


class RenameBody(Wire):
    """Another name."""

    name: Name


class RetrainBody(CallbackUrl):
    """What is to be different this time."""

    level: Level | None = None
    seed: Seed | None = None
    engine: EngineName | None = None
    """Another engine; until the voice is ready for it, and if that fails, it speaks with the one that it has."""


class ReferenceOut(Wire):
    """One recording."""

    url: str | None
    file_id: UUID | None
    text: str | None


class ConsentOut(Wire):
    """As it was given."""

    speaker: str
    ground: str
    given_at: Moment


class FactsOut(Wire):
    """What was measured on the recordings together."""

    duration_s: float
    speech_s: float
    level_dbfs: float
    noise_dbfs: float
    clipped_share: float
    bandwidth_hz: float
    speakers_heard: int
    language: Language | None

    @classmethod
    def of(cls, facts: ReferenceFacts) -> Self:
        """As measured."""
        return cls(**{name: getattr(facts, name) for name in cls.model_fields})


class VoiceprintOut(Wire):
    """What the engine keeps of the voice."""

    engine: str
    level: Level
    facts: dict[str, float]

    @classmethod
    def of(cls, voiceprint: Voiceprint) -> Self:
        """All but the numbers."""
        return cls(engine=voiceprint.engine, level=voiceprint.level, facts=dict(voiceprint.facts))


@dataclass(frozen=True, slots=True)
class SoundUrls:
    """Where the sounds of a voice are; None where there are none."""

    preview: str | None = None
    speech: str | None = None


class VoiceOut(Wire):
    """A voice of the app."""

    id: UUID
    name: str
    state: VoiceState
    level: Level
    """Of the latest training that was ordered."""
    engine: str
    """That made the voice, or is to make it in the training that goes on; `voiceprint.engine` speaks."""
    language: Language | None
    job_id: UUID | None
    """The latest training job."""
    reference: list[ReferenceOut]
    facts: FactsOut | None
    voiceprint: VoiceprintOut | None
    stand_in_engine: str | None
    """That speaks while the voice's engine is missing or down, in apps that allow it."""
    preview_text: str | None
    preview_file_id: UUID | None
    preview_url: str | None
    """What the voice says first, as sound; the address works for a time, without a key."""
    speech_url: str | None
    """The speech that was cut out of its recordings."""
    consent: ConsentOut | None
    problem: ProblemOut | None
    created_at: Moment
    updated_at: Moment
    expires_at: Moment | None

    @classmethod
    def of(cls, voice: OwnedVoice, sounds: SoundUrls) -> Self:
        """The voice as it is shown, with the addresses of its sounds."""
        consent = voice.consent
        return cls(
            id=voice.id,
            name=voice.name,
            state=voice.state,
            level=voice.level,
            engine=voice.engine,
            language=voice.language,
            job_id=voice.job_id,
            reference=[ReferenceOut(url=each.url, file_id=each.file_id, text=each.text) for each in voice.reference],
            facts=voice.facts and FactsOut.of(voice.facts),
            voiceprint=voice.voiceprint and VoiceprintOut.of(voice.voiceprint),
            stand_in_engine=voice.stand_in and voice.stand_in.engine,
            preview_text=voice.preview_text,
            preview_file_id=voice.preview_file_id,
            preview_url=sounds.preview,
            speech_url=sounds.speech,
            consent=consent and ConsentOut(speaker=consent.speaker, ground=consent.ground, given_at=consent.given_at),
            problem=shown_problem(voice.problem),
            created_at=voice.created_at,
            updated_at=voice.updated_at,
            expires_at=voice.expires_at,
        )


class JobOut(Wire):
    """A training job."""

    id: UUID
    voice_id: UUID
    state: JobState
    level: Level
    engine: str | None
    """That is to make the voice; null in jobs of an older version."""
    seed: int
    progress: float
    """0 to 100."""
    run: int
    """How often it was ordered, retries included."""
    attempts: int
    """How often it was begun."""
    problem: ProblemOut | None
    callback_url: str | None
    created_at: Moment
    updated_at: Moment
    started_at: Moment | None
    ended_at: Moment | None

    @classmethod
    def of(cls, job: TrainingJob) -> Self:
        """The job as it is shown."""
        return cls(
            id=job.id,
            voice_id=job.voice_id,
            state=job.state,
            level=job.level,
            engine=job.engine,
            seed=job.seed,
            progress=round(job.progress, 1),
            run=job.run,
            attempts=job.attempts,
            problem=shown_problem(job.problem),
            callback_url=job.callback and job.callback.url,
            created_at=job.created_at,
            updated_at=job.updated_at,
            started_at=job.started_at,
            ended_at=job.ended_at,
        )


class VoiceOrdered(Wire):
    """A voice that waits to be trained, and the job that will do it."""

    voice: VoiceOut
    job: JobOut


class LogLine(Wire):
    """One thing that happened in a job."""

    at: Moment
    event: str
    fields: dict[str, Any]

    @classmethod
    def of(cls, entry: LogEntry) -> Self:
        """The line as it is shown."""
        return cls(at=entry.at, event=entry.event, fields=dict(entry.fields))


class JobLog(Wire):
    """All that happened in a job, the oldest first."""

    lines: list[LogLine]


class PresetOut(Wire):
    """A voice that the engine brings along; its name goes where a voice's id goes."""

    name: str
    language: Language | None


class Presets(Wire):
    """The engine's own voices, the default first."""

    presets: list[PresetOut]


def shown_problem(problem: Problem | None) -> ProblemOut | None:
    """The problem as it is shown."""
    if problem is None:
        return None
    return ProblemOut(code=problem.code, message=problem.text, callers=problem.callers, reason=problem.reason)
