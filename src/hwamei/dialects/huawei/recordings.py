"""What is sent for a job: under which names, and how it becomes recordings of a draft."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from hwamei.dialects.huawei.wire.jobs import LANGUAGES, CreateType, Remembered
from hwamei.dialects.huawei.wire.training_data import AddressesOut, PackageUrl, SegmentUrls
from hwamei.domain.app import App
from hwamei.domain.errors import ArchiveReason, BadArchive, TooBig
from hwamei.domain.stored_file import StoredFile
from hwamei.domain.training_job import TrainingJob
from hwamei.service.drafts import DraftRecording
from hwamei.service.training_data import (
    MAX_SENTENCE_AUDIO_BYTES,
    MAX_SENTENCE_TEXT_BYTES,
    Pair,
    checked_pair,
    unpacked_recording,
    unpacked_sentences,
)
from hwamei.web.calls import Call

ARCHIVE = "training_data.zip"
LETTER = "authorization_letter"


def slot_names(kept: Remembered) -> Sequence[str]:
    """The name of everything that may be sent for a job."""
    if kept.create_type is CreateType.PACKAGE:
        return (ARCHIVE, LETTER)
    return (*_audio_names(kept), *_text_names(kept), LETTER)


def addresses_of(call: Call, app: App, job: TrainingJob, kept: Remembered) -> AddressesOut:
    """Where everything is to be sent. Raises WrongState for a job that takes no recordings any more."""
    slots = call.platform.drafts.slots(app, job, slot_names(kept))

    def url(name: str) -> str:
        return call.platform.files.upload_link(slots[name], base_url=call.base_url)

    in_one = kept.create_type is CreateType.PACKAGE
    one_by_one = SegmentUrls(
        audio_uploading_url=[url(name) for name in _audio_names(kept) if not in_one],
        txt_uploading_url=[url(name) for name in _text_names(kept) if not in_one],
    )
    return AddressesOut(
        segment_url=None if in_one else one_by_one,
        package_url=PackageUrl(training_data_uploading_url=url(ARCHIVE)) if in_one else None,
        authorization_letter_uploading_url=url(LETTER),
    )


@contextmanager
def gathered(call: Call, app: App, job: TrainingJob, kept: Remembered) -> Iterator[Sequence[DraftRecording]]:
    """What was sent, checked, on disk until the context ends. Raises BadArchive, BadAudio, BadSentence, TooBig."""
    with TemporaryDirectory(prefix="hwamei-") as folder:
        if kept.create_type is CreateType.SEGMENT:
            pairs = (sent_pair(call, app, job, number, Path(folder)) for number in range(kept.job_type.sentences or 0))
            yield [checked_pair(pair, LANGUAGES[kept.language]) for pair in pairs]
            return
        archive = Path(folder) / ARCHIVE
        call.platform.files.local_copy(app, _sent(call, app, job, ARCHIVE), archive)
        count = kept.job_type.sentences
        if count is None:
            with unpacked_recording(archive) as recordings:
                yield recordings
        else:
            with unpacked_sentences(archive, count=count, language=LANGUAGES[kept.language]) as recordings:
                yield recordings


def sent_pair(call: Call, app: App, job: TrainingJob, number: int, folder: Path) -> Pair:
    """A recording that was sent, and its sentence, copied into the folder. Raises BadArchive where one is missing,
    TooBig."""
    pair = Pair(number, folder / f"{number}.wav", folder / f"{number}.txt")
    for name, target, most_bytes in (
        (pair.audio_name, pair.audio, MAX_SENTENCE_AUDIO_BYTES),
        (pair.text_name, pair.text, MAX_SENTENCE_TEXT_BYTES),
    ):
        file = _sent(call, app, job, name)
        if file.blob is not None and file.blob.size_bytes > most_bytes:
            raise TooBig(what=name, allowed=most_bytes)
        call.platform.files.local_copy(app, file, target)
    return pair


def _sent(call: Call, app: App, job: TrainingJob, name: str) -> StoredFile:
    file = call.platform.drafts.content(app, job, name)
    if file is None:
        problem = "has not been sent; PUT it to its upload address"
        raise BadArchive(reason=ArchiveReason.MISSING, member=name, problem=problem)
    return file


def _audio_names(kept: Remembered) -> list[str]:
    return [f"{number}.wav" for number in range(kept.job_type.sentences or 0)]


def _text_names(kept: Remembered) -> list[str]:
    return [f"{number}.txt" for number in range(kept.job_type.sentences or 0)]
