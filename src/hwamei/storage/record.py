"""A voice as files in one folder: `voice.json`, `voiceprint.npz`, and under `references/` the recordings, each with its
words beside it where they are known: `01.wav` and `01.txt`.

A voice that was trained anew has its arrays in a file of another name, so that `voice.json` alone decides which count.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from hwamei import atomic, npz
from hwamei.domain.errors import BadVoiceFile, BadVoiceName
from hwamei.domain.language import Language
from hwamei.domain.owned_voice import Consent
from hwamei.domain.voice import Level, ReferenceFacts, Voice, Voiceprint, check_voice_name

VOICE = "voice.json"
VOICEPRINT = "voiceprint.npz"
REFERENCES = "references"
SCHEMA: Literal[1] = 1
ARRAYS_NAME = r"voiceprint(-[0-9a-f]{16})?\.npz"
FILE_NAME = r"[0-9]{2,6}\.[a-z0-9]{1,8}"
WORDS_SUFFIX = ".txt"
MAX_WORDS_BYTES = 64 * 1024
_BARE_FILE = ".bin"  # the suffix of a recording that came without a usable one


class _Part(BaseModel):
    """Not-a-number and infinity are kept: the level of digital silence is -inf dB."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")


class FactsRecord(_Part):
    """`ReferenceFacts` on disk."""

    duration_s: float
    speech_s: float
    level_dbfs: float
    noise_dbfs: float
    clipped_share: float
    bandwidth_hz: float
    speakers_heard: int
    language: Language | None


class VoiceprintRecord(_Part):
    """`Voiceprint` on disk, without its arrays."""

    engine: str
    version: int
    level: Level
    facts: dict[str, float]
    texts: dict[str, str] = Field(default_factory=dict)


class ConsentRecord(_Part):
    """`Consent` on disk, in the words of who made the voice."""

    speaker: str
    ground: str
    given_at: AwareDatetime


class VoiceRecord(_Part):
    """`Voice` on disk, without the arrays. `references` are file names under `references/`, in order."""

    schema_version: Literal[1] = SCHEMA
    id: UUID
    name: Annotated[str, AfterValidator(check_voice_name)]
    language: Language | None
    created_at: AwareDatetime
    facts: FactsRecord
    voiceprint: VoiceprintRecord
    references: tuple[Annotated[str, Field(pattern=f"^{FILE_NAME}$")], ...]
    consent: ConsentRecord | None = None
    arrays: Annotated[str, Field(pattern=f"^{ARRAYS_NAME}$")] = VOICEPRINT


def write_voice(
    folder: Path,
    voice: Voice,
    references: Sequence[Path],
    *,
    said: Sequence[str | None] = (),
    consent: Consent | None = None,
) -> None:
    """Fill the folder with the voice and copies of its recordings, and what is said in each as far as it is known."""
    names = tuple(f"{number:02}{_suffix(source)}" for number, source in enumerate(references, start=1))
    (folder / REFERENCES).mkdir(mode=0o700)
    for name, source in zip(names, references, strict=True):
        with source.open("rb") as original, atomic.replacing(folder / REFERENCES / name) as copy:
            shutil.copyfileobj(original, copy)
    for name, words in zip(names, said, strict=False):
        if words is not None:
            atomic.write_bytes(_words_beside(folder, name), words.encode())
    atomic.write_bytes(folder / VOICEPRINT, npz.pack(voice.voiceprint.arrays))
    given = consent and ConsentRecord(speaker=consent.speaker, ground=consent.ground, given_at=consent.given_at)
    write_record(folder, _to_record(voice, names).model_copy(update={"consent": given}))


def read_words(folder: Path, record: VoiceRecord) -> tuple[str | None, ...]:
    """What is said in each recording that the record names, as far as it is kept. Raises BadVoiceFile."""
    return tuple(_words_in(_words_beside(folder, name)) for name in record.references)


def _words_beside(folder: Path, recording: str) -> Path:
    return (folder / REFERENCES / recording).with_suffix(WORDS_SUFFIX)


def _words_in(path: Path) -> str | None:
    if not path.exists():
        return None
    if path.stat().st_size > MAX_WORDS_BYTES:
        raise BadVoiceFile(source=str(path), problem=f"it has more than {MAX_WORDS_BYTES} bytes of text")
    try:
        return path.read_text(encoding="utf-8").strip() or None
    except UnicodeDecodeError as error:
        raise BadVoiceFile(source=str(path), problem="it is no UTF-8 text") from error


def write_record(folder: Path, record: VoiceRecord) -> None:
    """Put the record into the folder, in the place of one that is there."""
    left_out = {"arrays"} if record.arrays == VOICEPRINT else None  # as earlier versions wrote it, and can read it
    atomic.write_bytes(folder / VOICE, record.model_dump_json(indent=2, exclude=left_out).encode() + b"\n")


def write_voiceprint(folder: Path, voiceprint: Voiceprint) -> None:
    """Put another voiceprint in the place of the one that is there, all or nothing. The arrays of the one before stay
    for who has read its record just now; those before it go."""
    record = read_record(folder)
    packed = npz.pack(voiceprint.arrays)
    name = f"voiceprint-{hashlib.sha256(packed).hexdigest()[:16]}.npz"
    atomic.write_bytes(folder / name, packed)
    write_record(folder, record.model_copy(update={"arrays": name, "voiceprint": _voiceprint_record(voiceprint)}))
    for path in folder.glob("voiceprint*.npz"):
        if path.name not in (name, record.arrays):
            path.unlink()


def read_voice(folder: Path) -> Voice:
    """The voice in the folder. Raises BadVoiceFile."""
    record = read_record(folder)
    try:
        arrays = npz.unpack((folder / record.arrays).read_bytes())
    except (FileNotFoundError, npz.BadArrays) as error:
        raise BadVoiceFile(source=str(folder / record.arrays), problem=str(error)) from error
    kept = record.voiceprint
    return Voice(
        id=record.id,
        name=record.name,
        language=record.language,
        created_at=record.created_at,
        facts=ReferenceFacts(**dict(record.facts)),
        voiceprint=Voiceprint(kept.engine, kept.version, kept.level, arrays, kept.facts, kept.texts),
    )


def read_record(folder: Path) -> VoiceRecord:
    """What `voice.json` in the folder says; every recording it names is there. Raises BadVoiceFile."""
    source = folder / VOICE
    try:
        record = VoiceRecord.model_validate_json(source.read_bytes())
    except FileNotFoundError as error:
        raise BadVoiceFile(source=str(source), problem="it is not there, so this is no voice") from error
    except ValidationError as error:
        raise BadVoiceFile(source=str(source), problem=_first_problem(error)) from error
    except BadVoiceName as error:
        raise BadVoiceFile(source=str(source), problem=str(error)) from error
    for name in record.references:
        if not (folder / REFERENCES / name).is_file():
            raise BadVoiceFile(source=str(source), problem=f"the recording {name} that it names is missing")
    return record


def _to_record(voice: Voice, references: tuple[str, ...]) -> VoiceRecord:
    return VoiceRecord(
        id=voice.id,
        name=voice.name,
        language=voice.language,
        created_at=voice.created_at,
        facts=FactsRecord(**asdict(voice.facts)),
        voiceprint=_voiceprint_record(voice.voiceprint),
        references=references,
    )


def _voiceprint_record(kept: Voiceprint) -> VoiceprintRecord:
    return VoiceprintRecord(
        engine=kept.engine,
        version=kept.version,
        level=kept.level,
        facts=dict(kept.facts),
        texts=dict(kept.texts),
    )


def _suffix(source: Path) -> str:
    suffix = source.suffix.lower()
    return suffix if re.fullmatch(r"\.[a-z0-9]{1,8}", suffix) and suffix != WORDS_SUFFIX else _BARE_FILE


def _first_problem(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    where = ".".join(str(step) for step in first["loc"])
    if where == "schema_version":
        return f"it was made by another version of Hwamei (schema {first['input']}, this one reads {SCHEMA})"
    return f"{where}: {first['msg']}" if where else str(first["msg"])
