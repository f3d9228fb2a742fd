"""Custom readings, their groups, and whether they count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Query

from hwamei.dialects.huawei.ids import id_of, spelled
from hwamei.dialects.huawei.readings import (
    GROUP_PREFIX,
    Book,
    Reading,
    book_of,
    books,
    change,
    new_reading,
    save,
)
from hwamei.dialects.huawei.routes import SPEECH
from hwamei.dialects.huawei.shown import shown_voice
from hwamei.dialects.huawei.sign_in import HuaweiRoute
from hwamei.dialects.huawei.wire.speech import voice_named
from hwamei.dialects.huawei.wire.values import mapping, seconds, written
from hwamei.dialects.huawei.wire.vocabulary import (
    ConfigBody,
    ConfigOut,
    ConfigQuery,
    Configs,
    GroupAssetsBody,
    GroupBody,
    GroupOut,
    GroupQuery,
    Groups,
    IdOut,
    IdsBody,
    SwitchBody,
    Switches,
    SwitchOut,
    SwitchQuery,
)
from hwamei.domain.app import App, Operation
from hwamei.domain.errors import NotFound
from hwamei.web.calls import Call, Calling

router = APIRouter(prefix=SPEECH, route_class=HuaweiRoute)


@router.get("/vocabulary-configs")
def list_configs(query: Annotated[ConfigQuery, Query()], call: Calling) -> Configs:
    """List readings, the oldest first."""
    app = call.may(Operation.READ)
    found = [(book, reading) for book in _meant(call, app, query) for reading in book.readings]
    found = [pair for pair in found if _is_meant(pair[1], query)]
    found.sort(key=lambda pair: pair[1].created_s)
    shown = found[query.offset : query.offset + query.limit]
    return Configs(count=len(found), data=[_config(book, reading) for book, reading in shown])


@router.post("/vocabulary-configs")
def create_config(body: ConfigBody, call: Calling) -> IdOut:
    """Add a reading."""
    app = call.may(Operation.CHANGE)
    reading = new_reading(body, reading_id=spelled(uuid4()), now_s=seconds(call.platform.clock()))
    change(call, app, _group(body.group_id), lambda book: replace(book, readings=(*book.readings, reading)))
    return IdOut(id=reading.id)


@router.put("/vocabulary-configs/{vocabulary_id}")
def save_config(vocabulary_id: str, body: ConfigBody, call: Calling) -> IdOut:
    """Change a reading; it stays in its group."""
    app = call.may(Operation.CHANGE)
    reading_id = _id(vocabulary_id)
    group_id = _book_with(call, app, reading_id).group_id
    changed = new_reading(body, reading_id=reading_id, now_s=seconds(call.platform.clock()))
    change(call, app, group_id, lambda book: _with(book, changed))
    return IdOut(id=reading_id)


@router.delete("/vocabulary-configs")
def delete_configs(body: IdsBody, call: Calling) -> None:
    """Delete readings. Those that are not there are no harm."""
    app = call.may(Operation.CHANGE)
    gone = set(map(_id, body.id))
    for book in books(call, app):
        if any(reading.id in gone for reading in book.readings):
            change(call, app, book.group_id, lambda book: _without(book, gone))


@router.get("/vocabulary-groups")
def list_groups(query: Annotated[GroupQuery, Query()], call: Calling) -> Groups:
    """List the groups."""
    app = call.may(Operation.READ)
    found = [book for book in books(call, app) if book.group_id is not None]
    if query.group_id is not None:
        found = [book for book in found if book.group_id == query.group_id]
    shown = found[query.offset : query.offset + query.limit]
    return Groups(count=len(found), data=[_group_out(book) for book in shown])


@router.post("/vocabulary-groups")
def create_group(body: GroupBody, call: Calling) -> IdOut:
    """Make a group."""
    app = call.may(Operation.CHANGE)
    group_id = spelled(uuid4())
    save(call, app, Book(GROUP_PREFIX + group_id, about={"name": body.group_name, "assets": []}))
    return IdOut(id=group_id)


@router.put("/vocabulary-groups/{group_id}")
def rename_group(group_id: str, body: GroupBody, call: Calling) -> IdOut:
    """Give a group another name."""
    return _described(call, group_id, name=body.group_name)


@router.put("/group-assets/{group_id}")
def set_assets(group_id: str, body: GroupAssetsBody, call: Calling) -> IdOut:
    """Say which voices a group is for. Raises NotFound for a voice that is not there."""
    app = call.app()
    assets = [shown_voice(call, app, asset_id).asset_id for asset_id in body.asset_ids]
    return _described(call, group_id, assets=list(dict.fromkeys(assets)))


@router.delete("/vocabulary-groups/{group_id}")
def delete_group(group_id: str, call: Calling) -> None:
    """Delete a group with its readings."""
    app = call.may(Operation.CHANGE)
    call.platform.lexicons.delete(app.id, GROUP_PREFIX + _id(group_id))


@router.get("/tenant-configs")
def list_switches(query: Annotated[SwitchQuery, Query()], call: Calling) -> Switches:
    """List the settings that were made."""
    app = call.may(Operation.READ)
    kept = mapping(book_of(call, app, None).about.get("settings"))
    found = [SwitchOut(id=key, key=key, value=str(value)) for key, value in sorted(kept.items())]
    found = [switch for switch in found if query.key in (None, switch.key)]
    return Switches(count=len(found), data=found[query.offset : query.offset + query.limit])


@router.put("/tenant-configs")
def save_switch(body: SwitchBody, call: Calling) -> None:
    """Make a setting; `vocabulary` says whether readings count where a request does not say."""
    app = call.may(Operation.CHANGE)

    def changed(book: Book) -> Book:
        settings = {**mapping(book.about.get("settings")), body.key: body.value}
        return replace(book, about={**book.about, "settings": settings})

    change(call, app, None, changed)


def _described(call: Call, given: str, **about: object) -> IdOut:
    app, group_id = call.may(Operation.CHANGE), _id(given)
    change(call, app, group_id, lambda book: replace(book, about={**book.about, **about}))
    return IdOut(id=group_id)


def _meant(call: Call, app: App, query: ConfigQuery) -> Sequence[Book]:
    found = books(call, app)
    if query.group_id is not None:
        found = [book for book in found if book.group_id == query.group_id]
    if query.asset_id is not None:
        named = voice_named(query.asset_id)
        asset_id = named.hex if isinstance(named, UUID) else named
        found = [book for book in found if asset_id in book.asset_ids]
    return found


def _is_meant(reading: Reading, query: ConfigQuery) -> bool:
    return (
        query.type in (None, reading.type)
        and (query.search_key is None or query.search_key in reading.key or query.search_key in reading.value)
        and (query.start_time is None or reading.created_s >= seconds(query.start_time))
        and (query.end_time is None or reading.created_s <= seconds(query.end_time))
    )


def _book_with(call: Call, app: App, reading_id: str) -> Book:
    for book in books(call, app):
        if any(reading.id == reading_id for reading in book.readings):
            return book
    raise NotFound(what="lexicon", given=reading_id)


def _with(book: Book, changed: Reading) -> Book:
    """The book with the reading instead of the one with its id."""
    found = (replace(changed, created_s=old.created_s) if old.id == changed.id else old for old in book.readings)
    return replace(book, readings=tuple(found))


def _without(book: Book, gone: set[str]) -> Book:
    return replace(book, readings=tuple(reading for reading in book.readings if reading.id not in gone))


def _group(given: str | None) -> str | None:
    return None if given is None else _id(given)


def _id(given: str) -> str:
    return spelled(id_of(given, "lexicon"))


def _config(book: Book, reading: Reading) -> ConfigOut:
    return ConfigOut.model_validate(
        {
            "id": reading.id,
            "key": reading.key,
            "value": reading.value,
            "type": reading.type,
            "group_id": book.group_id,
            "create_time": written(datetime.fromtimestamp(reading.created_s, UTC)),
            "update_time": written(datetime.fromtimestamp(reading.updated_s, UTC)),
        }
    )


def _group_out(book: Book) -> GroupOut:
    return GroupOut(
        group_id=book.group_id or "", group_name=str(book.about.get("name", "")), asset_ids=list(book.asset_ids)
    )
