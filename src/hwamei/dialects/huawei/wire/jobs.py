"""Training jobs on the wire, and what is remembered of them with the domain's job."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, Field

from hwamei.dialects.huawei.ids import parsed, spelled
from hwamei.dialects.huawei.wire.values import (
    In,
    Moment,
    Out,
    Paging,
    Text16,
    Text32,
    Text64,
    Text128,
    Text256,
    Text4096,
    UserId,
    between,
    mapping,
    seconds,
)
from hwamei.domain.errors import Unknown
from hwamei.domain.language import Language
from hwamei.domain.listing import Order, Sorted
from hwamei.domain.training_job import JobFilter, JobState, TrainingJob
from hwamei.web.texts import Text

KEPT = "huawei"  # under which name things are remembered
LISTED = {"huawei.listed": "yes"}
"""The label of the jobs that were made here and are not deleted."""
MOST_TIMES = 10


class JobType(StrEnum):
    """What is trained from."""

    BASIC = "BASIC"
    MIDDLE = "MIDDLE"
    ADVANCE = "ADVANCE"
    THIRD_PARTY = "THIRD_PARTY"

    @property
    def sentences(self) -> int | None:
        """How many pairs of recording and sentence there are; None: one long recording."""
        return {JobType.BASIC: 20, JobType.MIDDLE: 100}.get(self)


class CreateType(StrEnum):
    """How recordings are sent: in one archive, or one by one."""

    PACKAGE = "PACKAGE"
    SEGMENT = "SEGMENT"


class Sex(StrEnum):
    """Of the speaker, as the client says."""

    FEMALE = "FEMALE"
    MALE = "MALE"


class Tag(StrEnum):
    """What the voice is for."""

    ECOMMERCE = "ECOMMERCE"
    NEWS = "NEWS"
    MARKETING = "MARKETING"
    LIVE = "LIVE"
    EDUCATION = "EDUCATION"
    CUSTOMER = "CUSTOMER"
    STORYTELLING = "STORYTELLING"


class Service(StrEnum):
    """What else of the vendor's the voice is meant for; without effect here."""

    VIDEO_2D = "VIDEO_2D"
    LIVE_2D = "LIVE_2D"
    CHAT_2D = "CHAT_2D"


LANGUAGES = {"CN": Language.CHINESE, "EN": Language.ENGLISH}


def _known(given: str) -> str:
    if given.upper() not in LANGUAGES:
        raise ValueError("CN and EN are known")
    return given.upper()


LanguageIn = Annotated[str, AfterValidator(_known)]


class CommitBody(In):
    """What a commit may change."""

    voice_name: Annotated[Text, Field(min_length=1, max_length=64)] | None = None
    tag: Tag | None = None
    description: Text128 = None
    sex: Sex | None = None
    language: LanguageIn | None = None
    phone: Text16 = None
    app_user_id: Text256 = None
    output_language: Text32 = None
    custom_text: Text4096 = None


class CreateBody(In):
    """An order of a voice."""

    voice_name: Annotated[Text, Field(min_length=1, max_length=64)]
    tag: Tag | None = None
    description: Text128 = None
    sex: Sex = Sex.FEMALE
    language: LanguageIn = "CN"
    create_type: CreateType = CreateType.PACKAGE
    phone: Text16 = None
    dhtms_job_id: Text64 = None
    batch_name: Text256 = None
    output_language: Text32 = None
    custom_text: Text4096 = None
    is_ondemand_resource: bool = False
    supported_service: list[Service] = Field(default=[], max_length=10)


class Remembered(In):
    """What the vendor knows of a job and the domain does not."""

    job_type: JobType
    create_type: CreateType
    voice_name: str
    sex: Sex
    language: str
    tag: Tag | None = None
    description: str | None = None
    phone: str | None = None
    dhtms_job_id: str | None = None
    batch_name: str | None = None
    output_language: str | None = None
    custom_text: str | None = None
    is_ondemand_resource: bool = False
    supported_service: list[Service] = Field(default=[])
    app_user_id: str | None = None
    consent_file_id: UUID | None = None

    @classmethod
    def ordered(cls, body: CreateBody, job_type: JobType, user_id: str | None) -> Self:
        """What a new job is remembered with."""
        return cls(**body.model_dump(), job_type=job_type, app_user_id=user_id)

    @classmethod
    def of(cls, job: TrainingJob) -> Self:
        """What was remembered with the job."""
        return cls.model_validate(job.extra[KEPT])

    def changed(self, body: CommitBody | None) -> Self:
        """With what a commit changes."""
        changes = {} if body is None else body.model_dump(exclude_none=True)
        return self.model_copy(update=changes)

    @property
    def extra(self) -> Mapping[str, object]:
        """For the domain to keep, with the labels that the job is found by."""
        labels = {
            **LISTED,
            "huawei.job_type": self.job_type.value,
            "huawei.voice_name": self.voice_name,
            "huawei.tag": self.tag,
            "huawei.app_user_id": self.app_user_id,
            "huawei.batch_name": self.batch_name,
            "huawei.on_demand": _truth(self.is_ondemand_resource),
        }
        kept = self.model_dump(mode="json", exclude_none=True)
        return {KEPT: kept, "labels": {name: str(value) for name, value in labels.items() if value is not None}}


def is_listed(job: TrainingJob) -> bool:
    """Whether the job was made here and is not deleted."""
    return LISTED.items() <= job.labels.items()


def unlisted(job: TrainingJob) -> Mapping[str, object]:
    """What is remembered of a deleted job."""
    return {**job.extra, "labels": {}}


class State(StrEnum):
    """Where a job stands, as the vendor says it. Those that no job here is ever in may be asked for, too."""

    CREATING = "CREATING"
    SYSTEM_AUDITING = "SYSTEM_AUDITING"
    AUDITING = "AUDITING"
    WAITING_SPLIT = "WAITING_SPLIT"
    SPLITTING = "SPLITTING"
    SPLIT_FAILED = "SPLIT_FAILED"
    ANNOTATING = "ANNOTATING"
    WAITING = "WAITING"
    PROCESSING = "PROCESSING"
    RESULT_REVIEW = "RESULT_REVIEW"
    AUDIT_FAILED = "AUDIT_FAILED"
    USER_RESULT_REVIEW = "USER_RESULT_REVIEW"
    USER_REVIEW_REJECT = "USER_REVIEW_REJECT"
    UPLOADING = "UPLOADING"
    FAILED = "FAILED"
    SUCCEED = "SUCCEED"


_STATES = {
    State.CREATING: {JobState.DRAFT},
    State.WAITING: {JobState.WAITING},
    State.PROCESSING: {JobState.TRAINING},
    State.SUCCEED: {JobState.SUCCEEDED},
    State.AUDIT_FAILED: {JobState.FAILED},
    State.FAILED: {JobState.FAILED, JobState.CANCELLED},
}


def state_of(job: TrainingJob) -> State:
    """Recordings that cannot be used have failed the audit: others may be sent, and the job committed again."""
    if job.state is JobState.FAILED:
        return State.AUDIT_FAILED if job.problem is not None and job.problem.callers else State.FAILED
    return next(state for state, ours in _STATES.items() if job.state in ours)


class JobQuery(Paging):
    """Which jobs, and in which order."""

    create_since: Moment | None = None
    create_until: Moment | None = None
    update_since: Moment | None = None
    update_until: Moment | None = None
    state: Text256 = None
    job_id: Text64 = None
    voice_name: Text256 = None
    tag: Text32 = None
    job_type: Text32 = None
    batch_name: Text256 = None
    sort_key: Annotated[str, Field(pattern=r"^(create|ceate|update)_time$")] = "create_time"
    sort_dir: Annotated[str, Field(pattern=r"^(asc|desc)$")] = "desc"
    is_ondemand_resource: bool | None = None

    def which(self, user_id: str | None) -> JobFilter | None:
        """In the domain's words; None where no job can be meant. Raises Unknown."""
        states = self._states()
        ours = frozenset[JobState]().union(*(_STATES.get(state, set()) for state in states))
        job_id = None if self.job_id is None else parsed(self.job_id)
        if (states and not ours) or (self.job_id is not None and job_id is None):
            return None
        return JobFilter(
            states=ours,
            created=between(self.create_since, self.create_until),
            updated=between(self.update_since, self.update_until),
            labels=self._labels(user_id),
            job_id=job_id,
            mendable=_mendable(states),
        )

    @property
    def order(self) -> Order:
        """In the domain's words."""
        by = Sorted.UPDATED if self.sort_key == "update_time" else Sorted.CREATED
        return Order(by, ascending=self.sort_dir == "asc")

    def _states(self) -> frozenset[State]:
        named = [] if self.state is None else [name.strip() for name in self.state.split(",")]
        for name in named:
            if name not in set(State):
                raise Unknown(what="state", given=name, known=list(State))
        return frozenset(map(State, named))

    def _labels(self, user_id: str | None) -> Mapping[str, str]:
        wanted = {
            "huawei.job_type": self.job_type,
            "huawei.voice_name": self.voice_name,
            "huawei.tag": self.tag,
            "huawei.app_user_id": user_id,
            "huawei.batch_name": self.batch_name,
            "huawei.on_demand": None if self.is_ondemand_resource is None else _truth(self.is_ondemand_resource),
        }
        return LISTED | {name: value for name, value in wanted.items() if value is not None}


def _mendable(states: frozenset[State]) -> bool | None:
    """Which of the failed jobs are meant: those that failed the audit, the others, or all."""
    if (State.AUDIT_FAILED in states) == (State.FAILED in states):
        return None
    return State.AUDIT_FAILED in states


def _truth(value: bool) -> str:
    return "true" if value else "false"


class JobOut(Out):
    """A job, as it is shown and listed."""

    job_type: str
    job_id: str
    app_user_id: str | None
    voice_name: str
    sex: str
    language: str
    state: State
    reject_times: int
    asset_id: str | None
    job_failed_code: str | None
    job_failed_reason: str | None
    create_time: int
    lastupdate_time: int
    voice_authorization_url: str | None
    create_type: str
    tag: str | None
    phone: str | None
    dhtms_job_id: str | None
    batch_name: str | None
    output_language: str | None
    is_remake: bool
    is_ondemand_resource: bool

    @classmethod
    def of(cls, job: TrainingJob, *, failed: tuple[str, str] | None, authorization_url: str | None) -> Self:
        """The job; `failed`: code and reason."""
        kept = Remembered.of(job)
        shown = kept.model_dump(include={*cls.model_fields} & {*Remembered.model_fields})
        code, reason = failed or (None, None)
        return cls(
            **shown,
            job_id=spelled(job.id),
            state=state_of(job),
            reject_times=min(job.run, MOST_TIMES),
            asset_id=spelled(job.voice_id) if job.state is JobState.SUCCEEDED else None,
            job_failed_code=code,
            job_failed_reason=reason,
            create_time=seconds(job.created_at),
            lastupdate_time=seconds(job.updated_at),
            voice_authorization_url=authorization_url,
            is_remake=job.run > 1,
        )


class Jobs(Out):
    """A part of the list; `count` is of the whole."""

    count: int
    jobs: list[JobOut]


class UserHeader(In):
    """The customer's own user."""

    x_app_user_id: UserId | None = None


class BatchBody(In):
    """A name for several jobs."""

    batch_name: Annotated[Text, Field(min_length=1, max_length=256)]
    job_ids: Annotated[list[str], Field(min_length=1, max_length=100)]


def voice_extra(kept: Mapping[str, object]) -> Mapping[str, Any]:
    """What is remembered with a voice that was trained here or changed here; empty otherwise."""
    return mapping(kept.get(KEPT))
