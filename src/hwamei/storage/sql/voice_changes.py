"""Changes of a voice's row, as steps of a transaction; its files come and go with it."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from hwamei.domain.app import AppId
from hwamei.domain.owned_voice import VOICE_MOVES, OwnedVoice, VoiceState
from hwamei.domain.stored_file import Purpose
from hwamei.storage.sql.holding import Held, insert, replace
from hwamei.storage.sql.schema import files, shares, voice_files, voices
from hwamei.storage.sql.tally import Kind, Tally
from hwamei.storage.sql.voice_rows import GONE, voice_columns, voice_of

_CALLERS = frozenset({"name", "folded_name", "consent", "extra", "expires_at", "picture_file_id"})
_OF_VOICES = (Purpose.REFERENCE, Purpose.PREVIEW, Purpose.CONSENT, Purpose.PICTURE)


def insert_voice(connection: sa.Connection, voice: OwnedVoice, tally: Tally) -> None:
    """Keep a new voice."""
    insert(connection, Kind.VOICES if voice.style_of is None else Kind.STYLES, voice_columns(voice), tally)
    _link_files(connection, voice)


def replace_voice(connection: sa.Connection, held: Held, voice: OwnedVoice, tally: Tally) -> None:
    """Replace the voice that is held. One that goes takes its styles along, and nobody it was shared with has it."""
    replace(connection, held, voice_columns(voice), tally)
    _link_files(connection, voice)
    if voice.state in GONE:
        _take_styles_along(connection, voice, tally)
        connection.execute(sa.delete(shares).where(shares.c.voice_id == voice.id))


def replace_trained(connection: sa.Connection, held: Held, voice: OwnedVoice, tally: Tally) -> None:
    """Replace what training changes: not the name, say, which the caller may have changed while the job ran."""
    columns = {name: value for name, value in voice_columns(voice).items() if name not in _CALLERS}
    replace(connection, held, columns, tally)
    picture = sa.select(voices.c.picture_file_id).where(voices.c.id == voice.id)
    _link_files(connection, dataclasses.replace(voice, picture_file_id=connection.execute(picture).scalar_one()))


def may_become(state: str, wanted: VoiceState) -> bool:
    """Whether a voice in this state may be saved in the other, or stays in it."""
    return state == wanted or wanted in VOICE_MOVES[VoiceState(state)]


def _take_styles_along(connection: sa.Connection, voice: OwnedVoice, tally: Tally) -> None:
    left = voices.c.state.not_in(sorted({voice.state, VoiceState.DELETED}))
    styles = sa.select(voices).where(voices.c.style_of == voice.id, left).order_by(voices.c.id).with_for_update()
    for row in connection.execute(styles).mappings().all():
        style = dataclasses.replace(voice_of(row), state=voice.state, updated_at=voice.updated_at)
        held = Held(Kind.STYLES, voice.app_id, style.id, row["state"], style.created_at)
        replace_voice(connection, held, style, tally)


def _link_files(connection: sa.Connection, voice: OwnedVoice) -> None:
    """Note which files the voice has now, and remove those that it alone had."""
    now = set() if voice.state in GONE else voice.file_ids
    links = voice_files.c
    known = set(connection.execute(sa.select(links.file_id).where(links.voice_id == voice.id)).scalars())
    _add_links(connection, voice, now - known)
    _drop_links(connection, voice.app_id, voice.id, known - now)


def _add_links(connection: sa.Connection, voice: OwnedVoice, file_ids: Collection[UUID]) -> None:
    """Of files that are there; one that its app removed meanwhile is only missing."""
    if not file_ids:
        return
    there = sa.select(files.c.id).where(files.c.app_id == voice.app_id, files.c.id.in_(sorted(file_ids)))
    held = connection.execute(there.with_for_update(read=True, key_share=True)).scalars()
    links = [{"voice_id": voice.id, "file_id": file_id} for file_id in held]
    if links:
        connection.execute(sa.insert(voice_files), links)


def _drop_links(connection: sa.Connection, app_id: AppId, voice_id: UUID, file_ids: Collection[UUID]) -> None:
    """Take files from a voice; those that were kept for voices and that no other voice has are removed."""
    if not file_ids:
        return
    those = sa.and_(files.c.app_id == app_id, files.c.id.in_(sorted(file_ids)))
    # Held in order: two voices that share a file and go together must not each leave it to the other.
    connection.execute(sa.select(files.c.id).where(those).order_by(files.c.id).with_for_update())
    links = voice_files.c
    connection.execute(sa.delete(voice_files).where(links.voice_id == voice_id, links.file_id.in_(sorted(file_ids))))
    linked = sa.exists().where(links.file_id == files.c.id)
    connection.execute(sa.delete(files).where(those, files.c.purpose.in_(_OF_VOICES), ~linked))
