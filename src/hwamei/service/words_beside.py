"""What is said in recordings, as it lies beside them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hwamei.domain.errors import BadField


def words_beside(reference: Sequence[Path]) -> tuple[str | None, ...]:
    """What is said in each recording, where a file of its name that ends in .txt lies beside it. Raises BadField."""
    return tuple(_words_in(path.with_suffix(".txt")) for path in reference)


def _words_in(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8-sig").strip() or None
    except FileNotFoundError:
        return None
    except (UnicodeDecodeError, OSError) as error:
        problem = "the words of a recording cannot be read from it; save it as UTF-8 text"
        raise BadField(name="said", given=str(path), problem=problem) from error
