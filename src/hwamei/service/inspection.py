"""Whether a file says that its sound was made by AI."""

from __future__ import annotations

from pathlib import Path

from hwamei.domain.errors import BadAudio
from hwamei.labels.aigc import as_dict
from hwamei.labels.inspect import inspect


def label_in(path: Path, *, name: str) -> dict[str, str] | None:
    """The label, by the keys of GB 45438-2025; None if there is none. Errors name the file as its sender does.

    Raises BadAudio.
    """
    try:
        label = inspect(path)
    except BadAudio as error:
        raise BadAudio(source=name, problem=error.problem) from error
    return None if label is None else as_dict(label)
