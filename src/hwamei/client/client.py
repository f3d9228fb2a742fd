"""One app's view of one server."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import UUID

from hwamei.client.bodies import filled
from hwamei.client.speech import SpeechStream, TasksClient, speak
from hwamei.client.transport import Transport
from hwamei.client.voices import JobsClient, VoicesClient
from hwamei.client.waiting import Patience
from hwamei.dialects.native.wire.account import (
    AppOut,
    LexiconBody,
    LexiconOut,
    Lexicons,
    LexiconSummary,
    UsageOut,
)
from hwamei.dialects.native.wire.engines import EnginesOut
from hwamei.dialects.native.wire.files import FileOut, LabelOut
from hwamei.dialects.native.wire.speech import SpeakBody

ANSWER_WITHIN_S = 60.0


class Client(AbstractContextManager["Client"]):
    """A server, by its address and an app's key. Leaving the context closes its connections. Safe from several threads.

    Every call raises what the server refuses or fails with, ServerUnreachable, ServerFault.
    """

    def __init__(
        self, url: str, key: str, *, timeout_s: float = ANSWER_WITHIN_S, patience: Patience | None = None
    ) -> None:
        patience = patience or Patience()
        self._transport = Transport(url, key, timeout_s=timeout_s)
        self.voices = VoicesClient(self._transport)
        self.jobs = JobsClient(self._transport, patience)
        self.tasks = TasksClient(self._transport, patience)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def me(self) -> AppOut:
        """The app that the key belongs to."""
        return self._transport.get(AppOut, "/me")

    def usage(self, month: str | None = None) -> UsageOut:
        """What was used in a month (2026-11), or in this one."""
        return self._transport.get(UsageOut, "/usage", {"month": month} if month else None)

    def engines(self) -> EnginesOut:
        """The engines that are installed, and how each does."""
        return self._transport.get(EnginesOut, "/engines")

    def speak(self, text: str, *, voice: str | UUID, **options: Any) -> AbstractContextManager[SpeechStream]:
        """The text as sound while it is being spoken. Options: format, sample_rate_hz, language, speed,
        pitch_semitones, cue, lexicon. Raises TooBusy, and what the text or the voice is refused for."""
        return speak(self._transport, filled(SpeakBody, {"text": text, "voice": str(voice), **options}))

    def upload(self, path: Path | str) -> FileOut:
        """Send a file. Raises TooBig, OSError."""
        source = Path(path)
        with source.open("rb") as file:
            return self._transport.change(FileOut, "POST", "/uploads", content=file, params={"name": source.name})

    def file(self, file_id: UUID | str) -> FileOut:
        """What is known of a file, with a fresh address. Raises NotFound."""
        return self._transport.get(FileOut, f"/files/{file_id}")

    def delete_file(self, file_id: UUID | str) -> None:
        """Raises NotFound."""
        self._transport.send("DELETE", f"/files/{file_id}")

    def inspect(self, path: Path | str) -> LabelOut:
        """Whether a sound file says that it was made by AI. Raises BadAudio, TooBig, OSError."""
        source = Path(path)
        with source.open("rb") as file:
            return self._transport.change(LabelOut, "POST", "/inspect", content=file, params={"name": source.name})

    def lexicons(self) -> Sequence[LexiconSummary]:
        """The newest version of each reading dictionary."""
        return self._transport.get(Lexicons, "/lexicons").lexicons

    def lexicon(self, name: str, version: int | None = None) -> LexiconOut:
        """Raises NotFound."""
        return self._transport.get(LexiconOut, f"/lexicons/{name}", {"version": version} if version else None)

    def put_lexicon(self, name: str, text: str) -> LexiconSummary:
        """Write a reading dictionary. Raises BadLexicon."""
        return self._transport.change(LexiconSummary, "PUT", f"/lexicons/{name}", filled(LexiconBody, {"text": text}))

    def delete_lexicon(self, name: str) -> None:
        """Raises NotFound."""
        self._transport.send("DELETE", f"/lexicons/{name}")
