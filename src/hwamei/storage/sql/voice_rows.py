"""Voices as rows."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from hwamei import npz
from hwamei.domain.app import AppId
from hwamei.domain.language import Language
from hwamei.domain.owned_voice import Consent, OwnedVoice, ReferenceSource, VoiceState
from hwamei.domain.voice import Level, ReferenceFacts, Voiceprint
from hwamei.storage.sql.columns import number
from hwamei.storage.sql.problem_rows import Plain, problem_columns, problem_of

GONE = frozenset({VoiceState.EXPIRED, VoiceState.DELETED})
"""States in which nothing of the person's voice is kept."""


def voice_columns(voice: OwnedVoice) -> dict[str, Any]:
    """The row of a voice; of one that is gone, what came from the person is left out."""
    gone = voice.state in GONE
    return {
        "id": voice.id,
        "app_id": voice.app_id,
        "name": voice.name,
        "folded_name": folded(voice.name),
        "level": voice.level.value,
        "engine": voice.engine,
        "created_at": voice.created_at,
        "updated_at": voice.updated_at,
        "reference": [] if gone else [_source_columns(source) for source in voice.reference],
        "language": voice.language,
        "state": voice.state.value,
        "job_id": voice.job_id,
        "facts": None if gone else _facts_columns(voice.facts),
        **_voiceprint_columns("voiceprint", None if gone else voice.voiceprint),
        **_voiceprint_columns("stand_in", None if gone else voice.stand_in),
        "preview_file_id": None if gone else voice.preview_file_id,
        "preview_text": voice.preview_text,
        "consent": _consent_columns(voice.consent),
        "extra": dict(voice.extra),
        "problem": problem_columns(voice.problem),
        "expires_at": voice.expires_at,
        "style_of": voice.style_of,
        "picture_file_id": None if gone else voice.picture_file_id,
    }


def voice_of(row: sa.RowMapping) -> OwnedVoice:
    """The voice in the row."""
    return OwnedVoice(
        id=row["id"],
        app_id=AppId(row["app_id"]),
        name=row["name"],
        level=Level(row["level"]),
        engine=row["engine"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        reference=tuple(_source_of(plain) for plain in row["reference"]),
        language=None if row["language"] is None else Language(row["language"]),
        state=VoiceState(row["state"]),
        job_id=row["job_id"],
        facts=_facts_of(row["facts"]),
        voiceprint=_voiceprint_of("voiceprint", row),
        preview_file_id=row["preview_file_id"],
        preview_text=row["preview_text"],
        consent=_consent_of(row["consent"]),
        extra=row["extra"],
        problem=problem_of(row["problem"]),
        expires_at=row["expires_at"],
        style_of=row["style_of"],
        picture_file_id=row["picture_file_id"],
        stand_in=_voiceprint_of("stand_in", row),
    )


def folded(name: str) -> str:
    """A name as it is searched: without regard to case, width and how an accent is encoded."""
    return unicodedata.normalize("NFKC", name).casefold()


def _source_columns(source: ReferenceSource) -> Plain:
    file_id = None if source.file_id is None else source.file_id.hex
    return {"url": source.url, "file_id": file_id, "text": source.text}


def _source_of(plain: Plain) -> ReferenceSource:
    file_id = None if plain["file_id"] is None else UUID(plain["file_id"])
    return ReferenceSource(plain["url"], file_id, plain.get("text"))


def _facts_columns(facts: ReferenceFacts | None) -> Plain | None:
    """The level of digital silence is -inf dB, which JSON has no number for."""
    if facts is None:
        return None
    return {name: number(value) for name, value in asdict(facts).items()}


def _facts_of(plain: Plain | None) -> ReferenceFacts | None:
    if plain is None:
        return None
    figures = {name: float(value) for name, value in plain.items() if name not in ("speakers_heard", "language")}
    language = None if plain["language"] is None else Language(plain["language"])
    return ReferenceFacts(**figures, speakers_heard=plain["speakers_heard"], language=language)


def _voiceprint_columns(name: str, voiceprint: Voiceprint | None) -> dict[str, Any]:
    if voiceprint is None:
        return {name: None, f"{name}_arrays": None}
    plain = {
        "engine": voiceprint.engine,
        "version": voiceprint.version,
        "level": voiceprint.level.value,
        "facts": {name: number(value) for name, value in voiceprint.facts.items()},
        "texts": dict(voiceprint.texts),
    }
    return {name: plain, f"{name}_arrays": npz.pack(voiceprint.arrays)}


def _voiceprint_of(name: str, row: sa.RowMapping) -> Voiceprint | None:
    plain: Plain | None = row[name]
    arrays: Mapping[str, NDArray[np.float32]] = LEFT_OUT
    if f"{name}_arrays" in row:
        packed = row[f"{name}_arrays"]
        if packed is None:
            return None
        arrays = npz.unpack(packed)
    if plain is None:
        return None
    facts = {name: float(value) for name, value in plain["facts"].items()}
    return Voiceprint(
        engine=plain["engine"],
        version=plain["version"],
        level=Level(plain["level"]),
        arrays=arrays,
        facts=facts,
        texts=plain.get("texts", {}),
    )


class _LeftOut(Mapping[str, NDArray[np.float32]]):
    """The arrays of a voiceprint in a list. Whoever wants them has to get the voice: to keep or to speak with what is
    in a list is a fault, which shows at once."""

    def __getitem__(self, name: str) -> NDArray[np.float32]:
        raise self._fault()

    def __iter__(self) -> Iterator[str]:
        raise self._fault()

    def __len__(self) -> int:
        raise self._fault()

    def _fault(self) -> AssertionError:
        return AssertionError("lists leave out the arrays of voiceprints; get the voice")


LEFT_OUT: Mapping[str, NDArray[np.float32]] = _LeftOut()


def _consent_columns(consent: Consent | None) -> Plain | None:
    if consent is None:
        return None
    file_id = None if consent.file_id is None else consent.file_id.hex
    return {**asdict(consent), "given_at": consent.given_at.isoformat(), "file_id": file_id}


def _consent_of(plain: Plain | None) -> Consent | None:
    if plain is None:
        return None
    file_id = UUID(plain["file_id"]) if plain.get("file_id") else None
    return Consent(plain["speaker"], plain["ground"], datetime.fromisoformat(plain["given_at"]), file_id)
