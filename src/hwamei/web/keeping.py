"""Files that a request brings, kept for what is made of them, and not longer if nothing is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from hwamei.domain.app import App
from hwamei.domain.stored_file import Purpose, StoredFile
from hwamei.web.calls import Call
from hwamei.web.received import ReceivedFile

Keep = Callable[[ReceivedFile, Purpose], StoredFile]
"""Keeps a file for the app."""


@contextmanager
def keeping(call: Call, app: App) -> Iterator[Keep]:
    """What keeps files; whatever goes wrong in the context, they are removed again."""
    files = call.platform.files
    with ExitStack() as undo:

        def keep(file: ReceivedFile, purpose: Purpose) -> StoredFile:
            kept = files.keep(app, file.path, purpose=purpose, name=file.name)
            undo.callback(files.delete, app, kept.id)
            return kept

        yield keep
        undo.pop_all()
