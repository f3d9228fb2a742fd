"""Voices, and the jobs that make them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

from hwamei.client.bodies import filled
from hwamei.client.lists import every, present
from hwamei.client.transport import Transport
from hwamei.client.waiting import Patience, unheeded
from hwamei.dialects.native.wire.values import Listed
from hwamei.dialects.native.wire.voices import (
    JobLog,
    JobOut,
    LogLine,
    PresetOut,
    Presets,
    ReferenceBody,
    RenameBody,
    RetrainBody,
    VoiceBody,
    VoiceForm,
    VoiceOrdered,
    VoiceOut,
)
from hwamei.domain.errors import BadField, VoiceNotFound
from hwamei.domain.language import Language
from hwamei.domain.voice import Level
from hwamei.ports import Progress


class VoicesClient:
    """The app's voices. Safe from several threads."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self,
        name: str,
        *reference: Path | str | UUID,
        level: Level | str = Level.TRAINED,
        language: Language | str | None = None,
        said: Sequence[str | None] | None = None,
        **options: Any,
    ) -> VoiceOrdered:
        """A voice that waits to be trained from files here, or from http(s) addresses and the ids of uploads. `said`:
        what is said in each, None where it is not known.

        Options: seed, preview_text, engine, callback_url, consent (of addresses and uploads), consent_speaker and
        consent_ground (of files). Raises BadField, BadVoiceName, QuotaUsedUp, OSError.
        """
        options |= {"name": name, "level": level, "language": language}
        sources = [_somewhere_else(each) for each in reference]
        named = [source for source in sources if source is not None]
        if named and len(named) == len(sources):
            told = [filled(ReferenceBody, {**source, "text": text}) for source, text in _told(named, said)]
            body = filled(VoiceBody, options | {"reference": told})
            return self._transport.change(VoiceOrdered, "POST", "/voices", body)
        if said and any(said):
            options["texts"] = json.dumps(list(said))
        return self._send(filled(VoiceForm, options), [Path(str(each)) for each in reference])

    def _send(self, form: VoiceForm, recordings: Sequence[Path]) -> VoiceOrdered:
        fields = {
            key: str(value) for key, value in form.model_dump(mode="json", exclude_none=True, round_trip=True).items()
        }
        with ExitStack() as opened:
            files = [("reference", (path.name, opened.enter_context(path.open("rb")))) for path in recordings]
            return self._transport.change(VoiceOrdered, "POST", "/voices", data=fields, files=files)

    def get(self, voice_id: UUID | str) -> VoiceOut:
        """Raises NotFound."""
        return self._transport.get(VoiceOut, f"/voices/{voice_id}")

    def find(self, id_or_name: str) -> VoiceOut:
        """The voice with this id, in any spelling, or the newest with this name, in any case. Raises VoiceNotFound."""
        wanted = _as_id(id_or_name)
        for voice in self.all(name=None if wanted else id_or_name):
            if voice.id == wanted or voice.name.casefold() == id_or_name.casefold():
                return voice
        raise VoiceNotFound(given=id_or_name)

    def list(self, **query: Any) -> Listed[VoiceOut]:
        """A part of the list: state, name, since, until, limit, offset."""
        return self._transport.get(Listed[VoiceOut], "/voices", present(query))

    def all(self, **query: Any) -> Iterator[VoiceOut]:
        """All of them, the newest first, with the same filters."""
        yield from every(lambda limit, offset: self.list(limit=limit, offset=offset, **query))

    def presets(self) -> Sequence[PresetOut]:
        """The voices that the engine brings along, the default first."""
        return self._transport.get(Presets, "/presets").presets

    def rename(self, voice_id: UUID | str, name: str) -> VoiceOut:
        """Raises NotFound, BadVoiceName."""
        return self._transport.change(VoiceOut, "PATCH", f"/voices/{voice_id}", filled(RenameBody, {"name": name}))

    def retrain(self, voice_id: UUID | str, **options: Any) -> VoiceOrdered:
        """Options: level, seed, engine, callback_url. Raises NotFound, Unknown, WrongState."""
        return self._transport.change(VoiceOrdered, "POST", f"/voices/{voice_id}/retrain", filled(RetrainBody, options))

    def delete(self, voice_id: UUID | str) -> None:
        """Raises NotFound."""
        self._transport.send("DELETE", f"/voices/{voice_id}")


class JobsClient:
    """The app's training jobs. Safe from several threads."""

    def __init__(self, transport: Transport, patience: Patience) -> None:
        self._transport, self._patience = transport, patience

    def get(self, job_id: UUID | str) -> JobOut:
        """Raises NotFound."""
        return self._transport.get(JobOut, f"/training-jobs/{job_id}")

    def list(self, **query: Any) -> Listed[JobOut]:
        """A part of the list: state, voice_id, since, until, limit, offset."""
        return self._transport.get(Listed[JobOut], "/training-jobs", present(query))

    def log(self, job_id: UUID | str) -> Sequence[LogLine]:
        """What has happened, the oldest first. Raises NotFound."""
        return self._transport.get(JobLog, f"/training-jobs/{job_id}/log").lines

    def cancel(self, job_id: UUID | str) -> JobOut:
        """Raises NotFound, WrongState."""
        return self._transport.change(JobOut, "POST", f"/training-jobs/{job_id}/cancel")

    def retry(self, job_id: UUID | str) -> JobOut:
        """Raises NotFound, WrongState."""
        return self._transport.change(JobOut, "POST", f"/training-jobs/{job_id}/retry")

    def wait(self, job_id: UUID | str, *, progress: Progress = unheeded, timeout_s: float | None = None) -> JobOut:
        """The job when it has ended, well or not. Raises NotFound, TimeoutError."""
        return self._patience.until(
            lambda: self.get(job_id),
            ended=lambda job: job.state.ended,
            percent=lambda job: job.progress,
            progress=progress,
            timeout_s=timeout_s,
        )


def _somewhere_else(source: Path | str | UUID) -> dict[str, Any] | None:
    """What is not a file here."""
    if isinstance(source, UUID):
        return {"file_id": source}
    if isinstance(source, str) and source.lower().startswith(("http://", "https://")):
        return {"url": source}
    return None


def _told(
    named: Sequence[dict[str, Any]], said: Sequence[str | None] | None
) -> Iterator[tuple[dict[str, Any], str | None]]:
    """The recordings with what is said in them. Raises BadField."""
    texts = said or [None] * len(named)
    if len(texts) != len(named):
        raise BadField(
            name="said", given=f"{len(texts)} texts", problem=f"give one for each of {len(named)} recordings"
        )
    return zip(named, texts, strict=True)


def _as_id(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None
