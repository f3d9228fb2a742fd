"""An app's voices on a server, from the moment they are ordered until they are gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from hwamei.domain.app import AppId
from hwamei.domain.errors import WrongState
from hwamei.domain.language import Language
from hwamei.domain.listing import ANY_TIME, Between
from hwamei.domain.problem import Problem
from hwamei.domain.voice import Level, ReferenceFacts, Voiceprint, check_voice_name

MAX_STYLES = 20  # of one voice


class VoiceState(StrEnum):
    """Where a voice stands. A draft waits for its recordings."""

    DRAFT = "draft"
    QUEUED = "queued"
    TRAINING = "training"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"
    DELETED = "deleted"


VOICE_MOVES: Mapping[VoiceState, frozenset[VoiceState]] = {
    VoiceState.DRAFT: frozenset({VoiceState.QUEUED, VoiceState.FAILED, VoiceState.EXPIRED, VoiceState.DELETED}),
    VoiceState.QUEUED: frozenset({VoiceState.TRAINING, VoiceState.FAILED, VoiceState.EXPIRED, VoiceState.DELETED}),
    VoiceState.TRAINING: frozenset({VoiceState.READY, VoiceState.FAILED, VoiceState.EXPIRED, VoiceState.DELETED}),
    VoiceState.READY: frozenset({VoiceState.QUEUED, VoiceState.EXPIRED, VoiceState.DELETED}),
    VoiceState.FAILED: frozenset({VoiceState.QUEUED, VoiceState.EXPIRED, VoiceState.DELETED}),
    VoiceState.EXPIRED: frozenset({VoiceState.DELETED}),
    VoiceState.DELETED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Consent:
    """Who speaks in the recordings and on what ground their voice may be cloned, in the words of who made the voice.

    `file_id`: what they have signed, kept as long as the voice.
    """

    speaker: str
    ground: str
    given_at: datetime
    file_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReferenceSource:
    """One recording: an address to fetch, or a file that is here. A fetched one gets its `file_id`.

    `text`: what is said in it, where that is known.
    """

    url: str | None = None
    file_id: UUID | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class OwnedVoice:
    """A voice at one moment. A trained voice that is trained anew keeps speaking with its voiceprint until then.

    `engine`: who made the voiceprint, or is to; `stand_in`: the voiceprint of another engine, which speaks while that
    one is missing or down, in apps that will have it; `job_id`: the latest training job; `extra`: for a dialect to
    remember; `style_of`: the voice of which this is a style: another way in which the same person speaks, with
    recordings and a voiceprint of its own. It is in no list of voices, and goes with its voice.
    """

    id: UUID
    app_id: AppId
    name: str
    level: Level
    engine: str
    created_at: datetime
    updated_at: datetime
    reference: tuple[ReferenceSource, ...] = ()
    language: Language | None = None
    state: VoiceState = VoiceState.QUEUED
    job_id: UUID | None = None
    facts: ReferenceFacts | None = None
    voiceprint: Voiceprint | None = field(default=None, compare=False)
    preview_file_id: UUID | None = None
    preview_text: str | None = None
    consent: Consent | None = None
    extra: Mapping[str, object] = field(default_factory=dict)
    problem: Problem | None = None
    expires_at: datetime | None = None
    style_of: UUID | None = None
    picture_file_id: UUID | None = None
    stand_in: Voiceprint | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        check_voice_name(self.name)

    @property
    def file_ids(self) -> frozenset[UUID]:
        """The files that are this voice's, and go with it."""
        signed = None if self.consent is None else self.consent.file_id
        made = (self.clip_file_id, self.preview_file_id, self.picture_file_id, signed)
        return frozenset(each for each in (*(source.file_id for source in self.reference), *made) if each is not None)

    @property
    def clip_file_id(self) -> UUID | None:
        """The speech that was cut out of the recordings, which is kept once they have been measured."""
        return None if self.facts is None else uuid5(self.id, "clip")


def move_voice(voice: OwnedVoice, to: VoiceState, now: datetime, *, problem: Problem | None = None) -> OwnedVoice:
    """The voice in another state. Raises WrongState."""
    if to not in VOICE_MOVES[voice.state]:
        raise WrongState(what="voice", given=str(voice.id), state=voice.state, wanted=to)
    return replace(voice, state=to, updated_at=now, problem=problem)


@dataclass(frozen=True, slots=True)
class VoiceFilter:
    """Which voices: in one of the states (all but deleted if empty), with a text in the name, made in a time.

    `styles_of`: the styles of these voices, and no voices.
    """

    states: frozenset[VoiceState] = frozenset()
    name_contains: str | None = None
    created: Between = ANY_TIME
    styles_of: frozenset[UUID] = frozenset()
