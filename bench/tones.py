"""`python -m bench.tones`: whether the tones of Mandarin are heard, in any voice.

Praat hears the pitch, in the sound; the engine says only when the syllable is spoken, not how high it meant it to be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import track

from bench import findings
from bench.findings import Finding
from bench.pitch_track import PitchTrack, track_all
from bench.syllables import POSITION, SYLLABLES, TONES, carrier
from bench.tone_shape import POINTS, Floats, Register, classify, register, resampled, without_syllables
from hwamei.app import Studio
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import SpokenUtterance, WordTiming
from hwamei.domain.voice import Voiceprint
from hwamei.settings import Settings
from hwamei.text.plan import plan

WANTED = 0.95  # share of tones that are heard as they were meant
SKIPPED = 0.15  # of a syllable: its consonant
VOICED_ON_S = 0.06  # a voice that stops later is not this syllable's
DYING_S = 0.025  # before the voice stops: there the pitch drops in every tone
FEWEST_FRAMES = 3  # 15 ms: less is no contour
ADJUSTED_WITH = SYLLABLES[:20]  # in one published voice: how tones are told apart was decided on these
UNHEARD = 0  # no pitch: counts as wrong


@dataclass(frozen=True, slots=True)
class Heard:
    """A syllable with the tone that was meant, 1..4, and the one that was heard, 0 for none."""

    syllable: str
    meant: int
    heard: int


def main(
    voice: Annotated[
        list[str] | None, typer.Option(help="A cloned voice or one of the engine's; may be repeated.")
    ] = None,
    syllables: Annotated[int, typer.Option(min=1, help="How many syllables, each in four tones.")] = len(SYLLABLES),
    after: Annotated[int, typer.Option(min=0, max=len(SYLLABLES) - 1, help="Leave out the first so many.")] = 0,
    markdown: Annotated[Path | None, typer.Option(help="Also write the table into this page.")] = None,
) -> None:
    """Speak syllables in all four tones, and see which tones come out."""
    console = Console()
    found: list[Finding] = []
    with Studio(Settings()) as studio:
        for name in voice or studio.presets()[:1]:
            heard = measure(studio, studio.voiceprint(name), SYLLABLES[after : after + syllables])
            found += as_findings(name, heard)
            console.print(findings.table(name, as_findings(name, heard)))
    if markdown is not None:
        findings.put_into(markdown, "tones", findings.markdown(found))


def measure(studio: Studio, voiceprint: Voiceprint, syllables: Sequence[str]) -> list[Heard]:
    """What is heard of some syllables in this voice."""
    meant = [(syllable, tone) for syllable in syllables for tone in TONES]
    texts = [carrier(syllable, tone) for syllable, tone in meant]
    spoken = [_speak(studio, voiceprint, text) for text in track(texts, "speaking", transient=True)]
    return list(_listen(meant, spoken))


def _speak(studio: Studio, voiceprint: Voiceprint, text: str) -> SpokenUtterance:
    (utterance,) = plan(text)
    return studio.engine.speak(utterance, voiceprint, Delivery())


def _listen(meant: Sequence[tuple[str, int]], spoken: Sequence[SpokenUtterance]) -> Iterator[Heard]:
    tracks = track_all([one.audio for one in spoken])
    contours = [contour(one.timings[POSITION], pitch) for one, pitch in zip(spoken, tracks, strict=True)]
    voice = register(np.concatenate(contours))
    levels = np.array([_levels(pitch_hz, voice) for pitch_hz in contours]).reshape(-1, len(TONES), POINTS)
    for (syllable, tone), shape in zip(meant, without_syllables(levels).reshape(-1, POINTS), strict=True):
        yield Heard(syllable, tone, UNHEARD if np.isnan(shape).any() else classify(shape))


def contour(timing: WordTiming, pitch: PitchTrack) -> Floats:
    """The pitch of a word without its beginning, float [frames] in Hz. The word ends where its voice stops: the carrier
    goes on with a consonant that has none."""
    begin_s = timing.start_s + SKIPPED * (timing.end_s - timing.start_s)
    end_s = pitch.voice_stops_s(timing.end_s, at_most_s=timing.end_s + VOICED_ON_S)
    return pitch.voiced(begin_s, end_s - DYING_S)


def _levels(pitch_hz: Floats, voice: Register) -> Floats:
    """On Chao's scale, float [POINTS]; NaN if there is hardly any pitch."""
    return resampled(voice.levels(pitch_hz)) if len(pitch_hz) >= FEWEST_FRAMES else np.full(POINTS, np.nan)


def as_findings(voice: str, heard: Sequence[Heard]) -> list[Finding]:
    """The share that is right, how each tone is heard, and every syllable that is heard as another tone."""
    unseen = [one for one in heard if one.syllable not in ADJUSTED_WITH]
    wrong = ", ".join(f"{one.syllable}{one.meant}→{one.heard or 'none'}" for one in heard if one.heard != one.meant)
    return [
        _share(f"{voice}: heard as meant", heard),
        *([_share(f"{voice}: of these, not used to adjust the listener", unseen)] if unseen else []),
        *(Finding(f"{voice}: tone {tone} is heard as 1, 2, 3, 4, none", _row(heard, tone)) for tone in TONES),
        Finding(f"{voice}: heard as another tone", wrong or "none"),
    ]


def _share(what: str, heard: Sequence[Heard]) -> Finding:
    right = sum(one.heard == one.meant for one in heard)
    share = right / len(heard)
    return Finding(what, f"{share:.1%} ({right} of {len(heard)})", f"≥ {WANTED:.0%}", share >= WANTED)


def _row(heard: Sequence[Heard], meant: int) -> str:
    """A row of the confusion matrix."""
    return ", ".join(str(sum((one.meant, one.heard) == (meant, tone) for one in heard)) for tone in (*TONES, UNHEARD))


if __name__ == "__main__":
    typer.run(main)
