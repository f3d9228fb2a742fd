"""The label that says "made by AI", and writing it into files.

GB 45438-2025 (labelling methods for AI-generated content), annex E: a JSON object of seven strings under the key AIGC
in the file's metadata. Where the key stands: WAV, a RIFF chunk; MP3, an ID3v2 TXXX frame; FLAC, Ogg and Opus, a
comment; M4A, a key of the handler mdta. A bare PCM file has no place for it: it gets a file of its own beside it,
`<file>.aigc.json`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path

from hwamei.domain.errors import BadLabel

KEY = "AIGC"
GENERATED = "1"  # Label: is AI-made; "2" may be, "3" is suspected to be
MAX_VALUE_CHARACTERS = 1024  # ours: what a header can carry without harm


@dataclass(frozen=True, slots=True)
class AigcLabel:
    """The seven values. A label that was read may hold anything; one that is written is checked."""

    label: str
    content_producer: str
    produce_id: str
    reserved_code1: str
    content_propagator: str
    propagate_id: str
    reserved_code2: str

    @classmethod
    def first(cls, producer: str, produce_id: str) -> AigcLabel:
        """The label of whoever makes the file: also its first propagator. Raises BadLabel."""
        label = cls(
            label=GENERATED,
            content_producer=producer,
            produce_id=produce_id,
            reserved_code1="",
            content_propagator=producer,
            propagate_id=produce_id,
            reserved_code2="",
        )
        check(label)
        return label


def check(label: AigcLabel) -> None:
    """Raises BadLabel unless every value is of printable single-byte characters and the required ones are there."""
    for name, value in as_dict(label).items():
        if not (value.isascii() and value.isprintable()):
            raise BadLabel(field=name, given=value, problem="may only hold printable ASCII characters")
        if len(value) > MAX_VALUE_CHARACTERS:
            raise BadLabel(
                field=name, given=value[:40] + "…", problem=f"may have {MAX_VALUE_CHARACTERS} characters at most"
            )
        if not value and not name.startswith("Reserved"):
            raise BadLabel(field=name, given=value, problem="must not be empty")


def to_json(label: AigcLabel) -> str:
    """One line of plain JSON, ASCII. Raises BadLabel."""
    check(label)
    return json.dumps(as_dict(label), ensure_ascii=True, separators=(",", ":"))


def as_dict(label: AigcLabel) -> dict[str, str]:
    """The values under the keys of the standard, in its order."""
    return {key: getattr(label, field.name) for key, field in zip(KEYS, fields(label), strict=True)}


def sidecar(path: Path) -> Path:
    """Where the label of a file stands that has no place for it: `speech.pcm` → `speech.pcm.aigc.json`."""
    return path.with_name(path.name + ".aigc.json")


KEYS = (
    "Label",
    "ContentProducer",
    "ProduceID",
    "ReservedCode1",
    "ContentPropagator",
    "PropagateID",
    "ReservedCode2",
)
