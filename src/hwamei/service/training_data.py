"""Recordings with what is said in them, as they are sent for a draft: checked, and ready to be committed.

Sentences come as numbered pairs, `0.wav` with `0.txt` and so on; one long recording comes alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from hwamei.codecs.archive import Archive, open_archive
from hwamei.codecs.media_types import media_type_of
from hwamei.domain.errors import ArchiveReason, BadArchive, BadAudio, BadSentence, SentenceReason
from hwamei.domain.language import Language
from hwamei.domain.stored_file import MAX_UPLOAD_BYTES
from hwamei.service.drafts import DraftRecording
from hwamei.service.sentences import LONGEST_SENTENCE_S, duration_of, read_text, refuse_other_language

MAX_SENTENCE_AUDIO_BYTES = 16 * 1024 * 1024  # 15 s at 96 kHz, two channels of 32 bits, and some
MAX_SENTENCE_TEXT_BYTES = 16 * 1024
WAV = "audio/wav"

_MEMBER = re.compile(r"(?P<number>0|[1-9][0-9]{0,3})\.(?P<kind>wav|txt)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence and its recording, on disk."""

    number: int
    audio: Path
    text: Path

    @property
    def audio_name(self) -> str:
        """What the recording is called."""
        return f"{self.number}.wav"

    @property
    def text_name(self) -> str:
        """What the sentence is called."""
        return f"{self.number}.txt"


@contextmanager
def unpacked_sentences(archive: Path, *, count: int, language: Language) -> Iterator[Sequence[DraftRecording]]:
    """The recordings of an archive with so many pairs, there until the context ends. Raises BadArchive, BadAudio,
    BadSentence."""
    with open_archive(archive) as opened, TemporaryDirectory(prefix="hwamei-") as folder:
        members = _numbered(opened)
        _refuse_unless_complete(members, count)
        pairs = [_unpacked_pair(opened, members, number, Path(folder)) for number in range(count)]
        yield [checked_pair(pair, language) for pair in pairs]


@contextmanager
def unpacked_recording(archive: Path) -> Iterator[Sequence[DraftRecording]]:
    """The one long recording of an archive, there until the context ends. Raises BadArchive, BadAudio."""
    with open_archive(archive) as opened, TemporaryDirectory(prefix="hwamei-") as folder:
        others = [name for name in opened.names if not name.lower().endswith(".wav")]
        if others:
            problem = "is no WAV recording; put one long WAV file into the archive and nothing else"
            raise BadArchive(reason=ArchiveReason.WRONG_KIND, member=others[0], problem=problem)
        if len(opened.names) != 1:
            raise _wrong_number(len(opened.names), "1 WAV file", surplus=len(opened.names) > 1)
        name = opened.names[0]
        target = Path(folder) / "0.wav"
        opened.unpack(name, target, max_bytes=MAX_UPLOAD_BYTES)
        refuse_unless_wav(target, name)
        yield [DraftRecording(target, PurePosixPath(name).name)]


def checked_pair(pair: Pair, language: Language) -> DraftRecording:
    """The pair as a recording of a draft. Raises BadAudio, BadSentence."""
    text = read_text(pair.text, pair.text_name)
    refuse_other_language(text, language, pair.text_name)
    refuse_unless_wav(pair.audio, pair.audio_name)
    duration_s = duration_of(pair.audio, pair.audio_name)
    if duration_s > LONGEST_SENTENCE_S:
        problem = f"is {duration_s:.1f} s long, at most {LONGEST_SENTENCE_S:g} s are taken for one sentence"
        raise BadSentence(reason=SentenceReason.TOO_LONG, name=pair.audio_name, problem=problem)
    return DraftRecording(pair.audio, pair.audio_name, text)


def refuse_unless_wav(path: Path, name: str) -> None:
    """Raises BadAudio."""
    if media_type_of(path) != WAV:
        raise BadAudio(source=name, problem="is no WAV recording; convert it to WAV")


def _numbered(archive: Archive) -> Mapping[tuple[int, str], str]:
    """The names of the files in the archive by their number and kind; they may lie together in one folder."""
    members: dict[tuple[int, str], str] = {}
    for name in archive.names:
        found = _MEMBER.fullmatch(PurePosixPath(name).name)
        if found is None:
            problem = "is not asked for; give 0.wav with 0.txt, 1.wav with 1.txt, and so on"
            reason = ArchiveReason.SURPLUS if name.lower().endswith((".wav", ".txt")) else ArchiveReason.WRONG_KIND
            raise BadArchive(reason=reason, member=name, problem=problem)
        key = (int(found["number"]), found["kind"].lower())
        if key in members:
            raise BadArchive(reason=ArchiveReason.SURPLUS, member=name, problem="is there twice, in two folders")
        members[key] = name
    return members


def _refuse_unless_complete(members: Mapping[tuple[int, str], str], count: int) -> None:
    wanted = {(number, kind) for number in range(count) for kind in ("wav", "txt")}
    if members.keys() != wanted:
        surplus = members.keys() > wanted
        raise _wrong_number(len(members), f"{count} WAV and {count} TXT files, 0 to {count - 1}", surplus=surplus)


def _wrong_number(found: int, wanted: str, *, surplus: bool) -> BadArchive:
    reason = ArchiveReason.SURPLUS if surplus else ArchiveReason.MISSING
    return BadArchive(reason=reason, member="", problem=f"it holds {found} files, {wanted} are needed")


def _unpacked_pair(archive: Archive, members: Mapping[tuple[int, str], str], number: int, folder: Path) -> Pair:
    pair = Pair(number, folder / f"{number}.wav", folder / f"{number}.txt")
    archive.unpack(members[number, "wav"], pair.audio, max_bytes=MAX_SENTENCE_AUDIO_BYTES)
    archive.unpack(members[number, "txt"], pair.text, max_bytes=MAX_SENTENCE_TEXT_BYTES)
    return pair
