"""The engine's own voices, and the tags that they are found by."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from hwamei.dialects.chanjing.ids import public_voice_id
from hwamei.dialects.chanjing.wire.values import Asked, Page, PageInfo, PageSize, Shown
from hwamei.domain.language import Language
from hwamei.domain.voice import Gender
from hwamei.service.presets import Preset

VOICES = 2  # the business type of tags for voices; 1 is for avatars
GRADE = 1  # all are alike

_LANGUAGES = {Language.CHINESE: "中文", Language.ENGLISH: "英文"}
_GENDERS = {Gender.FEMALE: "女声", Gender.MALE: "男声"}
_LANGUAGE_TAGS = {Language.CHINESE: 101, Language.ENGLISH: 102}
_GENDER_TAGS = {Gender.FEMALE: 201, Gender.MALE: 202}


class PublicQuery(Asked):
    """Which part of the list. `tag_ids`: ids of tags with commas between them, all of which a voice must have."""

    page: Page = 1
    size: PageSize = 10
    tag_ids: str = ""

    @property
    def tags(self) -> frozenset[str]:
        """The ids, as they were written."""
        return frozenset(tag.strip() for tag in self.tag_ids.split(",") if tag.strip())


class TagQuery(Asked):
    """Whose tags: business types with commas between them; all if none is named."""

    business_type: str = ""

    @property
    def wants_voices(self) -> bool:
        """Whether the tags of voices are asked for."""
        return not self.business_type or str(VOICES) in self.business_type.split(",")


class PublicVoice(Shown):
    """One of the engine's own voices."""

    id: str
    grade: int
    name: str
    gender: str
    lang: str
    desc: str
    speed: float
    pitch: float
    audition: str

    @classmethod
    def of(cls, preset: Preset, audition: str) -> PublicVoice:
        """The voice as it is shown; `audition`: where it can be heard. All of them speak both languages."""
        return cls(
            id=public_voice_id(preset.name),
            grade=GRADE,
            name=preset.name,
            gender="" if preset.gender is None else preset.gender.value,
            lang="multilingual",
            desc=_described(preset),
            speed=1,
            pitch=1,
            audition=audition,
        )


class PublicVoiceList(Shown):
    """A part of the engine's own voices."""

    list: tuple[PublicVoice, ...]
    page_info: PageInfo


class Tag(Shown):
    """Something that a voice is."""

    id: int
    name: str
    parent_id: int = 0
    level: int = 1
    weight: int = 0
    status: int = 1


class TagCategory(Shown):
    """A question, and the tags that answer it."""

    id: int
    name: str
    business_type: int
    weight: int
    tag_child_count: int
    tag_list: tuple[Tag, ...]


class TagList(Shown):
    """All questions."""

    list: tuple[TagCategory, ...]


def with_tags(presets: Sequence[Preset], tags: Collection[str]) -> Sequence[Preset]:
    """Those that have all the tags; one that does not exist is had by none."""
    return [preset for preset in presets if set(tags) <= _tags_of(preset)]


def all_tags() -> TagList:
    """What the engine's own voices are sorted by."""
    by_language = {_LANGUAGE_TAGS[each]: name for each, name in _LANGUAGES.items()}
    by_gender = {_GENDER_TAGS[each]: name for each, name in _GENDERS.items()}
    return TagList(list=(_category(1, "语言", by_language), _category(2, "性别", by_gender)))


def _category(category_id: int, name: str, tags: Mapping[int, str]) -> TagCategory:
    shown = tuple(Tag(id=tag_id, name=tag) for tag_id, tag in tags.items())
    return TagCategory(
        id=category_id, name=name, business_type=VOICES, weight=0, tag_child_count=len(shown), tag_list=shown
    )


def _tags_of(preset: Preset) -> set[str]:
    language = None if preset.language is None else _LANGUAGE_TAGS[preset.language]
    gender = None if preset.gender is None else _GENDER_TAGS[preset.gender]
    return {str(tag) for tag in (language, gender) if tag is not None}


def _described(preset: Preset) -> str:
    language = "" if preset.language is None else _LANGUAGES[preset.language]
    gender = "声音" if preset.gender is None else _GENDERS[preset.gender]
    return language + gender
