"""How long cloning takes, from the recording to the voice."""

from __future__ import annotations

from pathlib import Path

from bench.findings import Finding
from bench.repeats import seconds, spread
from bench.texts import ENGLISH_PARAGRAPH
from bench.workshop import Workshop
from hwamei.app import Studio
from hwamei.domain.voice import Level

ROUNDS = 3
WANTED_S = {Level.INSTANT: 5.0, Level.TRAINED: 120.0}
SPEAKER = "am_michael"


def measure(workshop: Workshop) -> list[Finding]:
    """Of a reference that a published voice speaks: instant some times, trained once."""
    with Studio(workshop.settings()) as studio:
        reference = workshop.folder / "reference.wav"
        sound = studio.say(ENGLISH_PARAGRAPH, voice=SPEAKER, out=reference)
        instant_s = [_clone(studio, reference, Level.INSTANT, f"instant {turn}") for turn in range(1 + ROUNDS)]
        trained_s = _clone(studio, reference, Level.TRAINED, "trained")
    usual = spread(instant_s[1:])
    of = f"from {sound.duration_s:.0f} s of speech"
    return [
        _finding(f"instant clone {of}", usual.show("s"), usual.median, Level.INSTANT),
        Finding("the first instant clone of a process", f"{instant_s[0]:.2f} s"),
        _finding(f"trained clone {of}", f"{trained_s:.0f} s", trained_s, Level.TRAINED),
    ]


def _clone(studio: Studio, reference: Path, level: Level, name: str) -> float:
    return seconds(lambda: studio.clone(name, reference, level=level))


def _finding(what: str, measured: str, took_s: float, level: Level) -> Finding:
    return Finding(what, measured, f"≤ {WANTED_S[level]:.0f} s", took_s <= WANTED_S[level])
