"""What is in the recordings of a voice, and whether they can make one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hwamei.codecs.decode import decode_file
from hwamei.domain.audio import Audio
from hwamei.domain.errors import BadAudio, ReferenceRefused, RefusalReason
from hwamei.domain.language import Language
from hwamei.domain.voice import ReferenceFacts
from hwamei.dsp.reference import measure, refuse_unusable, speech_only

CountSpeakers = Callable[[Sequence[Audio]], int]
"""Given the speech of all recordings: 1, or 2 for more than one."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A sound file; `name` is how messages call it, `said` what is said in it, where that is known."""

    path: Path
    name: str
    said: str | None = None


@dataclass(frozen=True, eq=False)
class Heard:
    """What was measured on recordings taken together, the speech in each, and what is said in it."""

    facts: ReferenceFacts
    speech: tuple[Audio, ...]
    said: tuple[str | None, ...]


def hear(recordings: Sequence[Recording], *, language: Language | None, count_speakers: CountSpeakers) -> Heard:
    """The recordings, measured. `language`: of the recordings, None if not said. Raises BadAudio, ReferenceRefused."""
    audios = [_decoded(recording) for recording in recordings]
    measured = measure(audios)
    refuse_unusable(measured)
    speech, said = _with_words(recordings, audios)
    speakers = count_speakers(speech)
    if speakers > 1:
        problem = "more than one person speaks in the recordings; give recordings of one person alone"
        raise ReferenceRefused(reason=RefusalReason.SEVERAL_SPEAKERS, problem=problem, measured=speakers, needed=1)
    return Heard(measured.facts(speakers_heard=speakers, language=language), speech, said)


def speech_of(recordings: Sequence[Recording]) -> tuple[tuple[Audio, ...], tuple[str | None, ...]]:
    """The speech in recordings that were found usable, and what is said in each. Raises BadAudio."""
    return _with_words(recordings, [_decoded(recording) for recording in recordings])


def _with_words(
    recordings: Sequence[Recording], audios: Sequence[Audio]
) -> tuple[tuple[Audio, ...], tuple[str | None, ...]]:
    """Of the recordings that hold speech: the speech, and what is said."""
    heard = [(speech_only(audio), recording.said) for recording, audio in zip(recordings, audios, strict=True)]
    spoken = [(speech, said) for speech, said in heard if len(speech.samples)]
    return tuple(speech for speech, _ in spoken), tuple(said for _, said in spoken)


def _decoded(recording: Recording) -> Audio:
    try:
        with recording.path.open("rb") as file:
            return decode_file(file, recording.name)
    except OSError as error:
        problem = f"cannot be read ({error.strerror}); name a sound file"
        raise BadAudio(source=recording.name, problem=problem) from error
