"""What lists can be asked for."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from hwamei.dialects.native.wire.values import Moment, Text, Wire
from hwamei.domain.listing import MAX_OFFSET, MAX_PAGE_SIZE, Between, PageRequest
from hwamei.domain.owned_voice import VoiceFilter, VoiceState
from hwamei.domain.speech_task import TaskFilter, TaskState
from hwamei.domain.training_job import JobFilter, JobState


class PageQuery(Wire):
    """Which part of a list."""

    limit: Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE)] = 20
    offset: Annotated[int, Field(ge=0, le=MAX_OFFSET)] = 0

    @property
    def page(self) -> PageRequest:
        """In the domain's words."""
        return PageRequest(self.limit, self.offset)


class ListQuery(PageQuery):
    """Which part of a list, and of what time."""

    since: Moment | None = None
    """Made then or later."""
    until: Moment | None = None
    """Made before."""

    @property
    def created(self) -> Between:
        """Of what time."""
        return Between(self.since, self.until)


class VoiceQuery(ListQuery):
    """Which voices."""

    state: list[VoiceState] = Field(default=[])
    """One of these; all but the deleted if none is named."""
    name: Annotated[Text, Field(max_length=200)] | None = None
    """A part of the name."""

    @property
    def which(self) -> VoiceFilter:
        """In the domain's words."""
        return VoiceFilter(frozenset(self.state), self.name or None, self.created)


class JobQuery(ListQuery):
    """Which training jobs."""

    state: list[JobState] = Field(default=[])
    voice_id: UUID | None = None

    @property
    def which(self) -> JobFilter:
        """In the domain's words."""
        return JobFilter(frozenset(self.state), self.voice_id, self.created)


class TaskQuery(ListQuery):
    """Which speech tasks."""

    state: list[TaskState] = Field(default=[])

    @property
    def which(self) -> TaskFilter:
        """In the domain's words."""
        return TaskFilter(frozenset(self.state), self.created)
