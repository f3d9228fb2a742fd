"""How long a listener waits: from a paragraph of some 300 characters to the first sound of it, streaming."""

from __future__ import annotations

from bench.findings import Finding
from bench.repeats import seconds, spread
from bench.texts import CHINESE_PARAGRAPH, ENGLISH_PARAGRAPH
from bench.workshop import Workshop
from hwamei.app import Studio

ROUNDS = 5
WANTED_S = 0.35
PARAGRAPHS = (("English", ENGLISH_PARAGRAPH, "af_heart"), ("Chinese", CHINESE_PARAGRAPH, "zf_xiaoxiao"))


def measure(workshop: Workshop) -> list[Finding]:
    """Of an engine just opened, and of one that has spoken before."""
    with Studio(workshop.settings()) as studio:
        cold_s = seconds(lambda: studio.stream("Good morning."))
        warm = [_warm(studio, *paragraph) for paragraph in PARAGRAPHS]
    return [*warm, Finding("first audio of a short sentence, models not loaded yet", f"{cold_s:.2f} s")]


def _warm(studio: Studio, language: str, text: str, voice: str) -> Finding:
    waits = spread([seconds(lambda: studio.stream(text, voice=voice)) for _ in range(ROUNDS)])
    first = next(studio.stream(text, voice=voice))
    what = f"first audio ({first.audio.duration_s:.1f} s of it), {len(text)} characters of {language}"
    met = waits.median <= WANTED_S
    return Finding(what, waits.show("s"), f"≤ {WANTED_S} s", met)
