"""Recordings that a request brings: heard, and kept for the voice that is to be made of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from hwamei.dialects.elevenlabs.memory import SampleNotes
from hwamei.dialects.elevenlabs.refusals import NotValid
from hwamei.domain.app import App
from hwamei.domain.owned_voice import ReferenceSource
from hwamei.domain.stored_file import Purpose, StoredFile
from hwamei.service.audition import audition
from hwamei.web.calls import Call
from hwamei.web.keeping import keeping
from hwamei.web.received import Received, ReceivedFile

FIELDS = ("files", "files[]")


def recordings_in(sent: Received) -> Sequence[ReceivedFile]:
    """The recordings of a form."""
    return [file for field in FIELDS for file in sent.files.get(field, ())]


def required(recordings: Sequence[ReceivedFile]) -> Sequence[ReceivedFile]:
    """Raises NotValid where there are none."""
    if not recordings:
        missing = {"type": "missing", "loc": ["body", "files"], "msg": "Field required"}
        raise NotValid(problems=[missing])
    return recordings


@contextmanager
def kept(
    call: Call, app: App, recordings: Sequence[ReceivedFile], *, isolated: bool
) -> Iterator[Sequence[SampleNotes]]:
    """The recordings as files of the app's; whatever goes wrong in the context, they are removed again.

    Raises BadAudio, ReferenceRefused, TooBig, before anything is kept."""
    for recording in recordings:
        audition(recording.path, name=recording.name)
    with keeping(call, app) as keep:
        yield [_notes(keep(recording, Purpose.REFERENCE), isolated=isolated) for recording in recordings]


def sources(samples: Sequence[SampleNotes]) -> tuple[ReferenceSource, ...]:
    """What a voice is made from."""
    return tuple(ReferenceSource(file_id=sample.id) for sample in samples)


def _notes(file: StoredFile, *, isolated: bool) -> SampleNotes:
    assert file.blob is not None
    return SampleNotes(
        id=file.id,
        name=file.name,
        media_type=file.media_type,
        size_bytes=file.blob.size_bytes,
        sha256=file.blob.sha256,
        isolated=isolated,
    )
