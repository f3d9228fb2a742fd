"""Voices in a folder of the file system: one folder each, named by the voice's id.

Nothing is kept in memory, so any number of processes may use the same folder. Whoever changes something holds the lock
file; whoever reads does not need it, because a voice's folder appears and disappears by being renamed.
"""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from hwamei import atomic
from hwamei.domain.errors import BadVoiceFile, VoiceNameTaken, VoiceNotFound
from hwamei.domain.voice import Voice, Voiceprint, check_voice_name
from hwamei.storage.archive import pack_folder, unpack_folder
from hwamei.storage.record import (
    REFERENCES,
    VoiceRecord,
    read_record,
    read_voice,
    write_record,
    write_voice,
    write_voiceprint,
)

_UNFINISHED = ".unfinished"  # a voice that is being added or deleted; its name never is a UUID
_LOCK = ".lock"


class FolderVoiceStore:
    """Keeps voices under `root`, which is made when the first comes. Safe from several threads and processes.

    Names are compared without regard to case and to how an accent is encoded. Only the owner may read the folder: it
    holds recordings of people.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def add(self, voice: Voice, reference: Sequence[Path], said: Sequence[str | None] = ()) -> None:
        """Keep a voice and copies of the recordings that it was made from, with what is said in each as a text file
        beside it, where that is known. Raises VoiceNameTaken."""
        with self._changing() as unfinished:
            self._refuse_taken(voice.name)
            if self._folder(voice.id).exists():
                raise VoiceNameTaken(name=str(voice.id))
            write_voice(unfinished, voice, reference, said=said)
            unfinished.rename(self._folder(voice.id))

    def get(self, id_or_name: str) -> Voice:
        """The voice with this id (any UUID spelling) or name. Raises VoiceNotFound, BadVoiceFile."""
        voice_id = _as_uuid(id_or_name)
        if voice_id is None or not self._folder(voice_id).is_dir():
            voice_id = self._id_of_name(id_or_name)
        try:
            return read_voice(self._folder(voice_id))
        except BadVoiceFile:
            if self._folder(voice_id).is_dir():
                raise
            raise VoiceNotFound(given=id_or_name) from None  # deleted by somebody just now

    def list(self) -> Sequence[Voice]:
        """All voices, the newest first. One that cannot be read is left out and logged; see `damaged`."""
        found, damaged = self._read_all()
        for error in damaged:
            import structlog  # seldom needed, and slow to import

            structlog.get_logger(__name__).warning("voice cannot be read", source=error.source, problem=error.problem)
        return sorted(found, key=lambda voice: (voice.created_at, voice.id), reverse=True)

    def damaged(self) -> Sequence[BadVoiceFile]:
        """What is wrong with each voice that cannot be read."""
        return self._read_all()[1]

    def references(self, voice_id: UUID) -> Sequence[Path]:
        """The recordings that the voice was made from, in order. Raises VoiceNotFound, BadVoiceFile."""
        folder = self._existing(voice_id)
        return [folder / REFERENCES / name for name in read_record(folder).references]

    def revoice(self, voice_id: UUID, voiceprint: Voiceprint) -> Voice:
        """Let the voice speak with another voiceprint. Raises VoiceNotFound, BadVoiceFile."""
        with self._changing():
            folder = self._existing(voice_id)
            write_voiceprint(folder, voiceprint)
            return read_voice(folder)

    def delete(self, voice_id: UUID) -> None:
        """Remove the voice and its recordings, also when it is damaged. Raises VoiceNotFound."""
        with self._changing() as unfinished:
            self._existing(voice_id).rename(unfinished / "deleted")

    def export_voice(self, voice_id: UUID, target: Path) -> None:
        """Write the voice with its recordings into one file, replacing it wholly.

        Raises VoiceNotFound, BadVoiceFile.
        """
        with self._changing():
            folder = self._existing(voice_id)
            read_voice(folder)
            pack_folder(folder, target)

    def import_voice(self, source: Path, *, name: str | None = None) -> Voice:
        """Keep the voice in the file, under another name if given.

        Raises BadVoiceFile, BadVoiceName, VoiceNameTaken.
        """
        with self._changing() as unfinished:
            unpack_folder(source, unfinished)
            voice = self._renamed(unfinished, name, source=source)
            if self._folder(voice.id).exists():
                raise BadVoiceFile(source=str(source), problem=f"this voice is already here, with the id {voice.id}")
            self._refuse_taken(voice.name)
            unfinished.rename(self._folder(voice.id))
            return voice

    def _renamed(self, folder: Path, name: str | None, *, source: Path) -> Voice:
        try:
            if name is not None:
                record = read_record(folder)
                write_record(folder, record.model_copy(update={"name": check_voice_name(name)}))
            return read_voice(folder)
        except BadVoiceFile as error:
            raise BadVoiceFile(source=str(source), problem=f"{Path(error.source).name}: {error.problem}") from error

    @contextmanager
    def _changing(self) -> Iterator[Path]:
        """An empty folder to prepare a change in, while nobody else changes anything; it is removed afterwards."""
        from filelock import FileLock  # only for changes, and slow to import

        self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = self._root / _UNFINISHED
        with FileLock(self._root / _LOCK, mode=atomic.FOR_OWNER):
            shutil.rmtree(unfinished, ignore_errors=True)  # of a process that was stopped
            unfinished.mkdir(mode=0o700)
            try:
                yield unfinished
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)

    def _refuse_taken(self, name: str) -> None:
        if any(_same_name(record.name, name) for record in self._records()):
            raise VoiceNameTaken(name=name)

    def _id_of_name(self, name: str) -> UUID:
        for record in self._records():
            if _same_name(record.name, name):
                return record.id
        raise VoiceNotFound(given=name)

    def _folder(self, voice_id: UUID) -> Path:
        return self._root / str(voice_id)

    def _existing(self, voice_id: UUID) -> Path:
        if not self._folder(voice_id).is_dir():
            raise VoiceNotFound(given=str(voice_id))
        return self._folder(voice_id)

    def _folders(self) -> Iterator[Path]:
        if self._root.is_dir():
            yield from (path for path in self._root.iterdir() if _as_uuid(path.name) is not None)

    def _records(self) -> Iterator[VoiceRecord]:
        for folder in self._folders():
            try:
                yield read_record(folder)
            except BadVoiceFile as error:
                import structlog  # seldom needed, and slow to import

                structlog.get_logger(__name__).debug("voice passed over", source=error.source, problem=error.problem)

    def _read_all(self) -> tuple[Sequence[Voice], Sequence[BadVoiceFile]]:
        found: list[Voice] = []
        damaged: list[BadVoiceFile] = []
        for folder in self._folders():
            try:
                found.append(read_voice(folder))
            except BadVoiceFile as error:
                if folder.exists():  # else somebody deleted it just now
                    damaged.append(error)
        return found, damaged


class FileCheckpoints:
    """Keeps the state of one piece of long work in one file. Used by one process at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> bytes | None:
        """What was last saved, or None."""
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return None

    def save(self, state: bytes) -> None:
        """Replace what was saved, all or nothing."""
        atomic.write_bytes(self._path, state)

    def discard(self) -> None:
        """Forget what was saved: the work is done."""
        self._path.unlink(missing_ok=True)


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _same_name(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()
