"""Custom readings, kept in the app's lexicons: `huawei` holds those of no group, `huawei.group.<id>` those of one.

What the vendor knows of a reading stands in a comment above its line, so that a lexicon can be read and edited like any
other; lines without such a comment are left as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from hwamei.dialects.huawei.wire.values import mapping
from hwamei.dialects.huawei.wire.vocabulary import ConfigBody, Type
from hwamei.domain.app import App
from hwamei.domain.errors import BadField, NotFound, QuotaUsedUp, WrongState
from hwamei.ports import LexiconVersion
from hwamei.service.reading import keep_lexicon
from hwamei.web.calls import Call

COMMON = "huawei"
GROUP_PREFIX = "huawei.group."
VOICE_PREFIX = "huawei.voice."
MAX_READINGS = 5_000  # of one group
SWITCH = "vocabulary"
_ON = frozenset({"1", "true", "on", "open", "enable", "enabled", "yes"})
_ABOUT, _CONFIG = "# huawei ", "# reading "
_PINYIN = re.compile(r"[a-zA-Zü:]+[1-5](?: [a-zA-Zü:]+[1-5])*")


@dataclass(frozen=True, slots=True)
class Reading:
    """A word and how it is read; times in seconds since 1970."""

    id: str
    type: str
    key: str
    value: str
    created_s: int
    updated_s: int


_READING = TypeAdapter(Reading)


@dataclass(frozen=True, slots=True)
class Book:
    """One lexicon. `about`: the group's name and voices, or the app's settings; `others`: lines that are not ours."""

    name: str
    version: int = 0
    about: Mapping[str, Any] = field(default_factory=dict)
    readings: tuple[Reading, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def group_id(self) -> str | None:
        """The group that it is; None: no group."""
        return self.name.removeprefix(GROUP_PREFIX) if self.name.startswith(GROUP_PREFIX) else None

    @property
    def asset_ids(self) -> tuple[str, ...]:
        """The voices that a group is for."""
        return tuple(self.about.get("assets", ()))

    @property
    def text(self) -> str:
        """As a lexicon."""
        lines = [_ABOUT + json.dumps(dict(self.about))]
        for reading in self.readings:
            lines.append(_CONFIG + json.dumps(asdict(reading)))
            lines += _line(reading)
        return "\n".join([*lines, *self.others]) + "\n"


def books(call: Call, app: App) -> Sequence[Book]:
    """All of them, by name."""
    found = call.platform.lexicons.list(app.id)
    return [_book(version) for version in found if version.name == COMMON or version.name.startswith(GROUP_PREFIX)]


def book_of(call: Call, app: App, group_id: str | None) -> Book:
    """The book of a group, or the common one, which is empty before anything is in it. Raises NotFound."""
    name = COMMON if group_id is None else GROUP_PREFIX + group_id
    try:
        return _book(call.platform.lexicons.get(app.id, name))
    except NotFound:
        if group_id is None:
            return Book(COMMON)
        raise


def change(call: Call, app: App, group_id: str | None, changed: Callable[[Book], Book]) -> Book:
    """The book with a change, whatever others change at the same time. Raises NotFound, BadLexicon, QuotaUsedUp."""
    while True:
        book = changed(book_of(call, app, group_id))
        if len(book.readings) > MAX_READINGS:
            raise QuotaUsedUp(what="readings", used=MAX_READINGS, allowed=MAX_READINGS, retry_after_s=None)
        try:
            save(call, app, book)
        except WrongState:
            continue
        return book


def save(call: Call, app: App, book: Book) -> None:
    """Keep the book. Raises BadLexicon, WrongState where somebody else changed it."""
    platform = call.platform
    keep_lexicon(platform.lexicons, app.id, book.name, book.text, at=platform.clock(), after=book.version)


def lexicon_for(call: Call, app: App, voice: UUID | str, *, wanted: bool | None) -> str | None:
    """The lexicon that a voice reads with: the common readings and those of its groups; None without any."""
    if wanted is False:
        return None
    found = books(call, app)
    common = next((book for book in found if book.group_id is None), Book(COMMON))
    if wanted is None and not is_on(common):
        return None
    asset_id = voice.hex if isinstance(voice, UUID) else voice
    groups = [book for book in found if asset_id in book.asset_ids]
    if not groups:
        return COMMON if common.version else None
    name = f"{VOICE_PREFIX}{asset_id[:32]}"
    text = "".join(book.text for book in (common, *groups))
    keep_lexicon(call.platform.lexicons, app.id, name, text, at=call.platform.clock())
    return name


def is_on(common: Book) -> bool:
    """Whether the app's readings count where a request does not say."""
    return str(mapping(common.about.get("settings")).get(SWITCH, "")).lower() in _ON


def new_reading(body: ConfigBody, *, reading_id: str, now_s: int) -> Reading:
    """The reading that is ordered. Raises BadField."""
    if body.key.startswith("#") or _breaks(body.key) or not body.key.strip():
        raise BadField(name="key", given=body.key, problem="give a word on one line that does not begin with #")
    if _breaks(body.value):
        raise BadField(name="value", given=body.value, problem="give a reading on one line")
    if body.type is Type.CHINESE_G2P and not _PINYIN.fullmatch(body.value.strip()):
        problem = "write pinyin with tones from 1 to 5, one syllable a character: chong2 qing4"
        raise BadField(name="value", given=body.value, problem=problem)
    return Reading(reading_id, body.type.value, body.key.strip(), body.value.strip(), now_s, now_s)


def _line(reading: Reading) -> Iterator[str]:
    """The line of the lexicon; none for what our lexicons cannot say."""
    match reading.type:
        case Type.CHINESE_G2P | Type.ALIAS:
            yield f"{reading.key}\t{reading.value}"
        case Type.PHONETIC_SYMBOL:
            yield f"{reading.key}\t/{reading.value.strip('/')}/"
        case Type.SAY_AS if reading.value == "spell":
            yield f"{reading.key}\t{' '.join(reading.key.replace(' ', ''))}"


def _book(version: LexiconVersion) -> Book:
    book = Book(version.name, version.version)
    readings: list[Reading] = []
    others: list[str] = []
    ours: list[str] = []
    for line in version.text.splitlines():
        reading = _reading_of(line)
        if line.startswith(_ABOUT):
            book = replace(book, about=_about(line))
        elif reading is not None:
            readings.append(reading)
            ours = list(_line(reading))
        elif line in ours:
            ours.remove(line)
        else:
            others.append(line)
    return replace(book, readings=tuple(readings), others=tuple(others))


def _about(line: str) -> Mapping[str, Any]:
    """Nothing where somebody has edited it so that it cannot be read."""
    try:
        return mapping(json.loads(line.removeprefix(_ABOUT)))
    except ValueError:
        return {}


def _reading_of(line: str) -> Reading | None:
    """The reading in a comment; None for any other line."""
    if not line.startswith(_CONFIG):
        return None
    try:
        return _READING.validate_json(line.removeprefix(_CONFIG))
    except ValidationError:
        return None


def _breaks(text: str) -> bool:
    return "\t" in text or len(text.splitlines()) != 1
