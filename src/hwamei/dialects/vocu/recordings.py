"""Recordings and pictures that a request brings: heard, looked at, and kept for the voice that is to be made."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from hwamei.dialects.vocu.refusals import Declined
from hwamei.dialects.vocu.sign_in import Call
from hwamei.domain.app import App
from hwamei.domain.errors import NotFound
from hwamei.domain.owned_voice import ReferenceSource
from hwamei.domain.stored_file import MAX_PICTURE_BYTES, MAX_UPLOAD_BYTES, Purpose
from hwamei.service.archives import sounds_in
from hwamei.service.audition import audition
from hwamei.service.voice_orders import MAX_RECORDINGS
from hwamei.web.data_urls import decode_data_url
from hwamei.web.keeping import Keep, keeping
from hwamei.web.received import ReceivedFile

MAX_STYLE_BYTES = 20 * 1024 * 1024


@dataclass
class Keeper:
    """Keeps files for a voice; what was kept goes again if the voice is not made. Used by one thread."""

    call: Call
    app: App
    folder: Path
    keep: Keep

    def recording(self, sent: ReceivedFile | str | None, *, max_bytes: int = MAX_UPLOAD_BYTES) -> ReferenceSource:
        """The sample. Raises Declined, BadField, TooBig, BadAudio, ReferenceRefused."""
        if not sent:
            raise Declined(code="VOICE_PROMPT_MISSING", field="prompt")
        file = self._on_disk(sent, "prompt", "audio/", max_bytes)
        audition(file.path, name="prompt")
        return ReferenceSource(file_id=self.keep(file, Purpose.REFERENCE).id)

    def picture(self, sent: ReceivedFile | str | None) -> UUID | None:
        """The avatar, if there is one; what it is, is seen when the voice gets it. Raises BadField, TooBig."""
        if not sent:
            return None
        return self.keep(self._on_disk(sent, "avatar", "image/", MAX_PICTURE_BYTES), Purpose.PICTURE).id

    def archive(self, upload_id: UUID) -> tuple[ReferenceSource, ...]:
        """The recordings in a finished upload. Raises Declined, BadArchive, TooBig."""
        packed, unpacked = self.folder / "archive", self.folder / "archived"
        unpacked.mkdir()
        try:
            self.call.platform.files.local_copy(self.app, self.call.platform.files.get(self.app, upload_id), packed)
        except NotFound as error:
            raise Declined(code="VOICE_LORA_ARTIFACT_MISSING", field="lora") from error
        sounds = sounds_in(packed, unpacked, at_most=MAX_RECORDINGS - 1)
        files = [ReceivedFile(path, f"recording-{number + 1}") for number, path in enumerate(sounds)]
        return tuple(ReferenceSource(file_id=self.keep(file, Purpose.REFERENCE).id) for file in files)

    def _on_disk(self, sent: ReceivedFile | str, name: str, kind: str, max_bytes: int) -> ReceivedFile:
        if isinstance(sent, ReceivedFile):
            return sent
        return ReceivedFile(decode_data_url(sent, self.folder / name, field=name, kind=kind, max_bytes=max_bytes), name)


@contextmanager
def keeping_recordings(call: Call, app: App) -> Iterator[Keeper]:
    """A keeper; whatever goes wrong in its context, what it has kept is removed again."""
    with tempfile.TemporaryDirectory(prefix="hwamei-") as folder, keeping(call, app) as keep:
        yield Keeper(call, app, Path(folder), keep)
