"""A voice of a server as one `.hwamei` file, the same as the command line's, and back."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from hwamei.domain.errors import BadVoiceFile
from hwamei.domain.owned_voice import Consent
from hwamei.domain.voice import Voice
from hwamei.storage.archive import pack_folder, unpack_folder
from hwamei.storage.record import REFERENCES, read_record, read_voice, read_words, write_voice

MAX_UNPACKED_BYTES = 400 << 20  # as of other archives that are sent to a server


def pack_voice(
    voice: Voice, reference: Sequence[Path], target: Path, *, said: Sequence[str | None], consent: Consent | None
) -> None:
    """Write the voice with its recordings, what is said in each and the consent into the file, replacing it wholly."""
    with tempfile.TemporaryDirectory() as folder:
        write_voice(Path(folder), voice, reference, said=said, consent=consent)
        pack_folder(Path(folder), target)


def unpack_voice(source: Path, folder: Path) -> tuple[Voice, tuple[Path, ...], tuple[str | None, ...], Consent | None]:
    """The voice in the file, its recordings in the empty folder, what is said in each, and the consent. Raises
    BadVoiceFile."""
    try:
        unpack_folder(source, folder, max_bytes=MAX_UNPACKED_BYTES)
        voice, record = read_voice(folder), read_record(folder)
        words = read_words(folder, record)
    except BadVoiceFile as error:
        raise BadVoiceFile(source="the file", problem=error.problem) from error
    said = record.consent
    consent = None if said is None else Consent(said.speaker, said.ground, said.given_at)
    return voice, tuple(folder / REFERENCES / name for name in record.references), words, consent
