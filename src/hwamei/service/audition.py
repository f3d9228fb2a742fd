"""A recording, heard before a voice is ordered of it, so that what cannot be used is refused at once."""

from __future__ import annotations

from pathlib import Path

from hwamei.codecs.decode import decode_file
from hwamei.domain.errors import ReferenceRefused, RefusalReason
from hwamei.dsp.reference import MIN_SPEECH_S, measure, refuse_unusable

JUDGED_UP_TO_S = 60.0  # longer ones take seconds to be judged, which training does


def length_s(recording: Path, *, name: str) -> float:
    """How long the sound is. Errors name the file so. Raises BadAudio."""
    with recording.open("rb") as file:
        return decode_file(file, name).duration_s


def audition(recording: Path, *, name: str) -> float:
    """How long the recording is. Raises BadAudio; ReferenceRefused if it is no speech of which a voice can be made, as
    far as that is quick to tell: training judges again."""
    with recording.open("rb") as file:
        audio = decode_file(file, name)
    if audio.duration_s < MIN_SPEECH_S:
        problem = f"it lasts {audio.duration_s:.1f} s, at least {MIN_SPEECH_S:g} s of speech are needed; record more"
        raise ReferenceRefused(
            reason=RefusalReason.TOO_SHORT, problem=problem, measured=audio.duration_s, needed=MIN_SPEECH_S
        )
    if audio.duration_s <= JUDGED_UP_TO_S:
        refuse_unusable(measure([audio]))
    return audio.duration_s
