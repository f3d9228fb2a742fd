"""Files that an engine makes out of models and may make again, such as a rewritten graph or what it has measured."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hwamei import atomic
from hwamei.settings import Settings


def derived(file_name: str, *, key: str, make: Callable[[], bytes], settings: Settings) -> Path:
    """The file with this name made for this key; `make` is called when it is not there yet.

    `key` must change whenever the content would: the hash of the model and a version of the code that makes it. Files
    of other keys are removed. May be called from several processes at once: each writes the same content wholly.
    """
    folder = settings.cache_folder / "derived" / file_name
    path = folder / f"{key}{Path(file_name).suffix}"
    if not path.is_file():
        atomic.write_bytes(path, make())
        for other in folder.glob(f"[!.]*{path.suffix}"):
            if other != path:
                other.unlink(missing_ok=True)
    return path


def note(file_name: str, content: bytes, settings: Settings) -> None:
    """Keep what was found out about this machine; it takes the place of an earlier note of this name."""
    atomic.write_bytes(settings.cache_folder / file_name, content)


def noted(file_name: str, settings: Settings) -> bytes | None:
    """What was kept under this name; None if nothing was, or it cannot be read."""
    try:
        return (settings.cache_folder / file_name).read_bytes()
    except OSError:
        return None
