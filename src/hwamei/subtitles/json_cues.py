"""Cues with the times of their words as JSON, in seconds.

`[{"start", "end", "text", "words": [{"text", "start", "end"}]}]`
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from hwamei.domain.errors import BadSubtitles
from hwamei.subtitles.cue import Cue, TimedWord


def write_json(cues: Sequence[Cue]) -> str:
    """The cues as a JSON list."""
    return json.dumps([cue_as_json(cue) for cue in cues], ensure_ascii=False, indent=1) + "\n"


def cue_as_json(cue: Cue) -> dict[str, object]:
    """One cue as plain values, times in seconds."""
    words = [{"text": w.text, "start": w.start_ms / 1000, "end": w.end_ms / 1000} for w in cue.words]
    return {"start": cue.start_ms / 1000, "end": cue.end_ms / 1000, "text": cue.text, "words": words}


def read_json(content: str) -> list[Cue]:
    """The cues of a JSON list. Raises BadSubtitles."""
    try:
        return [wire.cue() for wire in _CUES.validate_json(content)]
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise BadSubtitles(line=1, problem=f"{where}: {first['msg']}") from error


class _WireSpan(BaseModel):
    model_config = ConfigDict(strict=True)

    text: str
    start: float = Field(ge=0)
    end: float = Field(ge=0)

    @property
    def times_ms(self) -> tuple[int, int]:
        return round(self.start * 1000), round(self.end * 1000)


class _WireCue(_WireSpan):
    words: list[_WireSpan] = []

    def cue(self) -> Cue:
        words = tuple(TimedWord(word.text, *word.times_ms) for word in self.words)
        return Cue(*self.times_ms, self.text, words)


_CUES = TypeAdapter(list[_WireCue])
