"""Speech that is spoken at once and kept as a file all the same, for who wants an address of it."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from pathlib import Path

from hwamei.domain.app import App
from hwamei.domain.errors import TextTooLong
from hwamei.domain.stored_file import Purpose, StoredFile
from hwamei.service.files import Files
from hwamei.service.speak_now import NowSpoken

MAX_WAITED_FOR_CHARACTERS = 10_000  # a quarter of an hour or so of speech: nobody waits longer for an address


def refuse_to_wait_for(text: str) -> None:
    """Raises TextTooLong for what should be a task, or come as a stream."""
    if len(text) > MAX_WAITED_FOR_CHARACTERS:
        raise TextTooLong(given=len(text), allowed=MAX_WAITED_FOR_CHARACTERS)


def keep_spoken(files: Files, app: App, spoken: NowSpoken, *, name: str) -> StoredFile:
    """All that is spoken, as a file. Raises what speaking does; nothing is kept then."""
    with tempfile.TemporaryDirectory(prefix="hwamei-") as folder:
        target = Path(folder) / "speech"
        with target.open("wb") as file:
            file.writelines(spoken.chunks)
        return files.keep(app, target, purpose=Purpose.SPEECH, name=name, media_type=spoken.media_type)


def keep_on_the_way(
    files: Files, app: App, spoken: NowSpoken, *, name: str
) -> tuple[StoredFile, Generator[bytes, None, None]]:
    """The file that there will be, and the chunks as they come; with the last one the file has its content. Closing
    them before that ends the speech and removes the file."""
    file = files.reserve(app, name=name, media_type=spoken.media_type, purpose=Purpose.SPEECH)
    chunks = _kept(files, app, spoken, file)
    next(chunks)
    return file, chunks


def _kept(files: Files, app: App, spoken: NowSpoken, file: StoredFile) -> Generator[bytes, None, None]:
    """The first `next` only enters it, so that closing removes the file whenever it comes."""
    with tempfile.TemporaryDirectory(prefix="hwamei-") as folder:
        target = Path(folder) / "speech"
        complete = False
        try:
            with target.open("wb") as written:
                yield b""
                for chunk in spoken.chunks:
                    written.write(chunk)
                    yield chunk
            files.fill(app, file.id, target)
            complete = True
        finally:
            spoken.chunks.close()
            if not complete:
                files.delete(app, file.id)
