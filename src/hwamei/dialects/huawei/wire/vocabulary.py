"""Custom readings on the wire."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from hwamei.dialects.huawei.wire.values import In, Moment, Out, Paging, Text64, Text256
from hwamei.web.texts import Text


class Type(StrEnum):
    """What kind of reading it is."""

    CHINESE_G2P = "CHINESE_G2P"
    PHONETIC_SYMBOL = "PHONETIC_SYMBOL"
    CONTINUUM = "CONTINUUM"
    ALIAS = "ALIAS"
    SAY_AS = "SAY_AS"


class ConfigBody(In):
    """A word and how it is read."""

    type: Type
    key: Annotated[Text, Field(min_length=1, max_length=100)]
    value: Annotated[Text, Field(min_length=1, max_length=300)]
    group_id: Text64 = None


class ConfigOut(Out):
    """A word and how it is read."""

    id: str
    key: str
    value: str
    type: Type
    group_id: str | None
    create_time: str
    update_time: str


class Configs(Out):
    """A part of the list; `count` is of the whole."""

    count: int
    data: list[ConfigOut]


class ConfigQuery(Paging):
    """Which readings."""

    type: Type | None = None
    group_id: Text64 = None
    asset_id: Text64 = None
    start_time: Moment | None = None
    end_time: Moment | None = None
    search_key: Text256 = None


class IdsBody(In):
    """Which readings are to be deleted."""

    id: Annotated[list[str], Field(min_length=1, max_length=1000)]


class IdOut(Out):
    """What was made or changed."""

    id: str


class GroupBody(In):
    """The name of a group."""

    group_name: Annotated[Text, Field(min_length=1, max_length=256)]


class GroupAssetsBody(In):
    """Which voices a group is for."""

    asset_ids: Annotated[list[Annotated[Text, Field(max_length=64)]], Field(max_length=1000)]


class GroupQuery(Paging):
    """Which groups."""

    group_id: Text64 = None


class GroupOut(Out):
    """A group and the voices that it is for."""

    group_id: str
    group_name: str
    asset_ids: list[str]


class Groups(Out):
    """A part of the list; `count` is of the whole."""

    count: int
    data: list[GroupOut]


class SwitchBody(In):
    """A setting of the app."""

    key: Annotated[Text, Field(min_length=1, max_length=64)]
    value: Annotated[Text, Field(max_length=256)]


class SwitchQuery(Paging):
    """Which settings."""

    key: Text64 = None


class SwitchOut(Out):
    """A setting of the app."""

    id: str
    key: str
    value: str


class Switches(Out):
    """A part of the list; `count` is of the whole."""

    count: int
    data: list[SwitchOut]
